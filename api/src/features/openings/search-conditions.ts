import type postgres from "postgres";
import type { ScopedTx } from "../../db/scope.ts";
import type { ServiceType } from "../../domain/opening.ts";
import { allReasons } from "../../domain/reason.ts";
import type { ConsultationReason } from "../../domain/reason.ts";

/** A piece of SQL. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** What openings are looked for, in the terms of the domain's view. */
export interface OpeningFilter {
  types: readonly ServiceType[];
  /** Null: whatever the reason (SEARCH-06). */
  reason: ConsultationReason | null;
  /** SEARCH-08: only starts within one of these stretches; null, no such filter. */
  within: readonly { from: number; to: number }[] | null;
  /** APPT-11: no start within one of these stretches: days on which the citizen has an appointment. */
  without: readonly { from: number; to: number }[];
  /** SLOT-21, SLOT-22: false for the clinic, which sees private slots and those not open yet (SEARCH-13). */
  citizen: boolean;
}

/** How far the openings of one professional are offered. */
export interface Reach {
  professionalId: string;
  /** OPT-04: starts at or after it are left out unless the slot has an opening date; null, no limit. */
  limit: number | null;
  /** PLACE-07, EMP-18: starts at or after it are left out; null, no end. */
  ends: number | null;
}

/** A filter on its way into SQL. Bounds may be parameters or columns of the query around. */
export interface Asked {
  tx: ScopedTx;
  filter: OpeningFilter;
  from: Fragment;
  to: Fragment | null;
  reaches: readonly Reach[];
  now: number;
}

/** A condition over a row `o` of `opening`; null where nothing is asked. */
export interface SearchCondition {
  rule: string;
  sql: (asked: Asked) => Fragment | null;
}

/**
 * The search in SQL: each condition of domain/visibility.ts that is about an opening, and SEARCH-08. A property test
 * (test/offered-is-booked.test.ts) holds the two lists equal, and fails when any of these is taken out.
 */
export const searchConditions: readonly SearchCondition[] = [
  { rule: "APPT-09", sql: ({ tx: { sql } }) => sql`NOT o.busy` },
  { rule: "HOLD-11", sql: ({ tx: { sql }, now }) => sql`(o.held_until IS NULL OR o.held_until <= ${now})` },
  { rule: "CASC-24", sql: ({ tx: { sql }, from }) => sql`o.start_at >= ${from}` },
  { rule: "REASON-08", sql: ({ tx: { sql }, to }) => to && sql`o.start_at < ${to}` },
  // IS TRUE: of one professional or place nobody is to look through casc_06_free_in_general, which is everybody's.
  {
    rule: "SLOT-30",
    sql: ({ tx: { sql }, filter }) => sql`(o.service_type = ANY (${[...filter.types]}::text[])) IS TRUE`,
  },
  {
    rule: "CASC-22",
    sql: ({ tx: { sql }, filter: { reason } }) =>
      reason === null ? null : sql`o.consultation_reasons && ${[reason, allReasons]}::text[]`,
  },
  { rule: "SLOT-21", sql: ({ tx: { sql }, filter }) => (filter.citizen ? sql`o.visibility = 'public'` : null) },
  {
    rule: "SLOT-22",
    sql: ({ tx: { sql }, filter, now }) =>
      filter.citizen ? sql`(o.open_from IS NULL OR o.open_from <= ${now})` : null,
  },
  {
    rule: "OPT-07",
    sql: ({ tx, reaches }) => {
      const limit = perProfessional(tx, reaches, ({ limit: at }) => at);
      return limit && tx.sql`(o.open_from IS NOT NULL OR o.start_at < ${limit})`;
    },
  },
  {
    rule: "PLACE-07",
    sql: ({ tx, reaches }) => {
      const ends = perProfessional(tx, reaches, ({ ends: at }) => at);
      return ends && tx.sql`o.start_at < ${ends}`;
    },
  },
  {
    rule: "APPT-11",
    sql: ({ tx, tx: { sql }, filter: { without } }) =>
      without.length === 0 ? null : sql`NOT EXISTS (${startsIn(tx, without)})`,
  },
  {
    rule: "SEARCH-08",
    sql: ({ tx, tx: { sql }, filter: { within } }) => within && sql`EXISTS (${startsIn(tx, within)})`,
  },
];

/** All that is asked, joined by AND. */
export function conditionsOf(asked: Asked): Fragment {
  const { sql } = asked.tx;
  return searchConditions
    .map((condition) => condition.sql(asked))
    .filter((each) => each !== null)
    .reduce((all, each) => sql`${all} AND ${each}`, sql`true`);
}

/** Whether the row starts in one of the stretches: a row for each. */
function startsIn({ sql }: ScopedTx, stretches: readonly { from: number; to: number }[]): Fragment {
  return sql`
    SELECT 1 FROM unnest(${stretches.map(({ from }) => isoOf(from))}::timestamptz[],
      ${stretches.map(({ to }) => isoOf(to))}::timestamptz[]) AS d(from_at, to_at)
    WHERE o.start_at >= d.from_at AND o.start_at < d.to_at`;
}

/** The bound of the row's professional; null when none of them has one, as usual. */
function perProfessional(
  { sql }: ScopedTx,
  reaches: readonly Reach[],
  boundOf: (reach: Reach) => number | null,
): Fragment | null {
  if (reaches.every((reach) => boundOf(reach) === null)) return null;
  const ids = reaches.map(({ professionalId }) => professionalId);
  const bounds = reaches.map((reach) => isoOf(boundOf(reach)));
  return sql`(${bounds}::timestamptz[])[array_position(${ids}::text[], o.professional_id)]`;
}

function isoOf(at: number | null): string {
  return at === null ? "infinity" : new Date(at).toISOString();
}
