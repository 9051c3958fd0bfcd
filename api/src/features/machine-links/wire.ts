import type { Freshness } from "../../domain/freshness.ts";
import { utcText } from "../../http/time.ts";
import type { FreshnessBody } from "./schema.ts";

export function freshnessBody({ state, since, asOf, lateAt, staleAt }: Freshness): FreshnessBody {
  return {
    state,
    since: utcTextOrNull(since),
    asOf: utcTextOrNull(asOf),
    lateAt: utcTextOrNull(lateAt),
    staleAt: utcTextOrNull(staleAt),
  };
}

export function utcTextOrNull(at: number | null): string | null {
  return at === null ? null : utcText(at);
}
