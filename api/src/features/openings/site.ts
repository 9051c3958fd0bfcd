import type { CitizenView } from "../../domain/visibility.ts";
import type { Site } from "./search.ts";

/** A place as a citizen searches it: types and ages depend on the place and the citizen alone, not on the professional. */
export function siteOf(
  searched: Site["searched"],
  { types, reason, from: ofAge, until }: CitizenView,
  { from, to }: { from: number; to: number | null },
): Site {
  return {
    searched,
    filter: { types, reason, within: null, citizen: true },
    from: Math.max(from, ofAge),
    to: until === null ? to : Math.min(until, to ?? until),
  };
}
