import type { Cascade } from "../src/outcome.ts";

export function bookedByCascade(
  original: string,
  written: string,
  clock?: string,
): { booked: Record<Cascade, number>; impossible: string[] };
