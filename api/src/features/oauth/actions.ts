import { findMachineRecord } from "../../db/callers.ts";
import { withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Scope } from "../../domain/actor.ts";
import { refusal } from "../../domain/decision.ts";
import { issueMachineToken, machineTokenSeconds } from "../../http/access-token.ts";
import type { Keyring } from "../../http/signing-keys.ts";
import { claimedMachine, invalidClient, verifyAssertion } from "./client-assertion.ts";
import { assertionType } from "./schema.ts";
import type { Token, TokenRequest } from "./schema.ts";
import { insertAssertion } from "./store.ts";

/**
 * Client credentials for a machine that proves itself with its key. `otherProof` says that the request also carried
 * an Authorization header: two proofs are one too many (RFC 6749 §2.3).
 */
export async function issueToken(
  deps: Deps,
  keyring: Keyring,
  request: TokenRequest,
  otherProof: boolean,
): Promise<Token> {
  if (request.grant_type !== "client_credentials") throw refusal("UNSUPPORTED_GRANT_TYPE");
  if (otherProof || request.client_secret !== undefined) throw refusal("INVALID_REQUEST", "/client_assertion");
  const { client_assertion: presented, client_assertion_type: type } = request;
  if (presented === undefined || type !== assertionType)
    throw invalidClient(`client_assertion and client_assertion_type=${assertionType} are required.`);
  const machineId = claimedMachine(presented);
  if (request.client_id !== undefined && request.client_id !== machineId)
    throw invalidClient("client_id differs from the assertion's sub.");

  const scope = { audience: "machine", subject: machineId, establishments: [] } as const;
  const granted = await withScope(deps.connection, scope, async (tx) => {
    const wall = deps.clock.wall();
    const machine = await findMachineRecord(tx, machineId);
    const expected = { issuer: deps.config.baseUrl, machineId, wall };
    const assertion = await verifyAssertion(presented, machine?.jwks.keys ?? [], expected);
    if (machine === undefined || machine.status === "suspended") throw invalidClient("This machine is suspended.");
    const scopes = grantedScopes(machine.scopes, request.scope);
    if (!(await insertAssertion(tx, assertion, wall))) throw invalidClient("This jti has already been used.");
    return scopes.join(" ");
  });
  return {
    access_token: await issueMachineToken(deps, keyring, machineId, granted),
    token_type: "Bearer",
    expires_in: machineTokenSeconds,
    scope: granted,
  };
}

/** What was asked for, if the machine has all of it; without asking, everything it has. */
function grantedScopes(registered: readonly Scope[], wanted: string | undefined): readonly Scope[] {
  if (wanted === undefined) {
    if (registered.length === 0) throw refusal("INVALID_SCOPE");
    return registered;
  }
  const names = wanted.split(" ");
  const granted = registered.filter((scope) => names.includes(scope));
  if (names.some((name) => !granted.some((scope) => scope === name))) throw refusal("INVALID_SCOPE");
  return granted;
}
