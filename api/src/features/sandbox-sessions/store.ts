import type { ScopedTx } from "../../db/scope.ts";
import type { Activity } from "../../domain/session.ts";

export interface SessionRow {
  sessionHash: Uint8Array;
  ramqIdentifier: string;
  activity: Activity;
  lastActivityAt: number;
}

/** The session until the end of the transaction; undefined when there is none. */
export async function lockSession(tx: ScopedTx, sessionHash: Uint8Array): Promise<SessionRow | undefined> {
  const [row] = await tx.sql<SessionRow[]>`
    SELECT session_hash AS "sessionHash", ramq_identifier AS "ramqIdentifier", activity,
      last_activity_at AS "lastActivityAt"
    FROM sandbox_session WHERE session_hash = ${sessionHash} FOR UPDATE`;
  return row;
}

export async function listSessionsOf(tx: ScopedTx, ramqIdentifier: string): Promise<SessionRow[]> {
  return tx.sql<SessionRow[]>`
    SELECT session_hash AS "sessionHash", ramq_identifier AS "ramqIdentifier", activity,
      last_activity_at AS "lastActivityAt"
    FROM sandbox_session WHERE ramq_identifier = ${ramqIdentifier}`;
}

export async function insertSession(tx: ScopedTx, row: SessionRow): Promise<void> {
  await tx.sql`
    INSERT INTO sandbox_session (session_hash, ramq_identifier, activity, last_activity_at)
    VALUES (${row.sessionHash}, ${row.ramqIdentifier}, ${row.activity}, ${row.lastActivityAt})`;
}

export async function updateActivity(tx: ScopedTx, row: SessionRow): Promise<void> {
  await tx.sql`
    UPDATE sandbox_session SET activity = ${row.activity}, last_activity_at = ${row.lastActivityAt}
    WHERE session_hash = ${row.sessionHash}`;
}

export async function deleteSession(tx: ScopedTx, sessionHash: Uint8Array): Promise<void> {
  await tx.sql`DELETE FROM sandbox_session WHERE session_hash = ${sessionHash}`;
}
