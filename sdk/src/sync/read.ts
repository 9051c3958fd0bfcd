/** What the hub says now of the objects that a page of the log names. */
import { isArrimageProblem } from "../is-problem.ts";
import type { HubSchemas } from "../generated/hub.ts";
import type { CallOptions } from "../methods.ts";
import type { Context } from "./context.ts";
import { placesOf } from "./context.ts";
import type { Content } from "./fields.ts";
import type { Incoming } from "./integrate.ts";
import type { Base } from "./notes.ts";
import type { SyncedType } from "./types.ts";

type Change = HubSchemas["ListedChange"];

export const syncedTypes: readonly SyncedType[] = ["slot", "appointment"];

export function isSynced<C extends { objectType: string }>(change: C): change is C & { objectType: SyncedType } {
  return syncedTypes.some((type) => type === change.objectType);
}

/** What the hub's calls of slots and of appointments have in common: the same names, each with its own kind of object. */
interface Calls {
  get(params: Record<string, string>, options?: CallOptions): Promise<Content>;
  list(params: object, options?: CallOptions): { collect(): Promise<Content[]> };
  upsertByExternalId(params: object, options?: CallOptions): Promise<{ outcome: string } & Record<SyncedType, Content>>;
}

export function callsOf<Tx>({ client }: Context<Tx>, objectType: SyncedType): Calls {
  // Of the document's types only what both have is used, and each is given what its own kind takes.
  return client[`${objectType}s`] as unknown as Calls;
}

/** An object as the hub shows it. */
export function incomingOf(objectType: SyncedType, object: Content, at: number): Incoming {
  const isCancelled = object["status"] === "cancelled";
  const { version, externalId } = object;
  return {
    objectType,
    objectId: String(object[`${objectType}Id`]),
    externalId: typeof externalId === "string" ? externalId : null,
    version: Number(version),
    object: isCancelled ? null : object,
    cancelled: isCancelled ? object : null,
    at,
    ownVersions: [],
    toldVersion: Infinity,
  };
}

/** What is not there is undefined; anything else is thrown on. */
export function unlessGone(error: unknown): undefined {
  if (!isArrimageProblem(error, "NOT_FOUND")) throw error;
}

/** What was there and is not found is gone, unless its place is not linked: then it only is not shown. */
export async function wasRemoved<Tx>(context: Context<Tx>, before: Content | null | undefined): Promise<boolean> {
  return !before || (await placesOf(context)).some(({ placeId }) => placeId === before["placeId"]);
}

/** What the engine knows of an object: with it as it was, if it knows that. */
type Known = Pick<Base, "objectType" | "objectId"> & Partial<Pick<Base, "object">>;

/** Objects as they are now. No version is known of what is gone; at a place that is not linked, or unknown, nothing is. */
export async function readAgain<Tx>(context: Context<Tx>, known: readonly Known[]): Promise<Incoming[]> {
  const read: Incoming[] = [];
  for (const { objectType, objectId, object: before } of known) {
    const asked = callsOf(context, objectType).get({ [`${objectType}Id`]: objectId }, context.options);
    const found = await asked.catch(unlessGone);
    const object = found || !before || !(await wasRemoved(context, before)) ? undefined : null;
    const hidden = { objectId, version: 0, object };
    read.push({ ...incomingOf(objectType, found ?? {}, 0), ...(!found && hidden) });
  }
  return read;
}

/** What a page of the log tells, by object in the order in which they first appear, with the object itself. */
export function byObject(changes: readonly Change[]): Incoming[] {
  const objects = new Map<string, Incoming>();
  for (const change of changes) {
    if (!isSynced(change)) continue;
    const { objectType, objectId, externalId, version, origin, resource, operation, changed } = change;
    const before = objects.get(objectId);
    const ownVersions = [...(before?.ownVersions ?? [])];
    // Told again under its version when something beside it changed, another appointment at its time; or when it was
    // answered for.
    const isAnswer = /^(agenda\w+,?)+$/.test(changed.join());
    if (origin.own && !isAnswer && version > (before?.toldVersion ?? 0)) ownVersions.push(version);
    // When others last changed it; when it was last changed, if nobody else did.
    const at = origin.own && before ? before.at : Date.parse(change.at);
    const shown = incomingOf(objectType, resource ?? {}, at);
    // Created and deleted before the page was read, it is not shown with its creation: its deletion follows.
    const hidden = { version, object: operation === "deleted" ? null : undefined };
    const told = { objectId, externalId: shown.externalId ?? externalId, ownVersions, toldVersion: version };
    objects.set(objectId, { ...shown, ...told, ...(!resource && hidden) });
  }
  return [...objects.values()];
}
