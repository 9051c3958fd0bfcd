import type { OnlineActor } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";

/** Milliseconds since the epoch. */
type Instant = number;

export interface HoldOwner {
  type: "machine" | "employee" | "citizen" | "nurse";
  /** A machine, employee or nurse identifier, or a citizen's blind index. */
  id: string;
}

/** HOLD-10, HOLD-14: what is held online is its maker's: a nurse's hold is the nurse's, for whichever patient. */
export function onlineOwner(actor: OnlineActor): HoldOwner {
  return actor.kind === "citizen" ? { type: "citizen", id: actor.namIndex } : { type: "nurse", id: actor.nurseId };
}

export interface Hold {
  establishmentId: string;
  holdId: string;
  professionalId: string;
  placeId: string;
  slotId: string | null;
  startAt: Instant;
  endAt: Instant;
  owner: HoldOwner;
  expiresAt: Instant;
  version: number;
  createdAt: Instant;
}

/** HOLD-01, HOLD-07, HOLD-10: five minutes, for the clinic and the citizen, each time. */
export const holdMs = 5 * 60_000;
/** HOLD-05: an extension is offered in the last 30 seconds. */
export const extensionWindowMs = 30_000;
/** Nobody may take an agenda hostage: holds of one owner at a time. */
export const holdsPerOwner = { citizen: 5, machine: 50, employee: 50, nurse: 50 } as const;

/** HOLD-08: a hold ends by itself; at the very instant of its end it has ended. */
export function isRunning(hold: Pick<Hold, "expiresAt">, now: Instant): boolean {
  return hold.expiresAt > now;
}

/** What the change log says of a hold: that it is there, or how it came to its end. */
export type HoldStatus = "active" | HoldEnd | "expired";
/** How somebody ends a hold. */
export type HoldEnd = "released" | "consumed";

/** HOLD-08, HOLD-09, HOLD-15: what is released or named after its end had ended by itself. */
export function statusAtEnd(hold: Pick<Hold, "expiresAt">, end: HoldEnd, now: Instant): HoldEnd | "expired" {
  return isRunning(hold, now) ? end : "expired";
}

export function extendableFrom({ expiresAt }: Pick<Hold, "expiresAt">): Instant {
  return expiresAt - extensionWindowMs;
}

export function sameOwner(a: HoldOwner, b: HoldOwner): boolean {
  return a.type === b.type && a.id === b.id;
}

/** HOLD-14: only its owner may extend, release or consume a hold. */
export function checkOwner(hold: Pick<Hold, "owner">, caller: HoldOwner, pointer = ""): Violation | undefined {
  return sameOwner(hold.owner, caller) ? undefined : violation("HOLD-14", "FORBIDDEN", pointer);
}

/** HOLD-05, HOLD-06, HOLD-07: only in the last 30 seconds, any number of times, for five minutes from now. */
export function decideExtension(hold: Hold, now: Instant): Decision<Hold> {
  if (!isRunning(hold, now) || now < extendableFrom(hold)) return refuse(violation("HOLD-06", "HOLD_NOT_EXTENDABLE"));
  return accept({ ...hold, expiresAt: now + holdMs, version: hold.version + 1 });
}

/** So many holds at once, one owner. */
export function checkHoldCount(owner: HoldOwner, running: number): Violation | undefined {
  return running >= holdsPerOwner[owner.type] ? violation("HOLD-01", "TOO_MANY_HOLDS") : undefined;
}

/**
 * HOLD-03, HOLD-04, HOLD-12, APPT-66: the clinic is told who holds the period, and may go on. A nurse holds online, on a
 * citizen's behalf, and is no colleague (reading).
 */
export function heldWarnings(
  holds: readonly Pick<Hold, "owner">[],
  caller: HoldOwner,
  citizenRule: "HOLD-12" | "APPT-66" = "HOLD-12",
): Violation[] {
  const others = holds.filter(({ owner }) => !sameOwner(owner, caller));
  const warnings: Violation[] = [];
  if (others.some(isOnline)) warnings.push(violation(citizenRule, "HELD_BY_CITIZEN", "/startAt"));
  if (others.some((hold) => !isOnline(hold))) warnings.push(violation("HOLD-03", "HELD_BY_COLLEAGUE", "/startAt"));
  return warnings;
}

function isOnline({ owner: { type } }: Pick<Hold, "owner">): boolean {
  return type === "citizen" || type === "nurse";
}
