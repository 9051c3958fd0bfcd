import { withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { refusal } from "../../domain/decision.ts";
import { normaliseNam } from "../../domain/nam.ts";
import {
  issueMachineToken,
  issueSandboxToken,
  machineTokenSeconds,
  sandboxTokenSeconds,
} from "../../http/access-token.ts";
import type { TokenSubject } from "../../http/access-token.ts";
import type { Keyring } from "../../http/signing-keys.ts";
import { listMachinesAndLinks } from "../sandbox-machines/store.ts";
import type { Person, SandboxToken } from "./schema.ts";

/** Who operates the sandbox: there is one RAMQ. */
const operatorId = "ramq";

/** A token as the identity issuer would give it, without a sign-in (/sandbox/sign-in has one for staff). */
export async function createToken(deps: Deps, keyring: Keyring, person: Person): Promise<SandboxToken> {
  if (person.as === "machine") return machineToken(deps, keyring, person.name);
  const accessToken = await issueSandboxToken(deps, keyring, subjectOf(deps, person));
  return { accessToken, tokenType: "Bearer", expiresIn: sandboxTokenSeconds };
}

/** What /oauth/token answers to a machine's proof, for those who try the hub with curl and have nothing that signs. */
async function machineToken(deps: Deps, keyring: Keyring, name: string): Promise<SandboxToken> {
  const everywhere = { audience: "operator", establishments: [] } as const;
  const { machines } = await withScope(deps.connection, everywhere, listMachinesAndLinks);
  const found = machines.find((machine) => machine.name === name && machine.status === "active");
  if (found === undefined) throw refusal("NOT_FOUND", "/name");
  const accessToken = await issueMachineToken(deps, keyring, found.machineId, found.scopes.join(" "));
  return { accessToken, tokenType: "Bearer", expiresIn: machineTokenSeconds };
}

function subjectOf(
  { secrets }: Deps,
  person: Exclude<Person, { as: "machine" }>,
): Exclude<TokenSubject, { kind: "machine" }> {
  switch (person.as) {
    case "operator":
      return { kind: "operator", operatorId };
    case "employee":
      return { kind: "employee", ramqIdentifier: person.ramqIdentifier.toUpperCase() };
    case "citizen": {
      const nam = normaliseNam(person.nam);
      if (nam === null) throw refusal("INVALID_NAM", "/nam");
      return { kind: "citizen", nam };
    }
    case "nurse": {
      const { name, mention } = person;
      return { kind: "nurse", nurseId: secrets.keyedHash("sandbox nurse", `${mention} ${name}`), name, mention };
    }
  }
}
