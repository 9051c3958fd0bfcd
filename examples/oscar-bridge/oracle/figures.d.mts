import type { Outcome } from "../src/outcome.ts";

export interface Figures extends Pick<Outcome, "services" | "slots" | "appointments" | "secondPush"> {
  malformed: { file: string; line: number }[];
  openings: Record<"MF" | "GMF" | "GEN", number>;
}
export function figures(folder: string, clock?: string): Figures;
