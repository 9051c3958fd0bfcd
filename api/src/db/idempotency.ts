import { Refusal, refusal } from "../domain/decision.ts";
import type { RefusalHelp, Violation } from "../domain/decision.ts";
import type { Deps } from "../deps.ts";
import { refusalOf } from "./errors.ts";
import { findOutcome, insertOutcome, tryLockOnce } from "./outcomes.ts";
import { withSavepoint, withScope } from "./scope.ts";
import type { Scope, ScopedTx } from "./scope.ts";

export * from "./outcomes.ts";

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

export const onceWaitMs = 5_000;
export const oncePollMs = 40;

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
  const deadline = wall() + onceWaitMs;
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (wall() >= deadline) throw refusal("IDEMPOTENCY_IN_PROGRESS", "", { retryAfterSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, oncePollMs));
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
  // A dry run stands for the command that may follow it under the same key: it neither finds nor leaves an answer.
  if (once === undefined || scope.dryRun === true)
    return { value: await withScope(deps.connection, scope, run), replayed: false };
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
    return { kind: "value", value: await withSavepoint(tx, run) };
  } catch (error) {
    const refused = error instanceof Refusal ? error : refusalOf(error);
    if (refused === undefined) throw error;
    return { kind: "refusal", violations: refused.violations, help: refused.help };
  }
}
