import { agendaDigest, compareDigests, type DayDigest } from "./digest.ts";
import { addDays } from "./local-time.ts";
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
