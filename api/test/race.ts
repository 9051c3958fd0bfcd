import { expect } from "vitest";
import type { Connection } from "../src/db/connection.ts";
import type { OfferedOpening } from "../src/features/openings/schema.ts";
import type { ACitizen } from "./factories.ts";
import type { TestAnswer, TestHub } from "./harness.ts";
import { sendAtOnce } from "./at-once.ts";
import type { Sending } from "./at-once.ts";

/** Many at once for one thing. The hub and the naive control run through the same functions. */

export interface Opening {
  slotId: string;
  startAt: string;
}

/** Where citizens take an opening, of the hub and of the control, the table that says who has it, and the log. */
export const takings = {
  booking: { path: "/v1/citizen/appointments", table: "appointment", log: "change" },
  hold: { path: "/v1/citizen/holds", table: "hold", log: "change" },
  naiveBooking: { path: "/naive/appointments", table: "naive_appointment", log: "naive_change" },
  naiveHold: { path: "/naive/holds", table: "naive_hold", log: "naive_change" },
} as const;
export type Taking = keyof typeof takings;

/** What the hub answers to whoever lost; the control knows no alternatives. */
export interface Taken {
  code?: string;
  appointmentId?: string;
  holdId?: string;
  alternatives?: OfferedOpening[];
}

/** What a citizen sends to take an opening. */
export function taking(
  url: string,
  what: Taking,
  { slotId, startAt }: Opening,
  { token }: ACitizen,
): Sending & { body: object } {
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

/** One after the other, each twice under one key, which reach the two servers together. */
export async function everybodyPressesTwice(
  world: TestHub,
  urls: readonly [string, string],
  what: Taking,
  openings: readonly Opening[],
  people: readonly ACitizen[],
): Promise<(readonly [TestAnswer<Taken>, TestAnswer<Taken>])[]> {
  const sendings = people.flatMap((citizen, n) => {
    const opening = openings[n % openings.length];
    if (opening === undefined) throw new Error("there is no opening");
    const key = `pressed-twice-${String(n)}`;
    return urls.map((url) => ({ ...taking(url, what, opening, citizen), key }));
  });
  const answers = await sendAtOnce<Taken>(world, sendings);
  return people.map((_, n) => {
    const [one, other] = answers.slice(2 * n);
    if (one === undefined || other === undefined) throw new Error("a press was not answered");
    return [one, other] as const;
  });
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

/** Both: who presses twice is answered twice the same, and each opening is taken once. */
export function expectEachTakenOnce(
  presses: readonly (readonly [TestAnswer<Taken>, TestAnswer<Taken>])[],
  { openings, rows, events }: { openings: number; rows: number; events: number },
): void {
  expect(presses.filter(([one, other]) => !isSame(one, other))).toEqual([]);
  expect(countBy(presses.map(([{ status, body }]) => `${String(status)} ${body.code ?? ""}`))).toEqual({
    "201 ": openings,
    "409 OPENING_NOT_AVAILABLE": presses.length - openings,
  });
  expect({ rows, events }).toEqual({ rows: openings, events: openings });
}

/** Apart from what belongs to the request: a refusal names its own. */
function isSame(one: TestAnswer<Taken>, other: TestAnswer<Taken>): boolean {
  const said = ({ status, body }: TestAnswer<Taken>) =>
    JSON.stringify([status, { ...body, requestId: "", instance: "" }]);
  return said(one) === said(other);
}

export function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
