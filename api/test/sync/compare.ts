import type postgres from "postgres";
import type { AClinic } from "../factories.ts";
import type { TestHub } from "../harness.ts";
import type { Entries } from "./agenda.ts";

/** Field by field, without the engine's own comparison: what the hub shows, and what the agenda holds. */
export async function compareBoth({
  sql,
  hub,
  clinic,
  entries,
}: {
  sql: postgres.Sql;
  hub: TestHub;
  clinic: AClinic;
  entries: Entries;
}): Promise<string[]> {
  const { machine, placeId, establishmentId } = clinic;
  const list = async (path: string): Promise<Record<string, unknown>[]> => {
    const { status, body } = await hub.request<{ items: Record<string, unknown>[]; nextCursor: string | null }>(
      "GET",
      `${path}?placeId=${placeId}&limit=1000`,
      { as: machine.token },
    );
    if (status !== 200 || body.nextCursor !== null) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body.items;
  };
  const there = new Map<string, Record<string, unknown>>();
  for (const slot of await list("/v1/slots")) there.set(`slot ${nameOf(slot, "slotId")}`, slot);
  for (const each of await list("/v1/appointments"))
    if (each["status"] === "active") there.set(`appointment ${nameOf(each, "appointmentId")}`, each);
  const [counted] = await sql<{ count: number }[]>`
    SELECT (SELECT count(*) FROM slot WHERE establishment_id = ${establishmentId})::integer
      + (SELECT count(*) FROM appointment WHERE establishment_id = ${establishmentId} AND status = 'active')::integer AS count`;
  const wrong =
    counted?.count === there.size ? [] : [`the tables hold ${String(counted?.count)}, not ${String(there.size)}`];
  for (const key of new Set([...there.keys(), ...entries.keys()])) {
    const theirs = there.get(key);
    const mine = entries.get(key);
    if (theirs === undefined || mine === undefined) {
      wrong.push(`${key} is only ${theirs === undefined ? "in the agenda" : "at the hub"}`);
      continue;
    }
    for (const [field, value] of flat(mine.body)) {
      const other = new Map(flat(theirs)).get(field) ?? null;
      if (plain(field, value) !== plain(field, other))
        wrong.push(`${key} ${field}: ${plain(field, value)} is ${plain(field, other)} at the hub`);
    }
  }
  return wrong;
}

function nameOf(object: Record<string, unknown>, id: string): string {
  return String(object["externalId"] ?? object[id]);
}

function flat(object: object): [string, unknown][] {
  return Object.entries(object).flatMap(([name, value]): [string, unknown][] =>
    name === "patient"
      ? Object.entries(value as object).map(([member, inner]) => [`patient.${member}`, inner])
      : [[name, value]],
  );
}

function plain(field: string, value: unknown): string {
  if (field.endsWith("At")) return String(Date.parse(String(value)));
  return JSON.stringify(Array.isArray(value) ? [...(value as unknown[])].sort() : (value ?? null));
}
