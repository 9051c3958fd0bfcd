import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { systemIds } from "../src/ids.ts";

/**
 * The control of the races: a server that books as it is often written. It reads whether the opening is free, then
 * inserts, without a lock, against copies of the tables without their constraints. It looks for the idempotency key
 * the same way. A race that it survives proves nothing about the hub.
 *
 * A process of its own, as each hub is: DATABASE_URL, PORT.
 */

const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: 4, onnotice: () => undefined });

/** What a call of another system takes. Shorter, a suite on a busy machine sometimes sent its requests too far apart. */
const registryMs = 50;

const tables = {
  "/naive/appointments": { table: "naive_appointment", id: "appointment_id", prefix: "apt" },
  "/naive/holds": { table: "naive_hold", id: "hold_id", prefix: "hld" },
} as const;

type Answer = { status: number; body: Record<string, string> };

async function book(
  { table, id, prefix }: (typeof tables)[keyof typeof tables],
  { slotId, startAt }: { slotId: string; startAt: string },
): Promise<Answer> {
  const [opening] = await sql<{ free: boolean }[]>`
    SELECT NOT EXISTS (
      SELECT 1 FROM ${sql(table)} t
      WHERE t.professional_id = o.professional_id AND t.start_at < o.end_at AND t.end_at > o.start_at) AS free
    FROM opening o WHERE o.slot_id = ${slotId} AND o.start_at = ${startAt}`;
  if (opening?.free !== true) return { status: 409, body: { code: "OPENING_NOT_AVAILABLE" } };
  // As the hub does, it asks RAMQ who this is before it writes.
  await sleep(registryMs);
  const made = systemIds.next(prefix, Date.now());
  await sql`
    INSERT INTO ${sql(table)} (establishment_id, ${sql(id)}, professional_id, place_id, start_at, end_at)
    SELECT establishment_id, ${made}, professional_id, place_id, start_at, end_at
    FROM opening WHERE slot_id = ${slotId} AND start_at = ${startAt}`;
  return { status: 201, body: { [table]: made } };
}

async function once(key: string, run: () => Promise<Answer>): Promise<Answer & { replayed: boolean }> {
  const [known] = await sql<{ answer: Answer }[]>`SELECT answer FROM naive_answer WHERE key = ${key}`;
  if (known !== undefined) return { ...known.answer, replayed: true };
  const answer = await run();
  await sql`INSERT INTO naive_answer (key, answer) VALUES (${key}, ${sql.json(answer)})`;
  return { ...answer, replayed: false };
}

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
  const sent = await text(request);
  // Only the suite calls it, at these two addresses and with bodies it has made.
  const named = tables[request.url as keyof typeof tables];
  const opening = JSON.parse(sent) as { slotId: string; startAt: string };
  const key = `${request.headers.authorization ?? ""} ${String(request.headers["idempotency-key"])}`;
  return once(key, () => book(named, opening));
}

await sql`CREATE TABLE IF NOT EXISTS naive_appointment AS TABLE appointment WITH NO DATA`;
await sql`CREATE TABLE IF NOT EXISTS naive_hold AS TABLE hold WITH NO DATA`;
await sql`CREATE TABLE IF NOT EXISTS naive_answer (key text, answer jsonb)`;
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => process.send?.("ready"));
process.once("disconnect", () => process.exit(0));
process.once("SIGTERM", () => process.exit(0));
