import postgres from "postgres";
import type { Instant } from "../clock.ts";

const timestamptz = 1184;
const date = 1082;
const bigint = 20;

/** How values cross the wire: instants as milliseconds, local dates as `YYYY-MM-DD`, sequences as numbers (they stay below 2^53). */
const types = {
  instant: {
    to: timestamptz,
    from: [timestamptz],
    serialize: (value: Instant | string) => (typeof value === "number" ? new Date(value).toISOString() : value),
    parse: (text: string): Instant => Date.parse(text.replace(" ", "T") + ":00"),
  },
  localDate: { to: date, from: [date], serialize: (value: string) => value, parse: (text: string) => text },
  sequence: {
    to: bigint,
    from: [bigint],
    serialize: (value: number | bigint) => String(value),
    parse: (text: string) => Number(text),
  },
};

export type Connection = postgres.Sql<{ instant: Instant; localDate: string; sequence: number }>;

/**
 * The hub's pool. Every connection gives up the owner's rights at once and works as `arrimage_runtime`, which owns
 * nothing and is subject to row-level security. Few connections pipeline best (measured: cores + 1 to 2 × cores).
 */
export function connect(url: string, options: { max: number; role?: "arrimage_runtime" }): Connection {
  return postgres(url, {
    max: options.max,
    prepare: true,
    // One catalogue query per connection; without it neither arrays nor text[] columns cross the wire.
    fetch_types: true,
    types,
    onnotice: () => undefined,
    connection: {
      application_name: "arrimage",
      TimeZone: "UTC",
      statement_timeout: 15_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 10_000,
      ...(options.role === undefined ? {} : { role: options.role }),
    },
  });
}
