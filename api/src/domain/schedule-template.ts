import type { Employee } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { hasLeft } from "./employee.ts";
import type { Profession } from "./employee.ts";
import type { Visibility } from "./opening.ts";
import { mayWrite, writesSomeAgenda, writesSomeAgendaAt } from "./permission.ts";
import type { GrantedProfessional } from "./permission.ts";
import { hasEnded } from "./place.ts";
import { allReasons } from "./reason.ts";
import { sameTriple } from "./service.ts";
import type { ServiceTriple } from "./service.ts";
import { manualLengthMs } from "./slot.ts";
import { minuteMs } from "./time.ts";

/** TPL-36: whom a template may be for; a team is no profession. */
export const templateProfessions = ["physician", "nurse", "resident"] as const;
export type TemplateProfession = (typeof templateProfessions)[number];

/** TPL-21: a template's week, in order. */
export const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
export type Weekday = (typeof weekdays)[number];

/** TPL-26: on a weekday, from one local time to another, `HH:MM`; an end at 00:00 is the end of the day. */
export interface TemplateSlot {
  weekday: Weekday;
  startTime: string;
  endTime: string;
  /** TPL-09: by type, reason and duration, since each professional has services of their own. */
  services: readonly ServiceTriple[];
  visibility: Visibility;
  /** TPL-30, TPL-32: both, or null. */
  openDaysBefore: number | null;
  openTime: string | null;
}

export interface TemplateContent {
  name: string;
  /** In the order of templateProfessions. */
  professions: readonly TemplateProfession[];
  /** In order of id. */
  professionalIds: readonly string[];
  slots: readonly TemplateSlot[];
}

/** A slot as somebody would have it; what is absent has its default. */
export interface TemplateSlotWish {
  weekday: Weekday;
  startTime: string;
  endTime?: string | undefined;
  placeId?: string | undefined;
  services: readonly ServiceTriple[];
  serviceGroupIds?: readonly string[] | undefined;
  visibility?: Visibility | undefined;
  openDaysBefore?: number | null | undefined;
  openTime?: string | null | undefined;
}

export interface TemplateWish {
  placeId: string;
  name: string;
  professions: readonly TemplateProfession[];
  professionalIds: readonly string[];
  slots: readonly TemplateSlotWish[];
}

/** A professional as a template sees them: who has left works nowhere any more (EMP-19). */
export interface TemplateProfessional {
  profession: Profession;
  placeIds: readonly string[];
  departureDate: string | null;
}

export interface TemplateFacts {
  establishmentId: string;
  place: { placeId: string; endDate: string | null };
  /** Today at the place. */
  today: string;
  /** Of those that are named, the ones of the establishment. */
  professionals: ReadonlyMap<string, TemplateProfessional>;
  /** TPL-28: the active services of all who work at the place. */
  offered: readonly ServiceTriple[];
  /** TPL-35: another template of the place has the name. */
  nameTaken: boolean;
}

/**
 * TPL-20, TPL-23, TPL-43, PERM-21, PERM-22: who writes no agenda at all keeps no template (TPL-20); who writes some
 * elsewhere keeps those of other places (`rule`). `professionals`: those that agendasNamedBy names.
 */
export function refuseTemplateAt(
  employee: Employee,
  at: { establishmentId: string; placeId: string },
  professionals: readonly GrantedProfessional[],
  rule: "TPL-23" | "TPL-43",
): Violation | undefined {
  if (writesSomeAgendaAt(employee, at, professionals)) return undefined;
  return violation(writesSomeAgenda(employee) ? rule : "TPL-20", "FORBIDDEN");
}

/**
 * TPL-24 to TPL-42, TPL-45, PLACE-07: a template as it is to be, or everything that speaks against it. `current` is the
 * template as it is, null at creation: a professional whom it has already is kept whatever has become of the caller's
 * grants (TPL-38 speaks of who is added), and so is a service that nobody at the place offers any more.
 */
export function decideTemplate(
  wish: TemplateWish,
  facts: TemplateFacts,
  employee: Employee,
  current: TemplateContent | null,
): Decision<TemplateContent> {
  const name = wish.name.trim();
  const kept = current?.slots.flatMap(({ services }) => services) ?? [];
  const offered = [...facts.offered, ...kept];
  const violations = [
    ...templatePlaceViolations(wish.placeId, facts, current),
    ...nameViolations(name, facts),
    ...professionViolations(wish.professions),
    ...professionalViolations(wish, facts, employee, current),
    ...(wish.slots.length === 0 ? [violation(emptyRule(current), "REQUIRED_FIELD", "/slots")] : []),
    ...wish.slots.flatMap((slot, index) => slotViolations(slot, `/slots/${String(index)}`, facts, offered)),
  ];
  if (violations.length > 0) return refuse(...violations);
  return accept({
    name,
    professions: templateProfessions.filter((profession) => wish.professions.includes(profession)),
    professionalIds: [...new Set(wish.professionalIds)].sort(),
    slots: wish.slots.map(withDefaults),
  });
}

/** TPL-41: the fields in which two contents differ, by their names on the wire. */
export function changedTemplateFields(before: TemplateContent, after: TemplateContent): string[] {
  const lists = ["professions", "professionalIds"] as const;
  return [
    ...(before.name === after.name ? [] : ["name"]),
    ...lists.filter((name) => before[name].join() !== after[name].join()),
    ...(before.slots.map(slotText).join() === after.slots.map(slotText).join() ? [] : ["slots"]),
  ];
}

/** TPL-24: the place is chosen once. PLACE-07: nothing new at a place that has ended. */
function templatePlaceViolations(placeId: string, { place, today }: TemplateFacts, current: unknown): Violation[] {
  if (placeId !== place.placeId) return [violation("TPL-24", "FIELD_NOT_EDITABLE", "/placeId")];
  const ended = current === null && hasEnded(place.endDate, today);
  return ended ? [violation("PLACE-07", "PLACE_ENDED", "/placeId")] : [];
}

/** TPL-34, TPL-35. */
function nameViolations(name: string, { nameTaken }: TemplateFacts): Violation[] {
  if (name === "") return [violation("TPL-34", "REQUIRED_FIELD", "/name")];
  return nameTaken ? [violation("TPL-35", "TEMPLATE_NAME_TAKEN", "/name")] : [];
}

function professionViolations(professions: readonly TemplateProfession[]): Violation[] {
  return professions.length === 0 ? [violation("TPL-36", "REQUIRED_FIELD", "/professions")] : [];
}

/** TPL-39 at creation, TPL-42 when it is modified: never without a slot or a professional. */
function emptyRule(current: TemplateContent | null): "TPL-39" | "TPL-42" {
  return current === null ? "TPL-39" : "TPL-42";
}

/** TPL-37, TPL-38: of one of the professions, at work at the place, and their agenda the caller's to write. */
function professionalViolations(
  { professions, professionalIds }: TemplateWish,
  { establishmentId, place, today, professionals }: TemplateFacts,
  employee: Employee,
  current: TemplateContent | null,
): Violation[] {
  if (professionalIds.length === 0) return [violation(emptyRule(current), "REQUIRED_FIELD", "/professionalIds")];
  const { placeId } = place;
  return professionalIds.flatMap((professionalId, index) => {
    const isKept = current?.professionalIds.includes(professionalId) === true;
    const pointer = `/professionalIds/${String(index)}`;
    const professional = professionals.get(professionalId);
    if (professional === undefined) return [violation("TPL-38", "NOT_FOUND", pointer)];
    const found: Violation[] = [];
    // Who is in the template already falls out of it when its professions change.
    if (!professions.some((profession) => profession === professional.profession))
      found.push(violation("TPL-37", "NOT_A_PROFESSIONAL", isKept ? "/professions" : pointer));
    if (isKept) return found;
    if (!professional.placeIds.includes(placeId) || hasLeft(professional.departureDate, today))
      found.push(violation("TPL-38", "PLACE_NOT_WORK_PLACE", pointer));
    if (!mayWrite(employee, { establishmentId, professionalId, placeId }))
      found.push(violation("TPL-38", "FORBIDDEN", pointer));
    return found;
  });
}

/** TPL-25, TPL-27 to TPL-32, TPL-45. */
function slotViolations(
  slot: TemplateSlotWish,
  at: string,
  { place }: TemplateFacts,
  offered: readonly ServiceTriple[],
): Violation[] {
  const violations: Violation[] = [];
  if (startMinute(slot) >= endMinute(slot) || endMinute(slot) > minutesInDay)
    violations.push(violation("TPL-27", "INVALID_INTERVAL", `${at}/endTime`));
  if (slot.placeId !== undefined && slot.placeId !== place.placeId)
    violations.push(violation("TPL-25", "FIELD_NOT_EDITABLE", `${at}/placeId`));
  if (slot.serviceGroupIds !== undefined)
    violations.push(violation("TPL-29", "UNKNOWN_FIELD", `${at}/serviceGroupIds`));
  return [
    ...violations,
    ...serviceViolations(slot.services, `${at}/services`, offered),
    ...openingViolations(slot, at),
  ];
}

/** TPL-45: at least one. TPL-27: as on a slot made by hand (SLOT-15 to SLOT-17). TPL-28: each offered at the place. */
function serviceViolations(
  services: readonly ServiceTriple[],
  pointer: string,
  offered: readonly ServiceTriple[],
): Violation[] {
  if (services.length === 0) return [violation("TPL-45", "SLOT_PARTIALLY_FILLED", pointer)];
  const distinct = distinctServices(services);
  const violations: Violation[] = [];
  if (new Set(distinct.map(({ durationMinutes }) => durationMinutes)).size > 1)
    violations.push(violation("TPL-27", "MIXED_SERVICE_DURATION", pointer));
  if (new Set(distinct.map(({ type }) => type)).size > 1)
    violations.push(violation("TPL-27", "MIXED_SERVICE_TYPE", pointer));
  if (distinct.length > 1 && distinct.some(({ consultationReason }) => consultationReason === allReasons))
    violations.push(violation("TPL-27", "ALL_REASONS_EXCLUSIVE", pointer));
  const unoffered = services.flatMap((service, index) =>
    offered.some((each) => sameTriple(each, service))
      ? []
      : [violation("TPL-28", "SERVICE_NOT_OFFERED", `${pointer}/${String(index)}`, namedService(service))],
  );
  return [...violations, ...unoffered];
}

/** TPL-31: for public slots only. TPL-32: the number of days and the time go together. */
function openingViolations({ visibility, openDaysBefore, openTime }: TemplateSlotWish, at: string): Violation[] {
  const fields = [
    { pointer: `${at}/openDaysBefore`, given: isGiven(openDaysBefore) },
    { pointer: `${at}/openTime`, given: isGiven(openTime) },
  ];
  const given = fields.filter((field) => field.given);
  if (visibility !== "public")
    return given.map(({ pointer }) => violation("TPL-31", "OPEN_FROM_REQUIRES_PUBLIC", pointer));
  const missing = fields.filter((field) => !field.given);
  return given.length === 0 ? [] : missing.map(({ pointer }) => violation("TPL-32", "REQUIRED_FIELD", pointer));
}

/** TPL-27: the end four hours after the start, the visibility private, each service once. */
function withDefaults(slot: TemplateSlotWish): TemplateSlot {
  return {
    weekday: slot.weekday,
    startTime: slot.startTime,
    endTime: timeText(endMinute(slot)),
    services: distinctServices(slot.services),
    visibility: slot.visibility ?? "private",
    openDaysBefore: slot.openDaysBefore ?? null,
    openTime: slot.openTime ?? null,
  };
}

const minutesInDay = 24 * 60;

function startMinute({ startTime }: TemplateSlotWish): number {
  return minuteOf(startTime);
}

/** Up to 24:00, and beyond it when four hours after the start are the next day. */
function endMinute(slot: TemplateSlotWish): number {
  if (slot.endTime === undefined) return startMinute(slot) + manualLengthMs / minuteMs;
  return slot.endTime === "00:00" ? minutesInDay : minuteOf(slot.endTime);
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function timeText(minute: number): string {
  const within = minute % minutesInDay;
  return `${String(Math.floor(within / 60)).padStart(2, "0")}:${String(within % 60).padStart(2, "0")}`;
}

export function distinctServices(services: readonly ServiceTriple[]): ServiceTriple[] {
  return services.filter((service, index) => services.findIndex((each) => sameTriple(each, service)) === index);
}

/** How a refusal names a service that has no id: `GEN regular 15 min`. */
export function namedService({ type, consultationReason, durationMinutes }: ServiceTriple): { service: string } {
  return { service: `${type} ${consultationReason} ${String(durationMinutes)} min` };
}

function isGiven(value: number | string | null | undefined): boolean {
  return value !== null && value !== undefined;
}

/** Whatever the order of its fields: the database keeps one of its own. */
function slotText({
  weekday,
  startTime,
  endTime,
  services,
  visibility,
  openDaysBefore,
  openTime,
}: TemplateSlot): string {
  const triples = services.map(({ type, consultationReason, durationMinutes }) => [
    type,
    consultationReason,
    durationMinutes,
  ]);
  return JSON.stringify([weekday, startTime, endTime, triples, visibility, openDaysBefore, openTime]);
}
