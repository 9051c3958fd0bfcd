import { isArrimageProblem } from "@arrimage/sdk";
import { agendaDigest, compareDigests, type DayDigest } from "./digest.ts";
import { addDays, wallClock } from "./local-time.ts";
import { planPush, type PushPlan } from "./plan-push.ts";
import { readExport } from "./read-export.ts";
import type { LinkedClinic } from "./set-up.ts";

/** `GET /v1/digest` answers so many days at once. */
const DAYS_A_CALL = 366;

/**
 * Reads the written folder back from disk and asks the hub for the digests of the same days. `clock` is the instant of the
 * push: it decides which slots were sent. `pushed` is what was sent, so that a day the files have lost is asked for too.
 */
export async function compareWithHub(
  clinic: LinkedClinic,
  folder: string,
  facts: { clock: Date; pushed: PushPlan; refused: ReadonlySet<string> },
): Promise<ReturnType<typeof compareDigests>> {
  const written = readExport(folder);
  const zone = written.config.place.timeZone;
  const ours = agendaDigest(planPush(written, facts.clock), zone, facts.refused);
  const dates = [...ours, ...agendaDigest(facts.pushed, zone)].map(({ date }) => date);
  return compareDigests(ours, await digestsOfHub(clinic, dates));
}

async function digestsOfHub({ machine, placeId, professionalIds }: LinkedClinic, dates: readonly string[]) {
  const numberOf = new Map([...professionalIds].map(([number, id]) => [id, number]));
  const digests: DayDigest[] = [];
  for (const { from, to } of windowsOver(dates)) {
    const { days } = await machine.digest.get({ placeId, from, to });
    for (const { professionalId, date, digest } of days) {
      digests.push({ professionalNumber: numberOf.get(professionalId) ?? professionalId, date, sha256: digest });
    }
  }
  return digests;
}

/** SYNC-09: a confirmation covers today and the next 28 days; a day more, for midnight may pass meanwhile. */
const DAYS_CONFIRMED = 29;

/**
 * SYNC-10: shows the hub that both have the same agenda, from what was pushed. An agenda that nobody confirms grows stale, and
 * citizens no longer find it (SYNC-13). Answers on how many of the days both do not agree: none, or nothing was confirmed.
 */
export async function confirmAgenda(
  { machine, placeId, professionalIds }: LinkedClinic,
  zone: string,
  facts: { clock: Date; pushed: PushPlan; refused: ReadonlySet<string> },
): Promise<{ days: number; different: number }> {
  const from = wallClock(facts.clock, zone).date;
  const to = addDays(from, DAYS_CONFIRMED);
  const days = agendaDigest(facts.pushed, zone, facts.refused)
    .filter(({ date }) => date >= from && date < to)
    .map(({ professionalNumber, date, sha256 }) => ({
      professionalId: professionalIds.get(professionalNumber) ?? "",
      ...{ date, digest: sha256 },
    }));
  try {
    await machine.places.confirm({ placeId, body: { from, to, days } });
    return { days: days.length, different: 0 };
  } catch (error) {
    if (!isArrimageProblem(error, "DIGEST_MISMATCH")) throw error;
    const { differingDays } = error.problem;
    return { days: days.length, different: Array.isArray(differingDays) ? differingDays.length : 1 };
  }
}

/** As few calls as cover the dates: an appointment of a far year costs one, not all the years between. */
export function windowsOver(dates: readonly string[]): { from: string; to: string }[] {
  const windows: { from: string; to: string; limit: string }[] = [];
  for (const date of [...new Set(dates)].sort()) {
    const window = windows.at(-1);
    const to = addDays(date, 1);
    if (window && to <= window.limit) window.to = to;
    else windows.push({ from: date, to, limit: addDays(date, DAYS_A_CALL) });
  }
  return windows.map(({ from, to }) => ({ from, to }));
}
