import { expect } from "vitest";
import type { Connection } from "../src/db/connection.ts";
import type { OfferedOpening } from "../src/features/openings/schema.ts";
import { aCitizen } from "./factories.ts";
import type { ACitizen } from "./factories.ts";
import type { TestAnswer, TestHub } from "./harness.ts";
import { sendAtOnce } from "./at-once.ts";
import type { Sending } from "./at-once.ts";

/** Many at once for one thing. The hub and the naive control run through the same functions. */

export interface Opening {
  slotId: string;
  startAt: string;
}

/** Where citizens take an opening, of the hub and of the control, and the table that says who has it. */
export const takings = {
  booking: { path: "/v1/citizen/appointments", table: "appointment" },
  hold: { path: "/v1/citizen/holds", table: "hold" },
  naiveBooking: { path: "/naive/appointments", table: "naive_appointment" },
  naiveHold: { path: "/naive/holds", table: "naive_hold" },
} as const;
export type Taking = keyof typeof takings;

/** What the hub answers to whoever lost; the control knows no alternatives. */
export interface Taken {
  code?: string;
  alternatives?: OfferedOpening[];
}

export async function citizens(world: TestHub, count: number): Promise<ACitizen[]> {
  return Promise.all(Array.from({ length: count }, () => aCitizen(world)));
}

/** What a citizen sends to take an opening. */
export function taking(url: string, what: Taking, { slotId, startAt }: Opening, { token }: ACitizen): Sending {
  const contact = what === "hold" ? {} : { homePhone: "418-555-0192", email: "alice@example.org" };
  const body = { slotId, startAt, consultationReason: "regular", ...contact };
  return { url, method: "POST", path: takings[what].path, as: token, body };
}

/** All at once, by turns to each server. */
export function everybodyTakes(
  world: TestHub,
  urls: readonly string[],
  what: Taking,
  opening: Opening,
  contenders: readonly ACitizen[],
): Promise<TestAnswer<Taken>[]> {
  const sendings = contenders.map((contender, n) => taking(urls[n % urls.length] ?? "", what, opening, contender));
  return sendAtOnce<Taken>(world, sendings);
}

/** How many rows have the opening's time. */
export async function countTaken(owner: Connection, what: Taking, { startAt }: Opening): Promise<number> {
  const [row] = await owner<{ rows: number }[]>`
    SELECT count(*)::integer AS rows FROM ${owner(takings[what].table)} WHERE start_at = ${startAt}`;
  return row?.rows ?? 0;
}

/** The one assertion of a race: one has it, everybody else is told so, nothing else happened. */
export function expectOneWinner(answers: readonly TestAnswer<Taken>[], rows: number): void {
  expect(countBy(answers.map(({ status, body }) => `${String(status)} ${body.code ?? ""}`))).toEqual({
    "201 ": 1,
    "409 OPENING_NOT_AVAILABLE": answers.length - 1,
  });
  expect(rows).toBe(1);
}

/** The one assertion of a repetition: one effect, one answer. */
export function expectOneEffect(answers: readonly TestAnswer<unknown>[], rows: number): void {
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") !== "true")).toHaveLength(1);
  expect(rows).toBe(1);
}

export function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
