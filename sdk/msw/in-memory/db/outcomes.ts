import type { Once, Outcome } from "../../../../api/src/db/idempotency.ts";
import type * as real from "../../../../api/src/db/outcomes.ts";
import { keyReused } from "../../../../api/src/db/outcomes.ts";
import { refusal } from "../../../../api/src/domain/decision.ts";
import { memoryOf } from "../../world.ts";

const keptForMs = 72 * 3_600_000;

/** Only for locks, of which there are none. */
export const lockKey: typeof real.lockKey = () => "0";

export const tryLockOnce: typeof real.tryLockOnce = async () => true;
export const tryLockAll: typeof real.tryLockAll = async (_, all) => all.map(() => true);

export const findOutcome: typeof real.findOutcome = async <T>(
  ...[deps, tx, once]: Parameters<typeof real.findOutcome>
): Promise<Outcome<T> | undefined> => {
  const row = memoryOf(tx).find("outcome", keyOf(once));
  if (row === undefined || row.expiresAt <= deps.clock.wall()) return undefined;
  if (row.fingerprint !== once.fingerprint) throw refusal("IDEMPOTENCY_KEY_REUSED");
  // Kept under the fingerprint of the same operation, as in the database.
  return row.outcome as Outcome<T>;
};

export const insertOutcome: typeof real.insertOutcome = async (deps, tx, once, outcome) => {
  memoryOf(tx).put("outcome", keyOf(once), {
    fingerprint: once.fingerprint,
    outcome: kept(outcome),
    expiresAt: deps.clock.wall() + keptForMs,
  });
};

export const findOutcomes: typeof real.findOutcomes = async (deps, tx, all) =>
  all.map((once) => {
    const row = memoryOf(tx).find("outcome", keyOf(once));
    if (row === undefined || row.expiresAt <= deps.clock.wall()) return undefined;
    return row.fingerprint === once.fingerprint ? row.outcome : keyReused;
  });

export const insertOutcomes: typeof real.insertOutcomes = async (deps, tx, all) => {
  for (const { once, outcome } of all)
    memoryOf(tx).put("outcome", keyOf(once), {
      fingerprint: once.fingerprint,
      outcome: kept(outcome),
      expiresAt: deps.clock.wall() + keptForMs,
    });
};

/** As it comes back from the database: JSON. */
function kept(outcome: Outcome<unknown>): Outcome<unknown> {
  // JSON of an Outcome is an Outcome.
  return JSON.parse(JSON.stringify(outcome)) as Outcome<unknown>;
}

function keyOf({ caller, key }: Once): string {
  return `${caller} ${key}`;
}
