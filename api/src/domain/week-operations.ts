import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import type { ConsultationReason } from "./reason.ts";
import { decideSlot, decideSlotDeletion, statusOf, withChange, zoneOf } from "./slot.ts";
import type { SlotContent, SlotFacts, SlotWish } from "./slot.ts";
import { addDays, daysBetween, localDateOf, weekdayOf } from "./time.ts";
import { daysInWeek, daysLater, isWithinAgendas, momentDaysLater, sundayOf } from "./week.ts";

/** Milliseconds since the epoch. */
type Instant = number;

/** A slot that a professional's agenda holds. */
export interface HeldSlot extends SlotContent {
  slotId: string;
}

const monday = 1;

/**
 * The slots of seven local dates. A slot is of the date on which it begins where its place is (in the zone of the first
 * work place when it has none): SLOT-03 keeps it within that day.
 */
export function slotsOfWeek<S extends SlotContent>(held: readonly S[], firstDate: string, facts: SlotFacts): S[] {
  return held.filter(({ startAt, placeId }) => isInWeek(firstDate, localDateOf(startAt, zoneOf(placeId, facts))));
}

function isInWeek(firstDate: string, date: string): boolean {
  const days = daysBetween(firstDate, date);
  return days >= 0 && days < daysInWeek;
}

/** A week as somebody would have it, whole. */
export interface QuickCreation {
  weekStart: string;
  slots: readonly (SlotWish & { endAt: Instant })[];
}

/** What was decided, and what its caller should know of it. */
export interface Created {
  contents: readonly SlotContent[];
  notices: readonly Violation[];
}

/**
 * SCHED-03 to SCHED-08: an empty week is filled at once, or everything that speaks against it is told. `held` is what
 * the agenda holds in and around the week; of appointments nothing is asked (SCHED-05). SCHED-07: nothing is filled in as
 * for a slot made by hand (SLOT-09, SLOT-10), or no slot of a professional with one place would be left incomplete.
 */
export function decideQuickCreation(
  { weekStart, slots }: QuickCreation,
  facts: SlotFacts,
  held: readonly SlotContent[],
  now: Instant,
): Decision<Created> {
  const decisions = slots.map((wish) => decideSlot(wish, facts, null, now));
  const violations = [
    ...weekViolations(weekStart, facts, held),
    ...slots.flatMap((wish, position) => timeViolations(wish, position, weekStart, facts, now)),
    ...decisions.flatMap((decision, position) => (decision.ok ? [] : ofSlot(position, decision.violations))),
  ];
  if (violations.length > 0) return refuse(...violations);
  const contents = decisions.flatMap((decision) => (decision.ok ? [decision.value] : []));
  return accept({ contents, notices: counted("SCHED-07", "SLOTS_INCOMPLETE", contents.filter(isIncomplete).length) });
}

/** SCHED-03, SCHED-04. */
function weekViolations(weekStart: string, facts: SlotFacts, held: readonly SlotContent[]): Violation[] {
  if (weekdayOf(weekStart) !== monday) return [violation("SCHED-03", "OUT_OF_RANGE", "/weekStart")];
  const empty = slotsOfWeek(held, weekStart, facts).length === 0;
  return empty ? [] : [violation("SCHED-04", "WEEK_NOT_EMPTY", "/weekStart")];
}

/** SCHED-06: stricter than SLOT-04, a slot under way is refused too. Outside the week (field table), when it is one. */
function timeViolations(
  { startAt, endAt, placeId = null }: QuickCreation["slots"][number],
  position: number,
  weekStart: string,
  facts: SlotFacts,
  now: Instant,
): Violation[] {
  const at = `/slots/${String(position)}`;
  const inside = weekdayOf(weekStart) !== monday || isInWeek(weekStart, localDateOf(startAt, zoneOf(placeId, facts)));
  return [
    ...(inside ? [] : [violation("SCHED-03", "OUT_OF_RANGE", `${at}/startAt`)]),
    ...(startAt < now ? [violation("SCHED-06", "SLOT_IN_PAST", `${at}/startAt`)] : []),
    ...(endAt < now ? [violation("SCHED-06", "SLOT_IN_PAST", `${at}/endAt`)] : []),
  ];
}

/** SLOT-04 is said by SCHED-06 already. */
function ofSlot(position: number, violations: readonly Violation[]): Violation[] {
  return violations
    .filter(({ rule }) => rule !== "SLOT-04")
    .map((found) => ({ ...found, pointer: `/slots/${String(position)}${found.pointer}` }));
}

export interface WeekCopy {
  /** Any date of the week: Sunday to Saturday (reading 11). */
  sourceWeek: string;
  weeks: number;
  interval: number;
}

/** SCHED-11, SCHED-12. */
const weeksAllowed = { min: 1, max: 52 };
const intervalAllowed = { min: 1, max: 8 };

/** As many as a push may bring; a year of forty slots a week are 2,080. */
export const mostCopies = 10_000;

/** SCHED-14: the Sundays of source + k × interval, as far as `weeks` reaches; none when either is out of range. */
export function targetWeeks({ sourceWeek, weeks, interval }: WeekCopy): string[] {
  if (!isWithin(weeks, weeksAllowed) || !isWithin(interval, intervalAllowed)) return [];
  const sunday = sundayOf(sourceWeek);
  const copies = Math.floor(weeks / interval);
  return Array.from({ length: copies }, (_, k) => addDays(sunday, (k + 1) * interval * daysInWeek));
}

function isWithin(value: number, { min, max }: { min: number; max: number }): boolean {
  return value >= min && value <= max;
}

/** A slot that a copy makes, of which one, and the Sunday of its week. */
export interface Copy<S extends HeldSlot> {
  source: S;
  weekStart: string;
  content: SlotContent;
}

export interface CopiedWeeks<S extends HeldSlot> {
  weeks: readonly string[];
  copies: readonly Copy<S>[];
  notices: readonly Violation[];
}

/**
 * SCHED-11 to SCHED-23: a week onto others, whole or not at all. Each copy is decided like a new slot (EMP-16: a place
 * that is no more a work place is a new selection, SLOT-13; PLACE-07) at the same local times (SCHED-15); one whose
 * local start a clock change skips is left out and told. `held` is what the agenda holds in and around the source week,
 * which may be past (SCHED-23); what the target weeks hold is not asked (SCHED-21, SCHED-22).
 */
export function decideWeekCopy<S extends HeldSlot>(
  wanted: WeekCopy,
  facts: SlotFacts,
  held: readonly S[],
  inactiveReasons: readonly ConsultationReason[],
  now: Instant,
): Decision<CopiedWeeks<S>> {
  const sunday = sundayOf(wanted.sourceWeek);
  const sources = slotsOfWeek(held, sunday, facts);
  const weeks = targetWeeks(wanted);
  const tooMuch = sources.length * weeks.length > mostCopies || !weeks.every(isWithinAgendas);
  const attempts = (tooMuch ? [] : weeks).flatMap((weekStart) => {
    const days = daysBetween(sunday, weekStart);
    return sources.map((source) => ({ source, weekStart, wish: wishLater(source, days, facts) }));
  });
  const decided = attempts.flatMap(({ wish, ...of }) =>
    wish === null ? [] : [{ ...of, decision: decideSlot(wish, facts, null, now) }],
  );
  const violations = [
    ...horizonViolations(wanted),
    ...(tooMuch ? [violation("CONTRACT", "OUT_OF_RANGE", "/weeks")] : []),
    ...sourceServiceViolations(sources, facts, inactiveReasons),
    ...copyViolations(decided),
  ];
  if (violations.length > 0) return refuse(...violations);
  const copies = decided.flatMap(({ decision, ...of }) => (decision.ok ? [{ ...of, content: decision.value }] : []));
  const contents = copies.map(({ content }) => content);
  const notices = [
    ...counted("SCHED-20", "SLOTS_INCOMPLETE", contents.filter(isIncomplete).length),
    ...counted("SCHED-17", "OPEN_FROM_SHIFTED", contents.filter(({ openFrom }) => openFrom !== null).length),
    ...counted("SCHED-15", "LOCAL_TIME_SKIPPED", attempts.length - copies.length),
  ];
  return accept({ weeks, copies, notices });
}

/** SCHED-11, SCHED-12, SCHED-13. */
function horizonViolations({ weeks, interval }: WeekCopy): Violation[] {
  const outside = [
    ...(isWithin(weeks, weeksAllowed) ? [] : [violation("SCHED-11", "OUT_OF_RANGE", "/weeks")]),
    ...(isWithin(interval, intervalAllowed) ? [] : [violation("SCHED-12", "OUT_OF_RANGE", "/interval")]),
  ];
  if (outside.length > 0) return outside;
  return weeks < interval ? [violation("SCHED-13", "WEEKS_BELOW_INTERVAL", "/weeks")] : [];
}

/** SCHED-15, SCHED-17: the slot so many days later by the clock on the wall, `openFrom` too; null where that is no time. */
function wishLater(source: SlotContent, days: number, facts: SlotFacts): (SlotWish & Times) | null {
  const zone = zoneOf(source.placeId, facts);
  const times = daysLater(source, days, zone);
  if (times === null) return null;
  const openFrom = source.openFrom === null ? null : momentDaysLater(source.openFrom, days, zone);
  return { ...withChange(source, { openFrom }), ...times };
}

interface Times {
  startAt: Instant;
  endAt: Instant;
}

/** SCHED-18: a service whose reason RAMQ has made inactive. SCHED-19: a deleted one. Each service is named once. */
function sourceServiceViolations(
  sources: readonly SlotContent[],
  facts: SlotFacts,
  inactiveReasons: readonly string[],
): Violation[] {
  const serviceIds = [...new Set(sources.flatMap((source) => source.serviceIds))].sort();
  return serviceIds.flatMap((objectId) => {
    const service = facts.services.get(objectId);
    const inactive = service !== undefined && inactiveReasons.includes(service.consultationReason);
    return [
      ...(inactive ? [{ ...violation("SCHED-18", "INACTIVE_REASON", "/sourceWeek"), objectId }] : []),
      ...(service?.active === true ? [] : [{ ...violation("SCHED-19", "INACTIVE_REASON", "/sourceWeek"), objectId }]),
    ];
  });
}

/**
 * SCHED-16, SLOT-13, PLACE-07: what speaks against copies, once for each source slot, in whatever week it does. SLOT-14
 * is said by SCHED-19 already.
 */
function copyViolations(decided: readonly { source: HeldSlot; decision: Decision<SlotContent> }[]): Violation[] {
  const found = new Map<string, Violation>();
  for (const { source, decision } of decided) {
    if (decision.ok) continue;
    for (const { rule, code } of decision.violations) {
      if (rule === "SLOT-14") continue;
      const objectId = source.slotId;
      const said = violation(rule === "SLOT-04" ? "SCHED-16" : rule, code, "/sourceWeek");
      found.set(`${rule} ${objectId}`, { ...said, objectId });
    }
  }
  return [...found.values()];
}

/** What a deletion takes and what it leaves. */
export interface WeekDeletion<S extends SlotContent> {
  deleted: readonly S[];
  kept: readonly S[];
  notices: readonly Violation[];
}

/**
 * SCHED-31 to SCHED-33: of a week, Sunday to Saturday, everything goes that could be deleted slot by slot (SLOT-43 to
 * SLOT-45); complete slots that have ended stay. It refuses nothing: what was not done is told.
 */
export function decideWeekDeletion<S extends SlotContent>(
  week: string,
  facts: SlotFacts,
  held: readonly S[],
  now: Instant,
): WeekDeletion<S> {
  const slots = slotsOfWeek(held, sundayOf(week), facts);
  const deleted = slots.filter((slot) => decideSlotDeletion(slot, now).ok);
  const kept = slots.filter((slot) => !deleted.includes(slot));
  const notices =
    deleted.length === 0
      ? [violation("SCHED-32", "NOTHING_TO_DELETE", "/week")]
      : counted("SCHED-33", "PAST_SLOTS_KEPT", kept.length);
  return { deleted, kept, notices };
}

function isIncomplete(slot: SlotContent): boolean {
  return statusOf(slot) === "incomplete";
}

function counted(rule: string, code: Violation["code"], count: number): Violation[] {
  return count === 0 ? [] : [violation(rule, code, "", { count })];
}
