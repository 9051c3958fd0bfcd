import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import type { ServiceType, Visibility } from "./opening.ts";
import { hasEnded } from "./place.ts";
import { allReasons } from "./reason.ts";
import type { ServiceReason } from "./reason.ts";
import type { Service } from "./service.ts";
import { localDateOf } from "./time.ts";
import type { TimeZone } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

/** What a slot holds once it has been decided. Complete, or place, services and visibility are all absent. */
export interface SlotContent {
  startAt: Instant;
  endAt: Instant;
  placeId: string | null;
  /** Sorted; empty when incomplete. */
  serviceIds: readonly string[];
  visibility: Visibility | null;
  openFrom: Instant | null;
  serviceType: ServiceType | null;
  durationMinutes: number | null;
  consultationReasons: readonly ServiceReason[];
}

/** What is asked of a slot: undefined means not mentioned, null means wanted empty. */
export interface SlotWish {
  startAt: Instant;
  endAt?: Instant | undefined;
  placeId?: string | null | undefined;
  serviceIds?: readonly string[] | null | undefined;
  /** SLOT-18: adds the services of these groups. */
  serviceGroupIds?: readonly string[] | null | undefined;
  visibility?: Visibility | null | undefined;
  /** SLOT-25: a local date alone (`YYYY-MM-DD`) is no instant, and refused. */
  openFrom?: Instant | string | null | undefined;
}

export type SlotChange = Partial<SlotWish>;

/** The professional a slot belongs to. */
export interface SlotFacts {
  /** EMP-15: where a slot of theirs may be. */
  workPlaceIds: readonly string[];
  /** What a slot needs to know of its place; beside the work places those that slots kept (EMP-16). */
  places: ReadonlyMap<string, { timeZone: TimeZone; endDate: string | null }>;
  /** The zone of slots without a place: that of the first work place. */
  timeZone: TimeZone;
  /** The professional's own, deleted ones included. */
  services: ReadonlyMap<string, Pick<Service, "type" | "consultationReason" | "durationMinutes" | "active">>;
  /** The services of the professional's own groups, of those that the wish names at least; absent when it names none. */
  serviceGroups?: ReadonlyMap<string, readonly string[]>;
}

export const manualLengthMs = 4 * 3_600_000;

/** SLOT-06: complete when place, services and visibility are all set. */
export function statusOf(slot: { placeId: string | null }): "complete" | "incomplete" {
  return slot.placeId === null ? "incomplete" : "complete";
}

/**
 * SLOT-02, SLOT-09, SLOT-10, SLOT-11: what a person who creates a slot by hand need not say. The end is four hours
 * after the start; the sole work place and the sole service are selected, if the slot ends up complete by it. An
 * explicit null declines them, and a service group is services enough (SLOT-18).
 */
export function withManualDefaults(wish: SlotWish, facts: SlotFacts): SlotWish {
  const timed = { ...wish, endAt: wish.endAt ?? wish.startAt + manualLengthMs };
  const active = [...facts.services].filter(([, service]) => service.active).map(([serviceId]) => serviceId);
  const selected = {
    ...timed,
    placeId: wish.placeId === undefined ? sole(facts.workPlaceIds) : wish.placeId,
    serviceIds: wish.serviceIds === undefined && !hasAny(wish.serviceGroupIds) ? soleList(active) : wish.serviceIds,
  };
  const serviced = hasAny(selected.serviceIds) || hasAny(wish.serviceGroupIds);
  const complete = isSet(selected.placeId) && serviced && wish.visibility !== null;
  return complete ? selected : timed;
}

/**
 * SLOT-40: a change over what the slot holds. SLOT-27: making it private clears `openFrom`, unless the change names
 * one itself (which SLOT-24 refuses). Clearing the place, the services or the visibility of a complete slot takes all
 * three (SLOT-07), and `openFrom` with them. SLOT-18: a group adds its services to those that stay.
 */
export function withChange(current: SlotContent, change: SlotChange): SlotWish {
  const wish: SlotWish = {
    startAt: change.startAt ?? current.startAt,
    endAt: change.endAt ?? current.endAt,
    placeId: change.placeId === undefined ? current.placeId : change.placeId,
    serviceIds: change.serviceIds === undefined ? current.serviceIds : change.serviceIds,
    serviceGroupIds: change.serviceGroupIds,
    // An incomplete slot that is being completed has said nothing of its visibility yet (SLOT-12).
    visibility: change.visibility === undefined ? (current.visibility ?? undefined) : change.visibility,
  };
  const kept = wish.visibility === "public" ? current.openFrom : null;
  return { ...wish, openFrom: change.openFrom === undefined ? kept : change.openFrom };
}

/**
 * SLOT-03 to SLOT-05 (SVC-22: also without any service), SLOT-07, SLOT-12 to SLOT-18, SLOT-24, SLOT-25, SLOT-41, SLOT-42, PLACE-07: a slot as it is to
 * be, or everything that speaks against it. `current` is the slot as it is, null at creation. LCGA-05: nothing here
 * asks whether a person or a machine wishes it.
 */
export function decideSlot(
  wish: SlotWish & { endAt: Instant },
  facts: SlotFacts,
  current: SlotContent | null,
  now: Instant,
): Decision<SlotContent> {
  const locked = current === null ? undefined : refusePast("SLOT-41", current, now);
  if (locked !== undefined) return refuse(locked);
  const placeId = wish.placeId ?? null;
  const ownIds = new Set(wish.serviceIds ?? []);
  const groupIds = wish.serviceGroupIds ?? [];
  // SLOT-18: each service once, whoever names it.
  const serviceIds = [...new Set([...ownIds, ...groupIds.flatMap((id) => facts.serviceGroups?.get(id) ?? [])])].sort();
  const serviced = ownIds.size > 0 || groupIds.length > 0;
  // SLOT-12: private until somebody says public.
  const complete = placeId !== null && serviced;
  const visibility = wish.visibility === undefined && complete ? "private" : (wish.visibility ?? null);
  const services = serviceIds.flatMap((serviceId) => facts.services.get(serviceId) ?? []);
  const violations = [
    ...intervalViolations(wish, placeId, facts, current, now),
    ...partViolations(placeId, serviced, visibility),
    ...placeViolations(placeId, facts, current, now),
    ...serviceViolations([...ownIds], facts, "/serviceIds"),
    ...groupViolations(groupIds, [...ownIds], serviceIds, facts),
    ...openFromViolations(wish.openFrom ?? null, visibility),
  ];
  if (violations.length > 0) return refuse(...violations);
  const [first] = services;
  return accept({
    startAt: wish.startAt,
    endAt: wish.endAt,
    placeId,
    serviceIds,
    visibility,
    openFrom: typeof wish.openFrom === "number" ? wish.openFrom : null,
    serviceType: first?.type ?? null,
    durationMinutes: first?.durationMinutes ?? null,
    consultationReasons: services.map(({ consultationReason }) => consultationReason),
  });
}

/** SLOT-43, SLOT-44, SLOT-45: a complete slot that has ended stays; an incomplete one, or one under way, may go. */
export function decideSlotDeletion(slot: SlotContent, now: Instant): Decision<null> {
  const past = refusePast("SLOT-43", slot, now);
  return past === undefined ? accept(null) : refuse(past);
}

/** The fields in which two contents differ, by their names on the wire. */
export function changedFields(before: SlotContent, after: SlotContent): string[] {
  const simple = ["startAt", "endAt", "placeId", "visibility", "openFrom", "serviceType", "durationMinutes"] as const;
  const lists = ["serviceIds", "consultationReasons"] as const;
  return [
    ...simple.filter((name) => before[name] !== after[name]),
    ...lists.filter((name) => before[name].join() !== after[name].join()),
    ...(statusOf(before) === statusOf(after) ? [] : ["status"]),
  ];
}

/** The zone a slot's times are told in. */
export function zoneOf(placeId: string | null, facts: Pick<SlotFacts, "places" | "timeZone">): TimeZone {
  return (placeId === null ? undefined : facts.places.get(placeId)?.timeZone) ?? facts.timeZone;
}

function refusePast(rule: string, slot: SlotContent, now: Instant): Violation | undefined {
  if (statusOf(slot) === "incomplete" || slot.endAt >= now) return undefined;
  return violation(rule, "SLOT_IN_PAST");
}

/** SLOT-03 (an end at 00:00 belongs to the day before), SLOT-04 (at creation only). */
function intervalViolations(
  { startAt, endAt }: { startAt: Instant; endAt: Instant },
  placeId: string | null,
  facts: SlotFacts,
  current: SlotContent | null,
  now: Instant,
): Violation[] {
  const zone = zoneOf(placeId, facts);
  if (endAt <= startAt || localDateOf(startAt, zone) !== localDateOf(endAt - 1, zone))
    return [violation("SLOT-03", "INVALID_INTERVAL", "/endAt")];
  return current === null && endAt < now ? [violation("SLOT-04", "SLOT_IN_PAST", "/endAt")] : [];
}

/** SLOT-07: the pointers name the parts that are missing. */
function partViolations(placeId: string | null, serviced: boolean, visibility: Visibility | null): Violation[] {
  const parts = [
    { pointer: "/placeId", set: placeId !== null },
    { pointer: "/serviceIds", set: serviced },
    { pointer: "/visibility", set: visibility !== null },
  ];
  const missing = parts.filter(({ set }) => !set);
  if (missing.length === parts.length) return [];
  return missing.map(({ pointer }) => violation("SLOT-07", "SLOT_PARTIALLY_FILLED", pointer));
}

/** SLOT-13; EMP-16: a slot keeps a place that is no longer a work place. PLACE-07: no new slot at a place that has ended. */
export function placeViolations(
  placeId: string | null,
  facts: SlotFacts,
  current: SlotContent | null,
  now: Instant,
): Violation[] {
  if (placeId === null || placeId === current?.placeId) return [];
  const place = facts.workPlaceIds.includes(placeId) ? facts.places.get(placeId) : undefined;
  if (place === undefined) return [violation("SLOT-13", "PLACE_NOT_WORK_PLACE", "/placeId")];
  const ended = hasEnded(place.endDate, localDateOf(now, place.timeZone));
  return ended ? [violation("PLACE-07", "PLACE_ENDED", "/placeId")] : [];
}

/** SLOT-14 to SLOT-17. */
function serviceViolations(serviceIds: readonly string[], facts: SlotFacts, pointer: string): Violation[] {
  const services = serviceIds.flatMap((serviceId) => facts.services.get(serviceId) ?? []);
  const offered = services.filter(({ active }) => active);
  const violations: Violation[] = [];
  if (offered.length < serviceIds.length) violations.push(violation("SLOT-14", "SERVICE_NOT_OFFERED", pointer));
  if (new Set(offered.map(({ durationMinutes }) => durationMinutes)).size > 1)
    violations.push(violation("SLOT-15", "MIXED_SERVICE_DURATION", pointer));
  if (new Set(offered.map(({ type }) => type)).size > 1)
    violations.push(violation("SLOT-16", "MIXED_SERVICE_TYPE", pointer));
  if (serviceIds.length > 1 && offered.some(({ consultationReason }) => consultationReason === allReasons))
    violations.push(violation("SLOT-17", "ALL_REASONS_EXCLUSIVE", pointer));
  return violations;
}

/**
 * SLOT-14: a group of another professional adds nothing, nor does one that has been left empty (SVC-21). SLOT-15 to
 * SLOT-17: what the services named one by one do not break already, and together with those of the groups do.
 */
function groupViolations(
  groupIds: readonly string[],
  ownIds: readonly string[],
  serviceIds: readonly string[],
  facts: SlotFacts,
): Violation[] {
  const unusable = groupIds.flatMap((groupId, index) =>
    hasAny(facts.serviceGroups?.get(groupId))
      ? []
      : [violation("SLOT-14", "SERVICE_NOT_OFFERED", `/serviceGroupIds/${String(index)}`)],
  );
  const broken = new Set(serviceViolations(ownIds, facts, "").map(({ code }) => code));
  const together = serviceViolations(serviceIds, facts, "/serviceGroupIds").filter(({ code }) => !broken.has(code));
  return [...unusable, ...together];
}

function openFromViolations(openFrom: Instant | string | null, visibility: Visibility | null): Violation[] {
  if (openFrom === null) return [];
  const pointer = "/openFrom";
  const violations = typeof openFrom === "string" ? [violation("SLOT-25", "REQUIRED_FIELD", pointer)] : [];
  if (visibility !== "public") violations.push(violation("SLOT-24", "OPEN_FROM_REQUIRES_PUBLIC", pointer));
  return violations;
}

function isSet(value: string | null | undefined): boolean {
  return value !== null && value !== undefined;
}

function hasAny(list: readonly string[] | null | undefined): boolean {
  return list !== null && list !== undefined && list.length > 0;
}

function sole(list: readonly string[]): string | undefined {
  return list.length === 1 ? list[0] : undefined;
}

function soleList(list: readonly string[]): readonly string[] | undefined {
  return list.length === 1 ? list : undefined;
}
