import type { Instant } from "../../clock.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { appointmentTypeOf, checkPastLimit } from "../../domain/appointment.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { accept, refuse, violation } from "../../domain/decision.ts";
import type { Decision, Violation } from "../../domain/decision.ts";
import type { HoldOwner } from "../../domain/hold.ts";
import { refuseWrite } from "../../domain/permission.ts";
import { decidePlacement, movePlacement } from "../../domain/placement.ts";
import type { PlacedSlot, Placement } from "../../domain/placement.ts";
import type { Registration } from "../../domain/registration.ts";
import { localDateOf, minuteMs, ramqTimeZone } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { Book } from "../../lane/book.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";

/** Where and when a clinic's command is, and what its establishment makes of it. */

export interface WantedTime {
  slotId?: string | undefined;
  professionalId?: string | undefined;
  placeId?: string | undefined;
  startAt?: Instant | undefined;
  durationMinutes?: number | undefined;
}

/** Who decides, in which establishments, and about which patient. */
export interface Deciding {
  book: Book;
  actor: ClinicActor;
  establishmentIds: readonly string[];
}

export function holdOwnerOf(actor: ClinicActor): HoldOwner {
  return actor.kind === "machine"
    ? { type: "machine", id: actor.machineId }
    : { type: "employee", id: actor.employeeId };
}

/** HOLD-09: who makes an appointment, and whose holds it consumes. */
export function makerOf(actor: ClinicActor): { author: ClinicActor; owner: HoldOwner } {
  return { author: actor, owner: holdOwnerOf(actor) };
}

export interface Agenda {
  professional: ProfessionalFacts;
  placement: Placement;
  timeZone: TimeZone;
}

/** The slot that the caller names, unless it is not there for them. */
function namedSlot({ book, establishmentIds }: Deciding, { slotId }: WantedTime): PlacedSlot | null {
  const named = slotId === undefined ? undefined : book.slot(slotId);
  return named !== undefined && establishmentIds.includes(named.establishmentId) ? named : null;
}

/** The start that is wanted, whether or not anything can be there; undefined when that is not said. */
export function startOf(deciding: Deciding, wanted: WantedTime, before: Appointment | null): Instant | undefined {
  if (wanted.startAt !== undefined) return wanted.startAt;
  return wanted.slotId === undefined ? before?.startAt : namedSlot(deciding, wanted)?.startAt;
}

/** The agenda and the time that are wanted, and whether the caller may write there (APPT-49, MOVE-13, PERM-14). */
export function decideAgenda(deciding: Deciding, wanted: WantedTime, before: Appointment | null): Decision<Agenda> {
  const { book, actor, establishmentIds } = deciding;
  const named = namedSlot(deciding, wanted);
  if (wanted.slotId !== undefined && named === null) return refuse(violation("CONTRACT", "NOT_FOUND", "/slotId"));
  const professionalId = wanted.professionalId ?? named?.professionalId ?? before?.professionalId;
  // SEARCH-12: of a creation or a hold, for a change has the appointment's.
  if (professionalId === undefined) return refuse(violation("SEARCH-12", "REQUIRED_FIELD", "/professionalId"));
  const professional = book.professional(professionalId);
  if (professional === undefined || !isReachable(professional, establishmentIds, before))
    return refuse(violation("CONTRACT", "NOT_FOUND", "/professionalId"));
  const { establishmentId, placeIds } = professional;
  const agenda = { establishmentId, professionalId };
  const nowhere = refuseWrite(actor, { ...agenda, placeId: null, professionalPlaceIds: placeIds }, "APPT-49");
  if (nowhere !== undefined) return refuse(nowhere);
  if (before !== null && isSameAgenda(before, professionalId, wanted))
    return accept({ professional, placement: lasting(before, wanted), timeZone: book.place(before.placeId).timeZone });
  const placed = decidePlacement(
    { workPlaceIds: placeIds, slots: book.slotsOf(professionalId), named },
    { ...wanted, startAt: startOf(deciding, wanted, before), keptPlaceId: before?.placeId },
    before === null ? undefined : movePlacement,
  );
  if (!placed.ok) return placed;
  const forbidden = refuseWrite(actor, { ...agenda, placeId: placed.value.placeId }, "APPT-49");
  if (forbidden !== undefined) return refuse(forbidden);
  const { timeZone } = book.place(placed.value.placeId);
  return accept({ professional, placement: placed.value, timeZone });
}

/** APPT-18: neither start, professional nor place is another: a slot created over it since does not matter. */
function isSameAgenda(before: Appointment, professionalId: string, wanted: WantedTime): boolean {
  return (
    wanted.slotId === undefined &&
    professionalId === before.professionalId &&
    (wanted.startAt ?? before.startAt) === before.startAt &&
    (wanted.placeId ?? before.placeId) === before.placeId
  );
}

function lasting({ placeId, startAt, endAt }: Appointment, { durationMinutes }: WantedTime): Placement {
  return { placeId, startAt, endAt: durationMinutes === undefined ? endAt : startAt + durationMinutes * minuteMs };
}

/** A move stays within the appointment's establishment. */
function isReachable(
  { establishmentId }: ProfessionalFacts,
  establishmentIds: readonly string[],
  before: Appointment | null,
): boolean {
  return before === null ? establishmentIds.includes(establishmentId) : before.establishmentId === establishmentId;
}

export function typeOf(book: Book, registration: Registration | null, professional: ProfessionalFacts) {
  const { gmfNumber } = book.establishment(professional.establishmentId);
  const { practiceNumber } = professional;
  return appointmentTypeOf(registration, { practiceNumber, gmfNumber }, localDateOf(book.now, ramqTimeZone));
}

/** APPT-01. `pointer`: to the start in the request, or to all of it when the start is what the appointment has. */
export function pastLimitOf(
  book: Book,
  { establishmentId, startAt }: { establishmentId: string; startAt: Instant },
  zone: TimeZone,
  pointer: "/startAt" | "",
): Violation[] {
  const days = book.establishment(establishmentId).pastLimitDays;
  const found = checkPastLimit(startAt, { now: book.now, zone, days }, "APPT-01", pointer);
  return found === undefined ? [] : [found];
}
