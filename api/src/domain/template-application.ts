import type { Employee } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { hasLeft } from "./employee.ts";
import { mayWrite, writesSomeAgenda } from "./permission.ts";
import { hasEnded } from "./place.ts";
import { distinctServices, namedService, weekdays } from "./schedule-template.ts";
import type { TemplateSlot } from "./schedule-template.ts";
import { sameTriple } from "./service.ts";
import type { Service, ServiceTriple } from "./service.ts";
import { placeViolations, zoneOf } from "./slot.ts";
import type { SlotContent, SlotFacts } from "./slot.ts";
import { addDays } from "./time.ts";
import type { TimeZone } from "./time.ts";
import { daysInWeek, isWithinAgendas, momentOn, placedOn, sundayOf } from "./week.ts";

/** Milliseconds since the epoch. */
type Instant = number;

/** What an application asks for. */
export interface Application {
  placeId: string;
  professionalId: string;
  /** A local date of the first week. */
  week: string;
  additionalWeeks: number;
}

export interface ApplicationFacts {
  template: { placeId: string; professionalIds: readonly string[]; slots: readonly TemplateSlot[] };
  /** The chosen professional's. */
  slotFacts: SlotFacts;
  /** REASON-11. */
  inactiveReasons: readonly string[];
}

export interface Applied {
  /** Each with its Sunday. */
  weeks: readonly { weekStart: string; slots: readonly SlotContent[] }[];
  /** Slots whose start the spring change skips. */
  skipped: number;
}

/** TPL-06: on top of the selected week. */
export const maxAdditionalWeeks = 52;

/**
 * TPL-04, TPL-06 to TPL-12, TPL-33, TPL-40, SLOT-13, PLACE-07: the slots that a template makes of a professional's weeks,
 * or everything that speaks against it. What the weeks hold already is not asked (TPL-10, TPL-11).
 */
export function decideApplication(wish: Application, facts: ApplicationFacts, now: Instant): Decision<Applied> {
  const { template, slotFacts } = facts;
  const zone = zoneOf(template.placeId, slotFacts);
  const inRange = wish.additionalWeeks >= 0 && wish.additionalWeeks <= maxAdditionalWeeks;
  const sundays = inRange ? sundaysOf(wish) : [];
  const weeks = sundays.map((weekStart) => ({ weekStart, placed: placedIn(weekStart, template.slots, zone) }));
  const placed = weeks.flatMap((week) => week.placed);
  const violations = [
    ...(wish.placeId === template.placeId ? [] : [violation("TPL-04", "TEMPLATE_PLACE_MISMATCH", "/placeId")]),
    ...placeViolations(template.placeId, slotFacts, null, now),
    ...(template.professionalIds.includes(wish.professionalId)
      ? []
      : [violation("TPL-40", "TEMPLATE_NOT_FOR_PROFESSIONAL", "/professionalId")]),
    ...(inRange ? [] : [violation("TPL-06", "OUT_OF_RANGE", "/additionalWeeks")]),
    ...(sundays.every(isWithinAgendas) ? [] : [violation("CONTRACT", "OUT_OF_RANGE", "/week")]),
    ...offerViolations(facts),
    ...(placed.some(({ endAt }) => endAt < now) ? [violation("TPL-07", "SLOT_IN_PAST", "/week")] : []),
  ];
  if (violations.length > 0) return refuse(...violations);
  return accept({
    weeks: weeks.map((week) => ({
      weekStart: week.weekStart,
      slots: week.placed.map((each) => contentOf(each, template.placeId, slotFacts)),
    })),
    skipped: sundays.length * template.slots.length - placed.length,
  });
}

/** TPL-01, TPL-02: who applies a template writes the professional's agenda at its place. */
export function refuseApplication(
  employee: Employee,
  agenda: { establishmentId: string; professionalId: string; placeId: string },
): Violation | undefined {
  if (mayWrite(employee, agenda)) return undefined;
  return violation(writesSomeAgenda(employee) ? "TPL-02" : "TPL-01", "FORBIDDEN");
}

/**
 * TPL-03: the professional's places where a template may be applied to their agenda by this employee; PLACE-07: while they
 * last, EMP-19: and while the professional is there.
 */
export function applicablePlaces<P extends { placeId: string; endDate: string | null }>(
  employee: Employee,
  {
    establishmentId,
    professionalId,
    departureDate,
  }: { establishmentId: string; professionalId: string; departureDate: string | null },
  workPlaces: readonly P[],
  todayAt: (place: P) => string,
): P[] {
  return workPlaces.filter(
    (place) =>
      mayWrite(employee, { establishmentId, professionalId, placeId: place.placeId }) &&
      !hasEnded(place.endDate, todayAt(place)) &&
      !hasLeft(departureDate, todayAt(place)),
  );
}

/** TPL-05, TPL-06, TPL-21: the week of the date, and those that follow it directly. */
function sundaysOf({ week, additionalWeeks }: Application): string[] {
  const first = sundayOf(week);
  return Array.from({ length: additionalWeeks + 1 }, (_, count) => addDays(first, count * daysInWeek));
}

interface Placed {
  slot: TemplateSlot;
  startAt: Instant;
  endAt: Instant;
  openFrom: Instant | null;
}

/** Weekdays and local times as they are on either side of a clock change; a start that does not exist is left out. */
function placedIn(weekStart: string, slots: readonly TemplateSlot[], zone: TimeZone): Placed[] {
  return slots.flatMap((slot) => {
    const date = addDays(weekStart, weekdays.indexOf(slot.weekday));
    const interval = placedOn(date, slot.startTime, slot.endTime, zone);
    return interval === null ? [] : [{ slot, ...interval, openFrom: openFromOf(slot, date, zone) }];
  });
}

/** TPL-12, TPL-33: some days before the slot's date, at the opening time there. */
function openFromOf({ openDaysBefore, openTime }: TemplateSlot, date: string, zone: TimeZone): Instant | null {
  if (openDaysBefore === null || openTime === null) return null;
  return momentOn(addDays(date, -openDaysBefore), openTime, zone);
}

/** TPL-08, TPL-09: each service that the professional does not offer, and each whose reason is inactive, once. */
function offerViolations({ template, slotFacts, inactiveReasons }: ApplicationFacts): Violation[] {
  const wanted = distinctServices(template.slots.flatMap(({ services }) => services));
  return wanted.flatMap((service) => {
    const pointer = "/templateId";
    if (offeredAs(service, slotFacts) === undefined)
      return [violation("TPL-08", "SERVICE_NOT_OFFERED", pointer, namedService(service))];
    if (inactiveReasons.includes(service.consultationReason))
      return [violation("TPL-09", "INACTIVE_REASON", pointer, namedService(service))];
    return [];
  });
}

type Offered = ServiceTriple & Pick<Service, "serviceId">;

/** TPL-09: the professional's own active service of the same type, reason and duration. */
function offeredAs(wanted: ServiceTriple, { services }: SlotFacts): Offered | undefined {
  for (const [serviceId, service] of services)
    if (service.active && sameTriple(service, wanted)) return { ...service, serviceId };
  return undefined;
}

function contentOf({ slot, startAt, endAt, openFrom }: Placed, placeId: string, facts: SlotFacts): SlotContent {
  const services = slot.services
    .flatMap((service) => offeredAs(service, facts) ?? [])
    .sort((a, b) => (a.serviceId < b.serviceId ? -1 : 1));
  const [first] = services;
  return {
    startAt,
    endAt,
    placeId,
    serviceIds: services.map(({ serviceId }) => serviceId),
    visibility: slot.visibility,
    openFrom,
    serviceType: first?.type ?? null,
    durationMinutes: first?.durationMinutes ?? null,
    consultationReasons: services.map(({ consultationReason }) => consultationReason),
  };
}
