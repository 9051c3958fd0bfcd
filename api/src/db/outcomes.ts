import { createHash } from "node:crypto";
import { refusal } from "../domain/decision.ts";
import type { Deps } from "../deps.ts";
import type { Once, Outcome } from "./idempotency.ts";
import type { ScopedTx } from "./scope.ts";

/** What is kept of answers under their keys, as SQL; what a key means is in idempotency.ts. */

const keptForMs = 72 * 3_600_000;

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

/** tryLockOnce for many, in the order given. None of them waits, so their order among other locks does not matter. */
export async function tryLockAll(tx: ScopedTx, all: readonly Once[]): Promise<boolean[]> {
  if (all.length === 0) return [];
  const rows = await tx.sql<{ locked: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(key) AS locked
    FROM unnest(${all.map(onceLock)}::bigint[]) WITH ORDINALITY AS k(key, place) ORDER BY place`;
  return rows.map(({ locked }) => locked);
}

/** findOutcome for many, in the order given; a key that was used for another request answers that refusal. */
export async function findOutcomes(
  deps: Pick<Deps, "clock" | "secrets">,
  tx: ScopedTx,
  all: readonly Once[],
): Promise<(Outcome<unknown> | undefined)[]> {
  if (all.length === 0) return [];
  const rows = await tx.sql<{ place: number; fingerprint: string; answer: Uint8Array }[]>`
    SELECT o.place, a.fingerprint, a.answer
    FROM unnest(${all.map(({ caller }) => caller)}::text[], ${all.map(({ key }) => key)}::text[]) WITH ORDINALITY
      AS o(caller, key, place)
    JOIN idempotent_answer a ON a.caller = o.caller AND a.key = o.key AND a.expires_at > ${deps.clock.wall()}`;
  const found = new Map(rows.map((row) => [row.place, row]));
  return all.map((once, index) => {
    const row = found.get(index + 1);
    if (row === undefined) return undefined;
    if (row.fingerprint !== once.fingerprint) return keyReused;
    return JSON.parse(deps.secrets.open(row.answer, boundTo(once))) as Outcome<unknown>;
  });
}

/** insertOutcome for many, each with the appointment that it tells of, if any. */
export async function insertOutcomes(
  deps: Pick<Deps, "clock" | "secrets">,
  tx: ScopedTx,
  all: readonly { once: Once; outcome: Outcome<unknown>; appointmentId?: string | undefined }[],
): Promise<void> {
  if (all.length === 0) return;
  const rows = all.map(({ once, outcome, appointmentId = null }) => ({
    caller: once.caller,
    key: once.key,
    fingerprint: once.fingerprint,
    answer: sealed(deps, once, outcome),
    appointment_id: appointmentId,
  }));
  await tx.sql`
    INSERT INTO idempotent_answer (caller, key, fingerprint, answer, expires_at, appointment_id)
    SELECT r.caller, r.key, r.fingerprint, r.answer, ${deps.clock.wall() + keptForMs}, r.appointment_id
    FROM jsonb_to_recordset(${tx.sql.json(rows)}) AS r(caller text, key text, fingerprint text, answer bytea,
      appointment_id text)
    ON CONFLICT (caller, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, answer = excluded.answer, expires_at = excluded.expires_at,
        appointment_id = excluded.appointment_id`;
}

/**
 * What is kept of answers that tell of these appointments is written anew: the keys stay good, the answers lose what is to
 * be lost.
 */
export async function rewriteOutcomes(
  deps: Pick<Deps, "secrets">,
  tx: ScopedTx,
  appointmentIds: readonly string[],
  rewrite: (outcome: Outcome<unknown>) => Outcome<unknown>,
): Promise<void> {
  if (appointmentIds.length === 0) return;
  const kept = await tx.sql<{ caller: string; key: string; answer: Uint8Array }[]>`
    SELECT caller, key, answer FROM idempotent_answer WHERE appointment_id = ANY (${[...appointmentIds]}::text[])
    ORDER BY caller, key FOR UPDATE`;
  const rows = kept.map(({ caller, key, answer }) => {
    const once = { caller, key };
    // insertOutcomes has written it.
    const outcome = JSON.parse(deps.secrets.open(answer, boundTo(once))) as Outcome<unknown>;
    return { caller, key, answer: sealed(deps, once, rewrite(outcome)) };
  });
  await tx.sql`
    UPDATE idempotent_answer a SET answer = r.answer
    FROM jsonb_to_recordset(${tx.sql.json(rows)}) AS r(caller text, key text, answer bytea)
    WHERE a.caller = r.caller AND a.key = r.key`;
}

/** As jsonb_to_recordset reads a bytea. */
function sealed(
  { secrets }: Pick<Deps, "secrets">,
  once: Pick<Once, "caller" | "key">,
  outcome: Outcome<unknown>,
): string {
  return `\\x${secrets.seal(JSON.stringify(outcome), boundTo(once)).toString("hex")}`;
}

/** The answer to a request that comes under the key of another; it is never stored. */
export const keyReused: Outcome<never> = {
  kind: "refusal",
  violations: refusal("IDEMPOTENCY_KEY_REUSED").violations,
  help: {},
};

function boundTo(once: Pick<Once, "caller" | "key">): string {
  return `once|${once.caller}|${once.key}`;
}
