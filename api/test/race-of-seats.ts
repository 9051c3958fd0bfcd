import { expect } from "vitest";
import type { Connection } from "../src/db/connection.ts";
import type { TestAnswer } from "./harness.ts";
import { takings } from "./race.ts";
import type { Opening, Taken } from "./race.ts";

/** Many at once for times that overlap: who sits where. The hub and the naive control run through the same functions. */

/** An appointment that was made, as the tables have it, and its place in the log. */
export interface Seated {
  appointmentId: string;
  startAt: number;
  endAt: number;
  seat: number;
  author: "citizen" | "employee" | "machine";
}

/** All of an establishment, in the order in which they were made. */
export async function seatedIn(
  owner: Connection,
  what: "booking" | "naiveBooking",
  establishmentId: string,
): Promise<Seated[]> {
  const { table, log } = takings[what];
  return owner<Seated[]>`
    SELECT a.appointment_id AS "appointmentId", a.start_at AS "startAt", a.end_at AS "endAt", a.seat,
      a.author_type AS author
    FROM ${owner(table)} a JOIN ${owner(log)} c ON c.object_id = a.appointment_id AND c.operation = 'created'
    WHERE a.establishment_id = ${establishmentId} AND a.status = 'active' ORDER BY c.seq`;
}

/**
 * APPT-08, APPT-09: nobody sits where somebody else sits; each took the lowest seat that those before them had left; and a
 * citizen came only while there was a seat of the capacity, which a clinic need not ask for.
 */
export function expectSeatsInOrder(rows: readonly Seated[], capacity: number): void {
  const faults = rows.flatMap((row, index) => {
    const taken = new Set(overlapping(rows.slice(0, index), row).map(({ seat }) => seat));
    let lowest = 1;
    while (taken.has(lowest)) lowest += 1;
    const found = [];
    if (taken.has(row.seat)) found.push("on a seat that was taken");
    else if (row.seat !== lowest) found.push(`on seat ${String(row.seat)}, when ${String(lowest)} was free`);
    if (row.author === "citizen" && taken.size >= capacity) found.push("a citizen where no seat was left");
    return found.map((fault) => `${row.appointmentId}: ${fault}`);
  });
  expect(faults).toEqual([]);
}

/** Whoever was told that they have it has it, and whoever was refused wanted what others have. */
export function expectAnsweredTruly(
  asked: readonly { opening: Opening & { endAt: number }; answer: TestAnswer<Taken> }[],
  rows: readonly Seated[],
  capacity: number,
): void {
  const online = new Set(rows.filter(({ author }) => author === "citizen").map(({ appointmentId }) => appointmentId));
  const told = asked.flatMap(({ answer }) => (answer.status === 201 ? [answer.body.appointmentId ?? ""] : []));
  expect(told.sort()).toEqual([...online].sort());
  const wronged = asked.filter(({ opening, answer }) => {
    if (answer.status === 201) return false;
    if (answer.status !== 409 || answer.body.code !== "OPENING_NOT_AVAILABLE") return true;
    const seats = overlapping(rows, { startAt: Date.parse(opening.startAt), endAt: opening.endAt });
    return new Set(seats.map(({ seat }) => seat)).size < capacity;
  });
  expect(wronged).toEqual([]);
}

function overlapping(rows: readonly Seated[], time: Pick<Seated, "startAt" | "endAt">): Seated[] {
  return rows.filter(({ startAt, endAt }) => startAt < time.endAt && time.startAt < endAt);
}
