import { announce } from "../db/change-log.ts";
import { refusalOf } from "../db/errors.ts";
import { findOutcomes, insertOutcomes, keyReused, tryLockAll } from "../db/idempotency.ts";
import type { Once, Outcome } from "../db/idempotency.ts";
import { lockNames } from "../db/locks.ts";
import { withSavepoint, withScope } from "../db/scope.ts";
import type { ScopedTx } from "../db/scope.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../domain/decision.ts";
import { recordAccesses } from "../features/access/store.ts";
import { listAlternatives } from "../features/openings/alternatives.ts";
import type { Instant } from "../clock.ts";
import { createBook } from "./book.ts";
import type { Book, Writes } from "./book.ts";
import { LostOpening } from "./command.ts";
import type { Command, Decided } from "./command.ts";
import { loadFacts } from "./facts.ts";
import { covers, lockNamesOf, mergeReach, noReach } from "./reach.ts";
import type { Reach, Targets } from "./reach.ts";
import { shownBy } from "./shown.ts";
import { store } from "./writes.ts";

/** What became of one command of a batch. */
export type Verdict =
  | { kind: "settled"; outcome: Outcome<unknown>; replayed: boolean }
  /** Its key is in flight in another process. */
  | { kind: "busy" }
  /** It reaches further than was locked: as another process has changed it since the look, or as only the facts tell. */
  | { kind: "again"; needed: Reach };

/** One command in a batch, on its way. */
interface Entry {
  command: Command<unknown>;
  verdict?: Verdict;
  /** Decided, and its effect is in the book. */
  decided?: Decided<unknown>;
  refusal?: Refusal;
  /** The first of the batch under the same key: this one gets its answer. */
  twinOf?: Entry;
}

/**
 * Settles commands in one transaction: look up what they reach, lock, read the facts of all, decide one after another
 * in memory, write set-wise, find alternatives for those who lost, announce. Five round trips, whatever their number.
 *
 * The transaction's audience is `system` and its scope the union of the commands' establishments, so that callers of
 * every kind share it. Row-level security is then no wall between them: it still keeps out every other establishment,
 * and each command filters by its own `establishmentIds` and decides on its actor's rights before anything else.
 *
 * `alone`: a constraint's refusal is this command's own, kept with its key; in company it fails the batch, whose members
 * then run one by one.
 */
export async function settleBatch(
  deps: Deps,
  commands: readonly Command<unknown>[],
  { alone }: { alone: boolean },
): Promise<Verdict[]> {
  const establishments = [...new Set(commands.flatMap(({ establishmentIds }) => establishmentIds))];
  return withScope(deps.connection, { audience: "system", establishments }, async (tx) => {
    const now = deps.clock.now();
    const entries = commands.map((command): Entry => ({ command }));
    const reach = await look(tx, commands, now);
    const keyed = linkTwins(entries);
    const onces = keyed.map(({ once }) => once);
    const targets = targetsOf(commands);
    const [, locked, stored, facts] = await Promise.all([
      lockNames(tx, lockNamesOf(targets, reach)),
      tryLockAll(tx, onces),
      findOutcomes(deps, tx, onces),
      loadFacts(tx, targets, reach, vendorsOf(commands), now),
    ]);
    keyed.forEach(({ entry }, index) => {
      const outcome = stored[index];
      if (locked[index] !== true) entry.verdict = { kind: "busy" };
      else if (outcome !== undefined) entry.verdict = { kind: "settled", outcome, replayed: outcome !== keyReused };
    });
    const book = createBook(facts, now);
    for (const entry of entries)
      if (entry.verdict === undefined && entry.twinOf === undefined) decide(entry, book, reach);
    await finish(deps, tx, entries, book.writes(), { alone, now });
    return entries.map(verdictOf);
  });
}

/** What a dry run shows in the place of a reference number: it draws none (APPT-39). */
const noReference = "0000000000";

/**
 * Decides one command as settleBatch would, locks included, and writes nothing: what a decision says does not come from
 * the database, but for the reference number. Its key is neither looked at nor used.
 */
export async function settleDry(deps: Deps, command: Command<unknown>): Promise<Verdict> {
  const { establishmentIds: establishments } = command;
  return withScope(deps.connection, { audience: "system", establishments, dryRun: true }, async (tx) => {
    const now = deps.clock.now();
    const targets = targetsOf([command]);
    const reach = await look(tx, [command], now);
    const [, facts] = await Promise.all([
      lockNames(tx, lockNamesOf(targets, reach)),
      loadFacts(tx, targets, reach, vendorsOf([command]), now),
    ]);
    const entry: Entry = { command };
    decide(entry, createBook(facts, now), reach);
    const { refusal, decided, verdict } = entry;
    if (verdict !== undefined) return verdict;
    if (refusal instanceof LostOpening) {
      const [alternatives = []] = await listAlternatives(tx, [refusal.wanted], now);
      const outcome = { kind: "refusal", violations: refusal.violations, help: { alternatives } } as const;
      return { kind: "settled", outcome, replayed: false };
    }
    if (refusal !== undefined) throw refusal;
    return { kind: "settled", outcome: { kind: "value", value: decided?.(() => noReference) }, replayed: false };
  });
}

/** What the commands reach; of those that know it already, as they expect. */
async function look(tx: ScopedTx, commands: readonly Command<unknown>[], now: Instant): Promise<Reach> {
  const expected = commands.flatMap((command) => command.expected ?? []);
  const unknown = commands.filter((command) => command.expected === undefined);
  if (unknown.length === 0) return mergeReach(expected);
  const [targets, vendors] = [targetsOf(unknown), vendorsOf(unknown)];
  const reachOf = (book: Book) => mergeReach(unknown.map((command) => command.reach(book)));
  let reach = reachOf(createBook(await loadFacts(tx, targets, noReach, vendors, now), now));
  // A vendor's name leads to an appointment, and only the appointment to its time.
  if (reach.appointmentIds.length > 0) {
    const named = { ...noReach, appointmentIds: reach.appointmentIds };
    reach = reachOf(createBook(await loadFacts(tx, targets, named, vendors, now), now));
  }
  return mergeReach([...expected, reach]);
}

function targetsOf(commands: readonly Command<unknown>[]): Required<Targets> {
  const all = commands.map(({ targets }) => targets);
  return {
    professionalIds: all.flatMap(({ professionalIds = [] }) => professionalIds),
    slotIds: all.flatMap(({ slotIds = [] }) => slotIds),
    appointmentIds: all.flatMap(({ appointmentIds = [] }) => appointmentIds),
    holdIds: all.flatMap(({ holdIds = [] }) => holdIds),
    names: all.flatMap(({ names = [] }) => names),
  };
}

function vendorsOf(commands: readonly Command<unknown>[]): string[] {
  return [...new Set(commands.flatMap(({ vendorId }) => vendorId ?? []))];
}

/** Answers the first entry under each key; later ones are tied to it, for they are the same command or a misuse of its key. */
function linkTwins(entries: readonly Entry[]): { entry: Entry; once: Once }[] {
  const first = new Map<string, { entry: Entry; once: Once }>();
  for (const entry of entries) {
    const { once } = entry.command;
    if (once === undefined) continue;
    const twin = first.get(`${once.caller} ${once.key}`);
    if (twin === undefined) first.set(`${once.caller} ${once.key}`, { entry, once });
    else if (twin.once.fingerprint === once.fingerprint) entry.twinOf = twin.entry;
    else entry.verdict = { kind: "settled", outcome: keyReused, replayed: false };
  }
  return [...first.values()];
}

function decide(entry: Entry, book: Book, locked: Reach): void {
  const needed = entry.command.reach(book);
  if (!covers(locked, needed)) {
    entry.verdict = { kind: "again", needed };
    return;
  }
  try {
    entry.decided = entry.command.decide(book);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    entry.refusal = error;
  }
}

/** Writes, and turns decisions into outcomes; the log comes last, because it locks the counters. */
async function finish(
  deps: Deps,
  tx: ScopedTx,
  entries: readonly Entry[],
  writes: Writes,
  { alone, now }: { alone: boolean; now: Instant },
): Promise<void> {
  const written = alone ? await storeAlone(tx, writes) : { references: await store(tx, writes) };
  if ("refused" in written) {
    for (const entry of entries) if (entry.decided !== undefined) entry.refusal = written.refused;
  }
  const lost = entries.flatMap((entry) =>
    entry.refusal instanceof LostOpening ? [{ entry, refusal: entry.refusal }] : [],
  );
  const alternatives = await listAlternatives(
    tx,
    lost.map(({ refusal }) => refusal.wanted),
    now,
  );
  const helpOf = new Map(lost.map(({ entry }, index) => [entry, { alternatives: alternatives[index] ?? [] }]));
  for (const entry of entries) {
    const { refusal, decided } = entry;
    let outcome: Outcome<unknown>;
    if (refusal !== undefined)
      outcome = { kind: "refusal", violations: refusal.violations, help: helpOf.get(entry) ?? refusal.help };
    else if (decided !== undefined && "references" in written)
      outcome = { kind: "value", value: decided((id) => referenceOf(written.references, id)) };
    else continue;
    entry.verdict = { kind: "settled", outcome, replayed: false };
  }
  const fresh = entries.flatMap(({ command, verdict, decided, refusal }) => {
    const { once } = command;
    if (once === undefined || verdict?.kind !== "settled" || (decided ?? refusal) === undefined) return [];
    const { outcome } = verdict;
    return [{ once, outcome, appointmentId: shownBy(command, outcome)?.appointmentId }];
  });
  await Promise.all([
    insertOutcomes(deps, tx, fresh),
    recordAccesses(deps, tx, entries.flatMap(accessOf)),
    announce(tx, now, "refused" in written ? [] : writes.announcements),
  ]);
}

/** Whoever is answered patient data, from the store or as somebody's twin too. */
function accessOf(entry: Entry) {
  const { access } = entry.command;
  const { verdict } = entry.twinOf ?? entry;
  if (access === undefined || verdict?.kind !== "settled") return [];
  const shown = shownBy(entry.command, verdict.outcome);
  return shown === undefined ? [] : [{ access, shown: [shown] }];
}

async function storeAlone(
  tx: ScopedTx,
  writes: Writes,
): Promise<{ references: Map<string, string> } | { refused: Refusal }> {
  try {
    return { references: await withSavepoint(tx, (inner) => store(inner, writes)) };
  } catch (error) {
    const refused = error instanceof Refusal ? error : refusalOf(error);
    if (refused === undefined) throw error;
    return { refused };
  }
}

function referenceOf(references: ReadonlyMap<string, string>, appointmentId: string): string {
  const reference = references.get(appointmentId);
  if (reference === undefined) throw new Error("an inserted appointment has no reference number");
  return reference;
}

function verdictOf(entry: Entry): Verdict {
  const verdict = (entry.twinOf ?? entry).verdict;
  if (verdict === undefined) throw new Error("a command of the batch was not settled");
  return entry.twinOf !== undefined && verdict.kind === "settled" ? { ...verdict, replayed: true } : verdict;
}
