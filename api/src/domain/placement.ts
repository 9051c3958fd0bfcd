import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import type { ServiceType, Visibility } from "./opening.ts";
import { minuteMs } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

/** A slot as placements see it; place, duration and the rest are all there or none (SLOT-07). */
export interface PlacedSlot {
  establishmentId: string;
  slotId: string;
  professionalId: string;
  startAt: Instant;
  endAt: Instant;
  placeId: string | null;
  visibility: Visibility | null;
  openFrom: Instant | null;
  serviceType: ServiceType | null;
  durationMinutes: number | null;
  consultationReasons: readonly string[];
}

/** What a caller says about where and when; `slotId` only gives defaults. */
export interface WantedPlacement {
  placeId?: string | undefined;
  /** Of a move: where the appointment was; kept outside any slot while the professional works there. */
  keptPlaceId?: string | undefined;
  startAt?: Instant | undefined;
  durationMinutes?: number | undefined;
}

export interface PlacementFacts {
  workPlaceIds: readonly string[];
  /** The professional's slots around the wanted time. */
  slots: readonly PlacedSlot[];
  /** The slot the caller named. */
  named: PlacedSlot | null;
}

export interface Placement {
  placeId: string;
  startAt: Instant;
  endAt: Instant;
}

/** Which rules a refusal names: those of a creation, or of a move (MOVE-05, MOVE-07, APPT-60). */
export interface PlacementRules {
  start: string;
  mismatch: string;
  workPlace: string;
}
export const creationPlacement: PlacementRules = {
  start: "Appointment.startTime",
  mismatch: "APPT-17",
  workPlace: "APPT-19",
};
export const movePlacement: PlacementRules = { start: "APPT-60", mismatch: "MOVE-05", workPlace: "MOVE-07" };

/**
 * Where and when an appointment or a hold of the clinic is.
 *
 * APPT-16, APPT-21: a complete slot gives what is not sent; APPT-17, SLOT-48, MOVE-05: inside one, another place is
 * refused, MOVE-04: and its place is taken. APPT-13 to APPT-15: in an incomplete slot or outside any slot, the only
 * work place is taken and otherwise a place is asked for. APPT-19, MOVE-07: it is a work place. APPT-12, APPT-20,
 * SLOT-23: any time is accepted, also inside a public slot, before it opens to citizens, or in the past (APPT-01 has its
 * own check).
 */
export function decidePlacement(
  facts: PlacementFacts,
  wanted: WantedPlacement,
  rules: PlacementRules = creationPlacement,
): Decision<Placement> {
  const startAt = wanted.startAt ?? facts.named?.startAt;
  if (startAt === undefined) return refuse(violation(rules.start, "REQUIRED_FIELD", "/startAt"));
  const around = completeSlotsAt(facts, startAt);
  const slot = chosenSlot(around, wanted);
  const found: Violation[] = [];
  const kept = facts.workPlaceIds.find((placeId) => placeId === wanted.keptPlaceId);
  const onlyPlace = facts.workPlaceIds.length === 1 ? facts.workPlaceIds[0] : undefined;
  const placeId = wanted.placeId ?? slot?.placeId ?? kept ?? onlyPlace;
  if (around.length > 0 && slot === undefined) found.push(violation(rules.mismatch, "PLACE_MISMATCH", "/placeId"));
  if (placeId === undefined) found.push(violation("APPT-14", "REQUIRED_FIELD", "/placeId"));
  else if (!facts.workPlaceIds.includes(placeId))
    found.push(violation(rules.workPlace, "PLACE_NOT_WORK_PLACE", "/placeId"));
  // Another place than that of the slots there is refused once: it does not take their duration away as well.
  const durationMinutes = wanted.durationMinutes ?? (slot ?? around[0])?.durationMinutes ?? undefined;
  if (durationMinutes === undefined) found.push(violation("APPT-21", "REQUIRED_FIELD", "/durationMinutes"));
  if (found.length > 0 || placeId === undefined || durationMinutes === undefined) return refuse(...found);
  return accept({ placeId, startAt, endAt: startAt + durationMinutes * minuteMs });
}

function chosenSlot(around: readonly PlacedSlot[], { placeId, keptPlaceId }: WantedPlacement): PlacedSlot | undefined {
  if (placeId !== undefined) return around.find((slot) => slot.placeId === placeId);
  return around.find((slot) => slot.placeId === keptPlaceId) ?? around[0];
}

/** Complete slots that a start lies in: the named one first, then by start (slots may overlap, SLOT-19). */
function completeSlotsAt({ slots, named }: PlacementFacts, startAt: Instant): PlacedSlot[] {
  return slots
    .filter((slot) => slot.placeId !== null && slot.startAt <= startAt && startAt < slot.endAt)
    .sort((a, b) => rank(a, named) - rank(b, named) || a.startAt - b.startAt || (a.slotId < b.slotId ? -1 : 1));
}

function rank(slot: PlacedSlot, named: PlacedSlot | null): number {
  return slot.slotId === named?.slotId ? 0 : 1;
}

/**
 * The slot an appointment is read with: a complete one at its place, else an incomplete one; null is outside any slot
 * (hors plage). APPT-18: a slot of another place, created over it later, is not its slot.
 */
export function slotOf(
  appointment: { startAt: Instant; placeId: string },
  slots: readonly PlacedSlot[],
): PlacedSlot | null {
  const around = slots
    .filter(({ startAt, endAt }) => startAt <= appointment.startAt && appointment.startAt < endAt)
    .sort((a, b) => a.startAt - b.startAt || (a.slotId < b.slotId ? -1 : 1));
  return (
    around.find(({ placeId }) => placeId === appointment.placeId) ??
    around.find(({ placeId }) => placeId === null) ??
    null
  );
}
