import { once } from "node:events";
import type { Connection } from "../src/db/connection.ts";
import type { BenchAgenda } from "./agenda.ts";
import type { RawSlot } from "./references.ts";

const quarterMs = 900_000;

/** The slots with their openings, their changes and their names, by COPY, in one transaction. */
export async function copyRows(
  owner: Connection,
  agenda: BenchAgenda,
  slots: readonly RawSlot[],
  now: number,
): Promise<void> {
  const { establishmentId, placeId } = agenda;
  const at = new Date(now).toISOString();
  const text = (time: number) => new Date(time).toISOString();
  const reasons = "{allReasons}";
  const slotLines = slots.map((slot) =>
    [
      ...[establishmentId, slot.slotId, slot.professionalId, text(slot.startAt), text(slot.endAt), placeId, "public"],
      ...["\\N", "GEN", "15", `{${slot.serviceId}}`, reasons, "1", at, at],
    ].join("\t"),
  );
  const openingLines = slots.flatMap((slot) =>
    Array.from({ length: (slot.endAt - slot.startAt) / quarterMs }, (_, n) => {
      const startAt = slot.startAt + n * quarterMs;
      return [
        ...[establishmentId, slot.slotId, text(startAt), text(startAt + quarterMs), slot.professionalId, placeId],
        ...["GEN", reasons, "public", "\\N", "f", "\\N"],
      ].join("\t");
    }),
  );
  const changeLines = slots.map((slot, n) =>
    [
      ...[establishmentId, String(1_000_000_001 + n), at, "slot", slot.slotId, "created", "1", `{${placeId}}`],
      ...[
        slot.professionalId,
        text(slot.startAt),
        text(slot.endAt),
        "complete",
        "{}",
        "machine",
        agenda.machineId,
        "\\N",
      ],
    ].join("\t"),
  );
  const nameLines = slots.map((slot) =>
    [establishmentId, agenda.vendorId, "slot", `copied-${slot.slotId}`, slot.slotId, "0".repeat(64), "1"].join("\t"),
  );
  await owner.begin(async (sql) => {
    await sql`SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)`;
    const copy = async (into: string, lines: readonly string[]) => {
      const stream = await sql.unsafe(`COPY ${into} FROM STDIN`).writable();
      for (let from = 0; from < lines.length; from += 1000)
        if (!stream.write(`${lines.slice(from, from + 1000).join("\n")}\n`)) await once(stream, "drain");
      const finished = once(stream, "finish");
      stream.end();
      await finished;
    };
    await copy(
      "slot (establishment_id, slot_id, professional_id, start_at, end_at, place_id, visibility, open_from, service_type, duration_minutes, service_ids, consultation_reasons, version, created_at, updated_at)",
      slotLines,
    );
    await copy(
      "opening (establishment_id, slot_id, start_at, end_at, professional_id, place_id, service_type, consultation_reasons, visibility, open_from, busy, held_until)",
      openingLines,
    );
    await copy(
      "change (establishment_id, seq, at, object_type, object_id, operation, version, place_ids, professional_id, start_at, end_at, status, changed, actor_type, actor_id, vendor_id)",
      changeLines,
    );
    await copy(
      "external_binding (establishment_id, vendor_id, object_type, external_id, object_id, body_hash, vendor_version)",
      nameLines,
    );
  });
}

/** The log after a position with the vendor's names, page by page; answers how many rows it holds. */
export async function readLogRows(
  connection: Connection,
  { establishmentId, vendorId }: BenchAgenda,
  after: number,
  limit: number,
): Promise<number> {
  let [seq, count] = [after, 0];
  for (;;) {
    const rows = await connection<{ seq: number }[]>`
      SELECT c.*, b.external_id FROM (
        SELECT * FROM change WHERE establishment_id = ${establishmentId} AND seq > ${seq} ORDER BY seq LIMIT ${limit}) c
      LEFT JOIN external_binding b ON b.establishment_id = c.establishment_id AND b.vendor_id = ${vendorId}
        AND b.object_type = c.object_type AND b.object_id = c.object_id
      ORDER BY c.seq`;
    count += rows.length;
    if (rows.length < limit) return count;
    seq = Number(rows.at(-1)?.seq);
  }
}

/** The slots of a place between two instants with the vendor's names, page by page. */
export async function readSlotRows(
  connection: Connection,
  { establishmentId, placeId, vendorId }: BenchAgenda,
  { from, to }: { from: number; to: number },
  limit: number,
): Promise<number> {
  let [startAt, slotId, count] = [from, "", 0];
  for (;;) {
    const rows = await connection<{ start_at: number; slot_id: string }[]>`
      SELECT s.*, b.external_id FROM (
        SELECT * FROM slot WHERE establishment_id = ${establishmentId} AND place_id = ${placeId}
          AND (start_at, slot_id) > (${startAt}, ${slotId}) AND start_at < ${to}
        ORDER BY start_at, slot_id LIMIT ${limit}) s
      LEFT JOIN external_binding b ON b.establishment_id = s.establishment_id AND b.vendor_id = ${vendorId}
        AND b.object_type = 'slot' AND b.object_id = s.slot_id
      ORDER BY s.start_at, s.slot_id`;
    count += rows.length;
    const last = rows.at(-1);
    if (rows.length < limit || last === undefined) return count;
    [startAt, slotId] = [last.start_at, last.slot_id];
  }
}
