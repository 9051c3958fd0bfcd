import type { Appointment } from "../../domain/appointment.ts";
import type { Hold } from "../../domain/hold.ts";
import { minuteMs } from "../../domain/time.ts";
import { readInstant } from "../../http/time.ts";
import type { Book } from "../../lane/book.ts";
import { citizenDaysAt, longestOpeningMs, noReach } from "../../lane/reach.ts";
import type { Reach } from "../../lane/reach.ts";
import type { WantedTime } from "./decide-agenda.ts";
import type { NewAppointment } from "./schema.ts";

/** How far a clinic's commands reach: see lane/reach.ts. */

type SaidTime = Pick<NewAppointment, "slotId" | "professionalId" | "placeId" | "startAt" | "durationMinutes">;

export function timeOf({ slotId, professionalId, placeId, startAt, durationMinutes }: SaidTime): WantedTime {
  return {
    slotId,
    professionalId,
    placeId,
    startAt: startAt === undefined ? undefined : readInstant(startAt),
    durationMinutes,
  };
}

export function reachOfAppointment(found: Appointment | undefined): Reach {
  if (found === undefined) return noReach;
  return { ...noReach, spans: [found], citizenDays: citizenDaysAt(found.namIndex, found.startAt) };
}

/** A hold that is extended, released or consumed: its own time, which need not be that of the booking that names it. */
export function reachOfHold(hold: Hold | undefined): Reach {
  return hold === undefined ? noReach : { ...noReach, spans: [hold] };
}

/** Where a wanted time lies; no span while the professional or the start is unknown, which the decision then refuses. */
export function reachOfTime(
  book: Book,
  wanted: WantedTime,
  namIndexes: readonly (string | null)[],
  before?: Appointment,
): Reach {
  const slot = wanted.slotId === undefined ? undefined : book.slot(wanted.slotId);
  const professionalId = wanted.professionalId ?? slot?.professionalId ?? before?.professionalId;
  const startAt = wanted.startAt ?? slot?.startAt ?? before?.startAt;
  if (professionalId === undefined || startAt === undefined) return noReach;
  const establishmentId =
    book.professional(professionalId)?.establishmentId ?? slot?.establishmentId ?? before?.establishmentId;
  if (establishmentId === undefined) return noReach;
  const lengthMs = wanted.durationMinutes === undefined ? longestOpeningMs : wanted.durationMinutes * minuteMs;
  const endAt = startAt + Math.max(lengthMs, before === undefined ? 0 : before.endAt - before.startAt);
  return {
    ...noReach,
    spans: [{ establishmentId, professionalId, startAt, endAt }],
    citizenDays: namIndexes.flatMap((namIndex) => citizenDaysAt(namIndex, startAt)),
  };
}

export function both(a: Reach, b: Reach): Reach {
  return { ...noReach, spans: [...a.spans, ...b.spans], citizenDays: [...a.citizenDays, ...b.citizenDays] };
}

export function given<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
