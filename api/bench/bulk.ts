import { systemIds } from "../src/ids.ts";
import { memoryOf } from "../test/process-memory.ts";
import type { BenchAgenda } from "./agenda.ts";
import { copyRows, readLogRows, readSlotRows } from "./bulk-references.ts";
import type { RawSlot } from "./references.ts";
import { addRow } from "./report.ts";
import type { Setting } from "./setting.ts";

/** A batch takes 10,000 lines: 100,000 are ten of them, one after the other. */
const linesABatch = 10_000;
const slotsADay = 5;
const dayMs = 86_400_000;
/** Followed and read so often, in turn with the reference; the middle one counts. */
const rounds = 5;

/**
 * An agenda pushed, pushed again, followed and taken as a snapshot, beside COPY and SELECT of the same rows. COPY writes
 * the slots with their openings, the log and the names, into the same tables with the same indexes.
 */
export async function measureBulk(setting: Setting): Promise<void> {
  const before = await endOfLog(setting);
  await pushed(setting, linesABatch, { reference: 4000, own: 8000 });
  await followed(setting, before);
  await pushed(setting, 10 * linesABatch, { reference: 12_000, own: 20_000 });
}

async function pushed(setting: Setting, count: number, days: { reference: number; own: number }): Promise<void> {
  const { hub, owner, agenda, now } = setting;
  const name = count.toLocaleString("en");
  const slots = slotsOf(agenda, now, days.reference, count);
  const copySeconds = await timed(() => copyRows(owner, agenda, slots, now));
  await owner`DELETE FROM change WHERE seq > 1000000000`;
  const batches = Array.from({ length: count / linesABatch }, (_, n) =>
    bodyOf(agenda, slotsOf(agenda, now, days.own, count).slice(n * linesABatch, (n + 1) * linesABatch), n, count),
  );
  const memory = await memoryOf(hub.pid);
  const rest = (await memory?.now()) ?? 0;
  await memory?.forgetPeak();
  const first = await timed(() => pushAll(setting, batches, "created"));
  const peak = (await memory?.peak()) ?? 0;
  const again = await timed(() => pushAll(setting, batches, "unchanged"));
  const unit = "slots/s";
  const referenceIs = "COPY of the same rows";
  addRow({
    what: `first push of ${name} slots`,
    unit,
    hub: count / first,
    reference: count / copySeconds,
    referenceIs,
  });
  addRow({
    what: `the same ${name} again, nothing changed`,
    unit,
    hub: count / again,
    reference: count / first,
    referenceIs: "the first push",
  });
  if (memory !== undefined)
    addRow({
      what: `most memory held while ${name} were pushed`,
      unit: "MB",
      hub: peak,
      reference: rest,
      referenceIs: "the same process at rest",
    });
}

/** 10,000 changes behind: the changes, the changes with their objects, and a snapshot of the same slots. */
async function followed(setting: Setting, before: LogEnd): Promise<void> {
  const { hub, runtime, owner, agenda } = setting;
  // Without statistics on what was just pushed, the references' join takes seconds a page; the hub's own does not need them.
  await owner`ANALYZE change, slot, external_binding`;
  const follow = async (cursor: string, include: string) => {
    const as = await authorized(setting);
    let [at, seen] = [cursor, 0];
    for (;;) {
      const page = await changes(setting, as, `?limit=1000&cursor=${at}${include}`);
      seen += page.items.length;
      if (page.caughtUp) return seen;
      at = page.nextCursor;
    }
  };
  const days = { from: agenda.firstDay + 7900 * dayMs, to: agenda.firstDay + 11_000 * dayMs };
  const snapshot = async () => {
    const [from = "", to = ""] = [days.from, days.to].map((at) => new Date(at).toISOString().slice(0, 10));
    const answer = await fetch(`${hub.url}/v1/snapshots`, {
      method: "POST",
      headers: { ...(await authorized(setting)), "content-type": "application/json" },
      body: JSON.stringify({ objectTypes: ["slot"], from, to }),
    });
    // As SELECT's reader does, every line becomes an object.
    const lines = (await answer.text()).trim().split("\n");
    return lines.map((line): unknown => JSON.parse(line)).length - 1;
  };
  const readLog = () => readLogRows(runtime, agenda, before.seq, 1000);
  const readSlots = () => readSlotRows(runtime, agenda, days, 1000);
  await compare("10,000 changes followed", "changes/s", () => follow(before.cursor, ""), readLog, "the log");
  await compare(
    "the same with their objects (include=resource)",
    "changes/s",
    () => follow(before.cursor, "&include=resource"),
    async () => {
      await readSlots();
      return readLog();
    },
    "the log and the slots",
  );
  await compare("a snapshot of the same 10,000 slots", "slots/s", snapshot, readSlots, "the slots");
}

interface LogEnd {
  cursor: string;
  seq: number;
}

async function endOfLog(setting: Setting): Promise<LogEnd> {
  const { nextCursor } = await changes(setting, await authorized(setting), "?from=now");
  const { owner, agenda } = setting;
  const [row] = await owner<{ seq: string }[]>`
    SELECT last_seq AS seq FROM change_counter WHERE establishment_id = ${agenda.establishmentId}`;
  return { cursor: nextCursor, seq: Number(row?.seq) };
}

async function changes({ hub }: Setting, as: Record<string, string>, query: string): Promise<Page> {
  const answer = await fetch(`${hub.url}/v1/changes${query}`, { headers: as });
  // The operation's own page.
  return (await answer.json()) as Page;
}

/** Tokens live five minutes, the whole takes longer. */
async function authorized({ hub, agenda }: Setting): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await hub.machineToken(agenda.machineId)}` };
}

interface Page {
  items: unknown[];
  nextCursor: string;
  caughtUp: boolean;
}

async function compare(
  what: string,
  unit: string,
  own: () => Promise<number>,
  reference: () => Promise<number>,
  of: string,
): Promise<void> {
  const [hubRates, referenceRates]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++)
    for (const [run, rates] of [
      [own, hubRates],
      [reference, referenceRates],
    ] as const) {
      let count = 0;
      const seconds = await timed(async () => {
        count = await run();
      });
      rates.push(count / seconds);
      process.stderr.write(`${what}: ${String(count)} in ${seconds.toFixed(2)} s\n`);
    }
  const referenceIs = `SELECT of ${of} from the same position, pages of 1,000`;
  addRow({ what, unit, hub: middle(hubRates), reference: middle(referenceRates), referenceIs });
}

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function pushAll(setting: Setting, batches: readonly string[], expected: string): Promise<void> {
  const { hub, now } = setting;
  for (const body of batches) {
    const as = await authorized(setting);
    const answer = await fetch(`${hub.url}/v1/slots/batch`, {
      method: "POST",
      headers: { ...as, "content-type": "application/x-ndjson", "idempotency-key": systemIds.next("key", now) },
      body,
    });
    const lines = (await answer.text()).trim().split("\n");
    const odd = lines.find((line) => (JSON.parse(line) as { outcome: string }).outcome !== expected);
    if (odd !== undefined || lines.length !== linesABatch)
      throw new Error(`${String(lines.length)} lines: ${String(odd)}`);
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1000;
}

function bodyOf(agenda: BenchAgenda, slots: readonly RawSlot[], batch: number, count: number): string {
  return slots
    .map(({ professionalId, serviceId, startAt, endAt }, n) =>
      JSON.stringify({
        externalId: `bulk-${String(count)}-${String(batch)}-${String(n)}`,
        ...{ professionalId, placeId: agenda.placeId, serviceIds: [serviceId], visibility: "public" },
        ...{ startAt: new Date(startAt).toISOString(), endAt: new Date(endAt).toISOString() },
      }),
    )
    .join("\n");
}

/** Slots of one hour with four openings, five an agenda and day, from a day on. */
function slotsOf(agenda: BenchAgenda, now: number, fromDay: number, count: number): RawSlot[] {
  return Array.from({ length: count }, (_, n) => {
    const { professionalId = "", serviceId = "" } = agenda.professionals[n % agenda.professionals.length] ?? {};
    const ordinal = Math.floor(n / agenda.professionals.length);
    const day = fromDay + Math.floor(ordinal / slotsADay);
    const startAt = agenda.firstDay + day * dayMs + (ordinal % slotsADay) * 3_600_000;
    return { slotId: systemIds.next("slt", now), professionalId, serviceId, startAt, endAt: startAt + 3_600_000 };
  });
}
