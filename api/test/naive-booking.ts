import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { systemIds } from "../src/ids.ts";

/**
 * The control of the races: a server that books as it is often written. It reads whether the time is free, then
 * inserts, without a lock, against copies of the tables without their constraints. It looks for the idempotency key
 * the same way, and its job takes away what has run out while others use it. A race that it survives proves nothing
 * about the hub.
 *
 * A process of its own, as each hub is: DATABASE_URL, PORT. Its time is that of the hubs over the same database.
 */

const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: 4, onnotice: () => undefined });

/** What a call of another system takes. Shorter, a suite on a busy machine sometimes sent its requests too far apart. */
const registryMs = 150;
const jobMs = 10;

/** A citizen's opening, or the time that a clinic names. */
interface Wanted {
  slotId?: string;
  professionalId?: string;
  startAt: string;
  durationMinutes?: number;
  holdId?: string;
}

interface Time {
  establishmentId: string;
  professionalId: string;
  placeId: string;
  startAt: Date;
  endAt: Date;
  capacity: number;
}

type Answer = { status: number; body: Record<string, string> };
const lost: Answer = { status: 409, body: { code: "OPENING_NOT_AVAILABLE" } };

const columns = sql`o.establishment_id AS "establishmentId", o.professional_id AS "professionalId", o.place_id AS "placeId",
  o.start_at AS "startAt", o.end_at AS "endAt", p.capacity`;

async function openingOf({ slotId = "", startAt }: Wanted): Promise<Time | undefined> {
  const [time] = await sql<Time[]>`
    SELECT ${columns} FROM opening o JOIN professional p USING (establishment_id, professional_id)
    WHERE o.slot_id = ${slotId} AND o.start_at = ${startAt}`;
  return time;
}

async function timeOf({ professionalId = "", startAt, durationMinutes = 0 }: Wanted): Promise<Time | undefined> {
  const endAt = new Date(Date.parse(startAt) + durationMinutes * 60_000);
  const [time] = await sql<Time[]>`
    SELECT ${columns} FROM professional p JOIN professional_place USING (establishment_id, professional_id)
    CROSS JOIN LATERAL (
      SELECT p.establishment_id, p.professional_id, professional_place.place_id, ${startAt}::timestamptz AS start_at,
        ${endAt}::timestamptz AS end_at) AS o
    WHERE p.professional_id = ${professionalId}`;
  return time;
}

async function countIn(table: string, { professionalId, startAt, endAt }: Time, but = ""): Promise<number> {
  const running =
    table === "naive_hold" ? sql`AND hold_id <> ${but} AND expires_at > (SELECT anchor_now FROM sandbox_clock)` : sql``;
  const [row] = await sql<{ taken: number }[]>`
    SELECT count(*)::integer AS taken FROM ${sql(table)}
    WHERE professional_id = ${professionalId} AND start_at < ${endAt} AND end_at > ${startAt} ${running}`;
  return row?.taken ?? 0;
}

async function announce(
  { establishmentId }: Time,
  type: string,
  id: string,
  operation: string,
  status: string,
): Promise<void> {
  await sql`
    INSERT INTO naive_change (establishment_id, at, object_type, object_id, operation, status)
    SELECT ${establishmentId}, anchor_now, ${type}, ${id}, ${operation}, ${status} FROM sandbox_clock`;
}

/** APPT-09 and HOLD-09 as hoped for: a citizen where a seat is free, with their hold if it still runs. */
async function book(wanted: Wanted): Promise<Answer> {
  const time = await openingOf(wanted);
  if (time === undefined) return lost;
  const { holdId = "" } = wanted;
  const taken = await countIn("naive_appointment", time);
  if (taken + (await countIn("naive_hold", time, holdId)) >= time.capacity) return lost;
  const held = await sql`
    SELECT FROM naive_hold WHERE hold_id = ${holdId} AND expires_at > (SELECT anchor_now FROM sandbox_clock)`;
  // As the hub does, it asks RAMQ who this is before it writes.
  await sleep(registryMs);
  const answer = await insertAppointment(time, taken + 1, "citizen");
  if (held.length > 0) {
    await sql`DELETE FROM naive_hold WHERE hold_id = ${holdId}`;
    await announce(time, "hold", holdId, "deleted", "consumed");
  }
  return answer;
}

/** APPT-08 as hoped for: the clinic may always, on the next seat. */
async function bookForClinic(wanted: Wanted): Promise<Answer> {
  const time = await timeOf(wanted);
  if (time === undefined) return lost;
  const taken = await countIn("naive_appointment", time);
  await sleep(registryMs);
  return insertAppointment(time, taken + 1, "employee");
}

async function insertAppointment(time: Time, seat: number, author: string): Promise<Answer> {
  const { establishmentId, professionalId, placeId, startAt, endAt } = time;
  const made = systemIds.next("apt", Date.now());
  await sql`
    INSERT INTO naive_appointment (establishment_id, appointment_id, professional_id, place_id, start_at, end_at, seat,
      status, author_type)
    VALUES (${establishmentId}, ${made}, ${professionalId}, ${placeId}, ${startAt}, ${endAt}, ${seat}, 'active', ${author})`;
  await announce(time, "appointment", made, "created", "active");
  return { status: 201, body: { appointmentId: made } };
}

async function hold(wanted: Wanted): Promise<Answer> {
  const time = await openingOf(wanted);
  if (time === undefined || (await countIn("naive_hold", time)) >= time.capacity) return lost;
  await sleep(registryMs);
  const { establishmentId, professionalId, placeId, startAt, endAt } = time;
  const made = systemIds.next("hld", Date.now());
  await sql`
    INSERT INTO naive_hold (establishment_id, hold_id, professional_id, place_id, start_at, end_at, expires_at)
    SELECT ${establishmentId}, ${made}, ${professionalId}, ${placeId}, ${startAt}, ${endAt}, anchor_now + interval '5 minutes'
    FROM sandbox_clock`;
  await announce(time, "hold", made, "created", "active");
  return { status: 201, body: { holdId: made } };
}

/** HOLD-08 as hoped for. */
async function removeExpiredHolds(): Promise<void> {
  const expired = await sql<(Time & { holdId: string })[]>`
    SELECT hold_id AS "holdId", establishment_id AS "establishmentId" FROM naive_hold
    WHERE expires_at <= (SELECT anchor_now FROM sandbox_clock)`;
  for (const each of expired) {
    const gone = await sql`DELETE FROM naive_hold WHERE hold_id = ${each.holdId}`;
    if (gone.count > 0) await announce(each, "hold", each.holdId, "deleted", "expired");
  }
}

async function once(key: string, run: () => Promise<Answer>): Promise<Answer & { replayed: boolean }> {
  const [known] = await sql<{ answer: Answer }[]>`SELECT answer FROM naive_answer WHERE key = ${key}`;
  if (known !== undefined) return { ...known.answer, replayed: true };
  const answer = await run();
  await sql`INSERT INTO naive_answer (key, answer) VALUES (${key}, ${sql.json(answer)})`;
  return { ...answer, replayed: false };
}

const operations: Record<string, (wanted: Wanted) => Promise<Answer>> = {
  "/naive/appointments": book,
  "/naive/clinic-appointments": bookForClinic,
  "/naive/holds": hold,
};

const server = createServer((request, response) => {
  void serve(request).then(({ status, body, replayed }) => {
    response.writeHead(status, {
      "content-type": "application/json",
      "idempotency-replayed": String(replayed),
    });
    response.end(JSON.stringify(body));
  });
});

async function serve(request: IncomingMessage): Promise<Answer & { replayed: boolean }> {
  const operation = operations[request.url ?? ""];
  if (operation === undefined) throw new Error(`there is no ${String(request.url)}`);
  // Only the suite calls it, with bodies it has made.
  const wanted = JSON.parse(await text(request)) as Wanted;
  const key = `${request.headers.authorization ?? ""} ${String(request.headers["idempotency-key"])}`;
  return once(key, () => operation(wanted));
}

async function runJob(): Promise<never> {
  for (;;) {
    await removeExpiredHolds();
    await sleep(jobMs);
  }
}

// Whichever of the two comes first makes the tables.
await sql.begin(async (tx) => {
  await tx`SELECT pg_advisory_xact_lock(0)`;
  await tx`CREATE TABLE IF NOT EXISTS naive_appointment AS TABLE appointment WITH NO DATA`;
  await tx`CREATE TABLE IF NOT EXISTS naive_hold AS TABLE hold WITH NO DATA`;
  await tx`CREATE TABLE IF NOT EXISTS naive_change AS TABLE change WITH NO DATA`;
  await tx`CREATE SEQUENCE IF NOT EXISTS naive_seq`;
  await tx`ALTER TABLE naive_change ALTER seq SET DEFAULT nextval('naive_seq')`;
  await tx`CREATE TABLE IF NOT EXISTS naive_answer (key text, answer jsonb)`;
});
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => process.send?.("ready"));
void runJob();
process.once("disconnect", () => process.exit(0));
process.once("SIGTERM", () => process.exit(0));
