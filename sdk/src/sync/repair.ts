/** Do both agendas agree? What differs is read again, and nothing else. */
import { isArrimageProblem } from "../is-problem.ts";
import type { Context } from "./context.ts";
import { placesOf } from "./context.ts";
import type { DigestEntry } from "./digest.ts";
import { addDays, dayMs, digestDays, localDates } from "./digest.ts";
import type { Content } from "./fields.ts";
import { endOf, overlay } from "./fields.ts";
import type { Incoming } from "./integrate.ts";
import type { Base } from "./notes.ts";
import { refOf } from "./notes.ts";
import { enqueue } from "./outbox.ts";
import { takeRead } from "./put-back.ts";
import { callsOf, incomingOf, readAgain, syncedTypes } from "./read.ts";
import type { AgendaWindow, LocalEntry } from "./types.ts";

/** A place's window, and the local dates there. */
interface Window extends AgendaWindow {
  timeZone: string;
  dayOf: (object: Content | DigestEntry) => string;
}
interface Day {
  professionalId: string;
  date: string;
}

/**
 * @param settle one round of following and sending
 * @returns the places that agree
 */
export async function repair<Tx>(context: Context<Tx>, settle: () => Promise<void>): Promise<string[]> {
  const { agenda, report, runtime, repairDays = 60 } = context;
  await forget(context);
  if (!agenda.read) return [];
  await settle();
  const agreeing: string[] = [];
  for (const { placeId, timeZone } of await placesOf(context)) {
    const dateOf = localDates(timeZone);
    const from = dateOf(runtime.now());
    const dayOf: Window["dayOf"] = ({ professionalId, startAt }) =>
      `${String(professionalId)} ${dateOf(Date.parse(String(startAt)))}`;
    const window = { placeId, timeZone, from, to: addDays(from, repairDays).slice(0, 10), dayOf };
    let days = await confirm(context, window);
    if (days) {
      report({ type: "differs", placeId, days });
      await compare(context, window, days);
      await settle();
      days = await confirm(context, window);
    }
    if (days) continue;
    agreeing.push(placeId);
    report({ type: "confirmed", placeId });
  }
  return agreeing;
}

/**
 * What ended, and was last agreed on, 100 days ago, which would only grow. The hub keeps its log for 30 days, so that no
 * echo of it can come any more; snapshots, repairs and digests begin today; and who changes it all the same is met as by
 * an engine that begins anew.
 */
async function forget<Tx>({ runtime, transaction }: Context<Tx>): Promise<void> {
  await transaction(async ({ notes }) => {
    for (const base of await notes.bases()) {
      const { at, object } = base;
      if (Math.max(at, Date.parse(String(object ? object["endAt"] : 0))) < runtime.now() - 100 * dayMs)
        await notes.dropBase(base);
    }
  });
}

/** The days on which the two differ; undefined: the hub has it confirmed. */
async function confirm<Tx>(context: Context<Tx>, window: Window): Promise<Day[] | undefined> {
  const { placeId, from, to, timeZone } = window;
  const lines = await digestDays(await localLines(context, window), timeZone);
  const days = lines.filter(({ date }) => date >= from && date < to);
  try {
    await context.client.places.confirm({ placeId, body: { from, to, days } }, context.options);
    return undefined;
  } catch (error) {
    if (!isArrimageProblem(error, "DIGEST_MISMATCH")) throw error;
    // The problem of this code carries the days that differ.
    return error.problem["differingDays"] as Day[];
  }
}

/** A line of the digest, and what of the agenda it is made of. */
type LocalLine = DigestEntry & { entry: LocalEntry };

/** What the agenda holds at the place, each with its line of the digest. What a body leaves out is as the hub has it. */
async function localLines<Tx>({ agenda, transaction }: Context<Tx>, window: AgendaWindow): Promise<LocalLine[]> {
  const { placeId, from, to } = window;
  const entries: LocalEntry[] = [];
  for await (const entry of (await agenda.read?.({ placeId, from, to })) ?? []) entries.push(entry);
  return transaction(async ({ notes }) => {
    const lines: LocalLine[] = [];
    for (const entry of entries) {
      const { objectType, id } = entry;
      const base = await notes.baseOf(entry);
      const whole = overlay(objectType, base?.object ?? {}, entry.body);
      const endAt = endOf(objectType, whole);
      // A whole body has what its kind's line needs, in the types of the document.
      const line = { attendance: "unconfirmed", ...whole, kind: objectType, id, endAt, entry } as unknown as LocalLine;
      if (endAt && whole["placeId"] === placeId) lines.push(line);
    }
    return lines;
  });
}

/** Reads the days on both sides, and brings together object by object what is there. */
async function compare<Tx>(context: Context<Tx>, window: Window, days: readonly Day[]): Promise<void> {
  const { options, policy } = context;
  const { placeId, dayOf } = window;
  const wanted = new Set(days.map(({ professionalId, date }) => `${professionalId} ${date}`));
  const dates = days.map(({ date }) => date).sort();
  // A day more on both ends: these are instants, and the dates are local.
  const from = addDays(dates[0] ?? "", -1);
  const to = addDays(dates.at(-1) ?? "", 2);
  const there: Incoming[] = [];
  for (const professionalId of new Set(days.map((day) => day.professionalId)))
    for (const objectType of syncedTypes)
      for (const object of await callsOf(context, objectType)
        .list({ placeId, professionalId, from, to }, options)
        .collect()) {
        if (wanted.has(dayOf(object))) there.push(incomingOf(objectType, object, 0));
      }
  const here = (await localLines(context, window)).filter((line) => wanted.has(dayOf(line)));
  const absent = await context.transaction(async (work) => {
    const { notes } = work;
    // As the agenda names what is there.
    const lost = new Map<string, Base | undefined>();
    for (const { objectType, objectId, externalId } of there) {
      const base = await notes.base(objectId);
      lost.set(refOf({ objectType, id: base?.id ?? externalId ?? objectId }), base);
    }
    const elsewhere = [];
    for (const { entry } of here) {
      const { objectType, id, body } = entry;
      const base = await notes.baseOf(entry);
      const isThere = lost.has(refOf(entry));
      lost.delete(refOf(entry));
      if (base?.object && !isThere) elsewhere.push(base);
      // Changed here and nobody said so, or never told to the hub. What both have, and the engine does not know, is a conflict.
      const waits = (await notes.waiting(entry)).length > 0;
      if (!waits && (base?.object || !isThere || policy === "agendaWins"))
        await enqueue(context, work, { kind: "put", objectType, id, body });
    }
    for (const base of lost.values())
      // The agenda has lost it.
      if (base && (await notes.waiting(base)).length === 0) await notes.setBase({ ...base, version: 0 });
    return elsewhere;
  });
  await takeRead(context, [...there, ...(await readAgain(context, absent))]);
}
