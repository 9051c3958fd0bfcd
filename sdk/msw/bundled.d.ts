/** What bundle.ts puts into the bundle in place of the hub's files and packages. */
declare module "arrimage:rules" {
  export const ruleIds: ReadonlySet<string>;
  export const ruleTexts: Readonly<Record<string, { fr: string; en: string }>>;
}
declare module "arrimage:postal-codes" {
  export const positions: Readonly<Record<string, readonly [latitude: number, longitude: number]>>;
}
