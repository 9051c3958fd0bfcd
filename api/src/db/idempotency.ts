import { createHash } from "node:crypto";
import { Refusal, refusal } from "../domain/decision.ts";
import type { RefusalHelp, Violation } from "../domain/decision.ts";
import type { Deps } from "../deps.ts";
import { refusalOf } from "./errors.ts";
import { withScope } from "./scope.ts";
import type { Scope, ScopedTx } from "./scope.ts";

/** How a caller names one command, so that repeating it does nothing twice. */
export interface Once {
  /** The caller's stable key (actorKey). */
  caller: string;
  key: string;
  /** Keyed hash of method, path and canonical body: another request under the same key is refused. */
  fingerprint: string;
}

/** What is kept of an answer: the value, or the refusal that was decided before any write. */
export type Outcome<T> =
  { kind: "value"; value: T } | { kind: "refusal"; violations: readonly Violation[]; help: RefusalHelp };

/** An outcome, and whether it is the stored one of an earlier call. */
export interface Settled<T> {
  value: T;
  replayed: boolean;
}

const keptForMs = 72 * 3_600_000;
const waitMs = 5_000;
const pollMs = 40;

/** The advisory lock that stands for a key while its command runs; it goes with the transaction, also when a process dies. */
export function onceLock(once: Once): string {
  return lockKey(`once:${once.caller}:${once.key}`);
}

/** A 64-bit advisory lock key. Two names that collide only wait for each other. */
export function lockKey(name: string): string {
  return createHash("sha256").update(name).digest().readBigInt64BE(0).toString();
}

export async function tryLockOnce(tx: ScopedTx, once: Once): Promise<boolean> {
  const [row] = await tx.sql<
    { locked: boolean }[]
  >`SELECT pg_try_advisory_xact_lock(${onceLock(once)}::bigint) AS locked`;
  return row?.locked === true;
}

/** The stored outcome of this key, if any. */
export async function findOutcome<T>(deps: Deps, tx: ScopedTx, once: Once): Promise<Outcome<T> | undefined> {
  const [row] = await tx.sql<{ fingerprint: string; answer: Uint8Array }[]>`
    SELECT fingerprint, answer FROM idempotent_answer
    WHERE caller = ${once.caller} AND key = ${once.key} AND expires_at > ${deps.clock.wall()}`;
  if (row === undefined) return undefined;
  if (row.fingerprint !== once.fingerprint) throw refusal("IDEMPOTENCY_KEY_REUSED");
  // Only insertOutcome writes this column, from an Outcome of the same operation (the fingerprint holds method and path).
  return JSON.parse(deps.secrets.open(row.answer, boundTo(once))) as Outcome<T>;
}

export async function insertOutcome(deps: Deps, tx: ScopedTx, once: Once, outcome: Outcome<unknown>): Promise<void> {
  const answer = deps.secrets.seal(JSON.stringify(outcome), boundTo(once));
  await tx.sql`
    INSERT INTO idempotent_answer (caller, key, fingerprint, answer, expires_at)
    VALUES (${once.caller}, ${once.key}, ${once.fingerprint}, ${answer}, ${deps.clock.wall() + keptForMs})
    ON CONFLICT (caller, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, answer = excluded.answer, expires_at = excluded.expires_at`;
}

function boundTo(once: Once): string {
  return `once|${once.caller}|${once.key}`;
}

export function unwrap<T>(outcome: Outcome<T>, replayed: boolean): Settled<T> {
  if (outcome.kind === "value") return { value: outcome.value, replayed };
  throw replayed ? new ReplayedRefusal(outcome) : new Refusal(outcome.violations, outcome.help);
}

/** A refusal answered from the store. */
export class ReplayedRefusal extends Refusal {
  override name = "ReplayedRefusal";
  constructor(outcome: { violations: readonly Violation[]; help: RefusalHelp }) {
    super(outcome.violations, outcome.help);
  }
}

/** Waits outside any transaction until the key is free, up to 5 s; then the caller is told to come back. */
export async function untilFree<T>(attempt: () => Promise<T | undefined>, wall: () => number): Promise<T> {
  const deadline = wall() + waitMs;
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (wall() >= deadline) throw refusal("IDEMPOTENCY_IN_PROGRESS", "", { retryAfterSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/**
 * withScope for a command that creates. Without a key it is exactly that. With one, the answer is stored in the
 * transaction of its effect; a refusal is decided before any write and committed alone.
 */
export async function withScopeOnce<T>(
  deps: Deps,
  scope: Scope,
  once: Once | undefined,
  run: (tx: ScopedTx) => Promise<T>,
): Promise<Settled<T>> {
  if (once === undefined) return { value: await withScope(deps.connection, scope, run), replayed: false };
  return untilFree(async () => {
    const settled = await withScope(deps.connection, scope, async (tx) => {
      if (!(await tryLockOnce(tx, once))) return undefined;
      const stored = await findOutcome<T>(deps, tx, once);
      if (stored !== undefined) return { outcome: stored, replayed: true };
      const outcome = await outcomeOf(tx, run);
      await insertOutcome(deps, tx, once, outcome);
      return { outcome, replayed: false };
    });
    return settled && unwrap(settled.outcome, settled.replayed);
  }, deps.clock.wall);
}

/** Runs inside a savepoint, so that a refusal leaves nothing of the command and can still be stored. */
async function outcomeOf<T>(tx: ScopedTx, run: (tx: ScopedTx) => Promise<T>): Promise<Outcome<T>> {
  try {
    const value = await tx.sql.savepoint(() => run(tx));
    // savepoint's type unwraps arrays of promises; run's value is returned as it is.
    return { kind: "value", value: value as T };
  } catch (error) {
    const refused = error instanceof Refusal ? error : refusalOf(error);
    if (refused === undefined) throw error;
    return { kind: "refusal", violations: refused.violations, help: refused.help };
  }
}
