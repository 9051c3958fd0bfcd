import type { ScopedTx } from "../../db/scope.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { placeLabel } from "../../domain/place.ts";
import { statusOf } from "../../domain/slot.ts";
import { zonedText } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import { namesOfObjects } from "../bindings/store.ts";
import { loadAgendaFacts } from "./facts.ts";
import type { AgendaFacts } from "./facts.ts";
import type { Slot } from "./schema.ts";
import type { SlotRow } from "./store.ts";

/** SLOT-49, PLACE-04, SVC-20: slots as their reader sees them: local times, labels, and a machine's own identifiers. */
export async function slotAnswers(tx: ScopedTx, reader: ClinicActor, rows: readonly SlotRow[]): Promise<Slot[]> {
  if (rows.length === 0) return [];
  const [facts, names] = await Promise.all([
    loadAgendaFacts(
      tx,
      rows.map(({ professionalId }) => professionalId),
      rows.map(({ placeId }) => placeId),
      { toWrite: false },
    ),
    reader.kind === "machine"
      ? namesOfObjects(
          tx,
          reader.vendorId,
          "slot",
          rows.map(({ slotId }) => slotId),
        )
      : undefined,
  ]);
  return rows.map((row) => slotOf(row, facts, names?.get(row.slotId) ?? null));
}

export async function slotAnswer(tx: ScopedTx, reader: ClinicActor, row: SlotRow): Promise<Slot> {
  const [answer] = await slotAnswers(tx, reader, [row]);
  if (answer === undefined) throw new Error("one row has one answer");
  return answer;
}

function slotOf(row: SlotRow, facts: AgendaFacts, externalId: string | null): Slot {
  const place = row.placeId === null ? undefined : facts.place(row.placeId);
  const services = facts.slotFacts(row.professionalId)?.services;
  return slotBody(row, {
    timeZone: facts.zoneOfSlot(row),
    // PLACE-04
    placeLabel: place === undefined ? null : placeLabel(place),
    inactiveServiceIds: row.serviceIds.filter((serviceId) => services?.get(serviceId)?.active !== true),
    externalId,
  });
}

/** What of a slot's answer is not in its row. */
export interface SlotReading extends Pick<Slot, "placeLabel" | "inactiveServiceIds" | "externalId"> {
  timeZone: TimeZone;
}

export function slotBody(row: SlotRow, { timeZone, placeLabel, inactiveServiceIds, externalId }: SlotReading): Slot {
  return {
    slotId: row.slotId,
    version: row.version,
    externalId,
    professionalId: row.professionalId,
    startAt: zonedText(row.startAt, timeZone),
    endAt: zonedText(row.endAt, timeZone),
    placeId: row.placeId,
    placeLabel,
    serviceIds: [...row.serviceIds],
    inactiveServiceIds,
    visibility: row.visibility,
    openFrom: row.openFrom === null ? null : zonedText(row.openFrom, timeZone),
    status: statusOf(row),
    serviceType: row.serviceType,
    durationMinutes: row.durationMinutes,
    consultationReasons: [...row.consultationReasons],
  };
}
