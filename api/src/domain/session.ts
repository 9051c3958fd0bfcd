import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { isPseudonym, isRamqIdentifier } from "./employee.ts";
import type { Lookup } from "./employee.ts";
import { minuteMs } from "./time.ts";

/** AUTH-01: one signs in with a RAMQ identifier or a pseudonym, in small letters or capitals; not with a practice number. */
export function decideIdentifier(text: string): Decision<Lookup> {
  // Letters of ASCII only: toUpperCase would make an I of a dotless i, too.
  const ramqIdentifier = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  if (isRamqIdentifier(ramqIdentifier)) return accept({ by: "ramqIdentifier", value: ramqIdentifier });
  if (isPseudonym(text)) return accept({ by: "pseudonym", value: text.toLowerCase() });
  return refuse(violation("AUTH-01", "INVALID_IDENTIFIER", "/identifier"));
}

/**
 * What a person who is signed in does: establishment, employee and communication settings; the agenda in slot-editing
 * mode; the agenda in appointment mode.
 */
export const activities = ["configuration", "slotEditing", "appointments"] as const;
export type Activity = (typeof activities)[number];

export interface LastActivity {
  activity: Activity;
  /** Milliseconds, by the machine's time. */
  at: number;
}

export const longestIdleMs = 200 * minuteMs;

/**
 * AUTH-04: a session ends after 200 minutes without activity. AUTH-05: never, when the last activity was on the agenda in
 * appointment mode: whoever has the day's appointments in front of them is not sent away.
 *
 * `now` is the machine's time, which tokens follow: a sandbox whose clock is moved by a day signs nobody out.
 */
export function mayContinue({ activity, at }: LastActivity, now: number): boolean {
  return activity === "appointments" || now < at + longestIdleMs;
}
