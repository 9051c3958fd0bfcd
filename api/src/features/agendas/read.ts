import type { AgendaSpan } from "../../db/locks.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { intervalOf } from "../../domain/agenda-view.ts";
import type { Days } from "../../domain/agenda-view.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { freshnessOf } from "../../domain/freshness.ts";
import type { Hold } from "../../domain/hold.ts";
import { mayRead, mayWrite } from "../../domain/permission.ts";
import { placeLabel } from "../../domain/place.ts";
import { overlaps, timeZones } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { utcText } from "../../http/time.ts";
import { holdOwnerOf } from "../appointments/decide-agenda.ts";
import { storedBody } from "../appointments/reading.ts";
import { readAppointmentsIn } from "../appointments/store.ts";
import type { AppointmentReading } from "../appointments/store.ts";
import { listHoldsIn } from "../holds/store.ts";
import { holdBody } from "../holds/wire.ts";
import { linkTimesOf } from "../machine-links/store.ts";
import { freshnessBody } from "../machine-links/wire.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import { slotBody } from "../slots/answer.ts";
import type { Agenda, AgendaSlot, ProfessionalAgendas } from "./schema.ts";
import { listAgendaSlots } from "./store.ts";
import type { AgendaPlace, AgendaSlotRow } from "./store.ts";

/** What is looked at. */
export interface Look {
  /** Undefined: every place. */
  placeId: string | undefined;
  /** Days are local: those of a place in each zone. */
  days: Readonly<Record<TimeZone, Days>>;
  now: number;
}

/** Agendas as they are answered, and the appointments that were read for it. */
export interface Read {
  items: ProfessionalAgendas[];
  shown: AppointmentReading[];
}

/** When a professional has no work place at all. */
const zoneOfNowhere: TimeZone = "America/Toronto";

/** From the first midnight of the days in any zone to the last. */
export function everywhere(days: Look["days"]): { startAt: number; endAt: number } {
  const intervals = timeZones.map((zone) => intervalOf(days[zone], zone));
  return {
    startAt: Math.min(...intervals.map(({ startAt }) => startAt)),
    endAt: Math.max(...intervals.map(({ endAt }) => endAt)),
  };
}

/**
 * VIEW-01, SLOT-49: three statements however many professionals there are, sent together. What is at a place that a
 * professional has left is shown there all the same (EMP-16). APPT-05: they read what is written; no copy lags behind.
 */
export async function readAgendas(
  deps: Deps,
  tx: ScopedTx,
  call: Call<ClinicActor>,
  professionals: readonly ProfessionalFacts[],
  places: readonly AgendaPlace[],
  look: Look,
): Promise<Read> {
  const { actor } = call;
  const vendorId = actor.kind === "machine" ? actor.vendorId : null;
  const spans = professionals.map(({ establishmentId, professionalId }): AgendaSpan => ({
    establishmentId,
    professionalId,
    ...everywhere(look.days),
  }));
  const [slots, appointments, holds] = await Promise.all([
    listAgendaSlots(tx, spans, vendorId, look.now),
    readAppointmentsIn(tx, spans, vendorId),
    listHoldsIn(tx, spans, look.now),
  ]);
  const content = {
    slots: byProfessional(slots),
    appointments: byProfessional(appointments),
    holds: byProfessional(holds),
  };
  const shown: AppointmentReading[] = [];
  const items = professionals.map((professional) => {
    const of = <Row>(rows: ReadonlyMap<string, Row[]>) => rows.get(professional.professionalId) ?? [];
    const own = { slots: of(content.slots), appointments: of(content.appointments), holds: of(content.holds) };
    const agendas = places.flatMap((place) => {
      const agenda = agendaAt(deps, call, professional, place, own, look);
      if (agenda === undefined) return [];
      shown.push(...agenda.appointments);
      return [agenda.body];
    });
    return professionalAgendas(
      actor,
      professional,
      agendas,
      incompleteSlots(actor, professional, places, own.slots, look),
      look,
    );
  });
  return { items, shown };
}

interface Content {
  slots: readonly AgendaSlotRow[];
  appointments: readonly AppointmentReading[];
  holds: readonly Hold[];
}

/** Undefined when the reader may not see it, or it is none: the professional neither works there nor has anything there. */
function agendaAt(
  deps: Deps,
  call: Call<ClinicActor>,
  { establishmentId, professionalId, placeIds }: ProfessionalFacts,
  place: AgendaPlace,
  content: Content,
  { placeId: only, days, now }: Look,
): { body: Agenda; appointments: AppointmentReading[] } | undefined {
  const { placeId, timeZone } = place;
  const agenda = { establishmentId, professionalId, placeId };
  if (place.establishmentId !== establishmentId || (only !== undefined && only !== placeId)) return undefined;
  if (!mayRead(call.actor, agenda)) return undefined;
  const interval = intervalOf(days[timeZone], timeZone);
  const here = <Row extends { placeId: string | null; startAt: number; endAt: number }>(rows: readonly Row[]) =>
    rows.filter((row) => row.placeId === placeId && overlaps(row, interval));
  const [slots, appointments, holds] = [here(content.slots), here(content.appointments), here(content.holds)];
  const isEmpty = slots.length === 0 && appointments.length === 0 && holds.length === 0;
  if (isEmpty && !placeIds.includes(placeId)) return undefined;
  const reader = holdOwnerOf(call.actor);
  const label = placeLabel(place);
  return {
    appointments,
    body: {
      ...{ placeId, placeLabel: label, timeZone, ...days[timeZone] },
      freshness: freshnessBody(freshnessOf(linkTimesOf(place), now)),
      manageable: mayWrite(call.actor, agenda),
      slots: slots.map((slot) => agendaSlot(slot, label, timeZone)),
      appointments: appointments.map((appointment) => storedBody(deps, call, appointment)),
      holds: holds.map((hold) => holdBody(hold, timeZone, reader)),
    },
  };
}

/** PERM-19: for whoever may read the professional's agenda at any place; their days are those of the first work place. */
function incompleteSlots(
  actor: ClinicActor,
  { establishmentId, professionalId, placeIds }: ProfessionalFacts,
  places: readonly AgendaPlace[],
  slots: readonly AgendaSlotRow[],
  { placeId, days }: Look,
) {
  const agenda = { establishmentId, professionalId, placeId: null, professionalPlaceIds: placeIds };
  if (placeId !== undefined || !mayRead(actor, agenda)) return [];
  const timeZone = places.find((place) => place.placeId === placeIds[0])?.timeZone ?? zoneOfNowhere;
  const interval = intervalOf(days[timeZone], timeZone);
  return slots
    .filter((slot) => slot.placeId === null && overlaps(slot, interval))
    .map((slot) => slotBody(slot, { ...slot, timeZone, placeLabel: null }));
}

function professionalAgendas(
  actor: ClinicActor,
  { establishmentId, professionalId, displayName, placeIds }: ProfessionalFacts,
  agendas: Agenda[],
  incomplete: ProfessionalAgendas["incompleteSlots"],
  { now }: Look,
): ProfessionalAgendas {
  const anywhere = { establishmentId, professionalId, placeId: null, professionalPlaceIds: placeIds };
  return {
    professionalId,
    professionalName: displayName,
    establishmentId,
    readAt: utcText(now),
    manageable: agendas.some(({ manageable }) => manageable) || mayWrite(actor, anywhere),
    agendas,
    incompleteSlots: incomplete,
  };
}

/** SLOT-49 */
function agendaSlot(slot: AgendaSlotRow, label: string, timeZone: TimeZone): AgendaSlot {
  const { total, taken, free } = slot;
  return {
    ...slotBody(slot, { ...slot, timeZone, placeLabel: label }),
    ...(slot.visibility === "public" ? { public: true } : {}),
    openings: { total, taken, free },
  };
}

function byProfessional<Row extends { professionalId: string }>(rows: readonly Row[]): ReadonlyMap<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const known = found.get(row.professionalId);
    if (known === undefined) found.set(row.professionalId, [row]);
    else known.push(row);
  }
  return found;
}
