import { createHash } from "node:crypto";
import { withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { Refusal, settle, violation } from "../../domain/decision.ts";
import { decideIdentifier, mayContinue } from "../../domain/session.ts";
import { issueSandboxToken, sandboxTokenSeconds } from "../../http/access-token.ts";
import { isActiveAt, readEmployee } from "../../http/authentication.ts";
import type { Keyring } from "../../http/signing-keys.ts";
import { passwordMatches } from "../staff-registry/password.ts";
import { findStaff } from "../staff-registry/store.ts";
import type { Refresh, Session, SignIn } from "./schema.ts";
import { deleteSession, insertSession, listSessionsOf, lockSession, updateActivity } from "./store.ts";
import type { SessionRow } from "./store.ts";

/**
 * What the sandbox's identity issuer does for staff, in the place of RAMQ's. Sessions are its matter, not the hub's:
 * whoever calls the hub has a token, and the hub does not know what screen is in front of them. So the software that the
 * person uses says what they do, and each time is given a fresh token.
 */

const scope = { audience: "system", establishments: [] } as const;

/** AUTH-01 to AUTH-03. Who has only signed in has done nothing on the agenda yet: AUTH-04 counts from there. */
export async function signIn(deps: Deps, keyring: Keyring, { identifier, password }: SignIn): Promise<Session> {
  const { by, value } = settle(decideIdentifier(identifier));
  const person = await withScope(deps.connection, scope, (tx) => findStaff(tx, by, value));
  const known = await passwordMatches(password, person?.passwordHash ?? null);
  if (!known || person === undefined) throw new Refusal([violation("AUTH-02", "INVALID_CREDENTIALS")]);
  const { ramqIdentifier } = person;
  await refuseInactive(deps, ramqIdentifier);
  const wall = deps.clock.wall();
  const sessionId = deps.ids.random(32).toString("base64url");
  const session: SessionRow = {
    sessionHash: hashOf(sessionId),
    ramqIdentifier,
    activity: "configuration",
    lastActivityAt: wall,
  };
  await withScope(deps.connection, scope, async (tx) => {
    for (const other of await listSessionsOf(tx, ramqIdentifier))
      if (!goesOn(other, wall)) await deleteSession(tx, other.sessionHash);
    await insertSession(tx, session);
  });
  return answer(deps, keyring, sessionId, ramqIdentifier);
}

/** AUTH-03 to AUTH-05: what the person does, and a fresh token while the session goes on. */
export async function refresh(deps: Deps, keyring: Keyring, { sessionId, activity }: Refresh): Promise<Session> {
  const wall = deps.clock.wall();
  const { ramqIdentifier } = await withScope(deps.connection, scope, async (tx) => {
    const session = await lockSession(tx, hashOf(sessionId));
    if (session === undefined || !goesOn(session, wall))
      throw new Refusal([violation("AUTH-04", "INVALID_TOKEN", "/sessionId")]);
    await updateActivity(tx, { ...session, activity, lastActivityAt: wall });
    return session;
  });
  await refuseInactive(deps, ramqIdentifier);
  return answer(deps, keyring, sessionId, ramqIdentifier);
}

/** Also of a session that is no more: whoever signs out is signed out. */
export async function end(deps: Deps, sessionId: string): Promise<void> {
  await withScope(deps.connection, scope, (tx) => deleteSession(tx, hashOf(sessionId)));
}

/** AUTH-03: an active record somewhere, by the hub's time, as for every call (EMP-18). */
async function refuseInactive(deps: Deps, ramqIdentifier: string): Promise<void> {
  const records = await readEmployee(deps, ramqIdentifier);
  const now = deps.clock.now();
  if (!records.some((record) => isActiveAt(record, now)))
    throw new Refusal([violation("AUTH-03", "NOT_ACTIVE_IN_RVSQ")]);
}

function goesOn({ activity, lastActivityAt }: SessionRow, wall: number): boolean {
  return mayContinue({ activity, at: lastActivityAt }, wall);
}

async function answer(deps: Deps, keyring: Keyring, sessionId: string, ramqIdentifier: string): Promise<Session> {
  const accessToken = await issueSandboxToken(deps, keyring, { kind: "employee", ramqIdentifier });
  return { sessionId, accessToken, tokenType: "Bearer", expiresIn: sandboxTokenSeconds };
}

function hashOf(sessionId: string): Buffer {
  return createHash("sha256").update(sessionId).digest();
}
