import type { Deps } from "../../deps.ts";
import { refusal } from "../../domain/decision.ts";
import { normaliseNam } from "../../domain/nam.ts";
import { issueSandboxToken, sandboxTokenSeconds } from "../../http/access-token.ts";
import type { TokenSubject } from "../../http/access-token.ts";
import type { Keyring } from "../../http/signing-keys.ts";
import type { Person, SandboxToken } from "./schema.ts";

/** Who operates the sandbox: there is one RAMQ. */
const operatorId = "ramq";

/** A token as the identity issuer would give it, without a sign-in (/sandbox/sign-in has one for staff). */
export async function createToken(deps: Deps, keyring: Keyring, person: Person): Promise<SandboxToken> {
  const accessToken = await issueSandboxToken(deps, keyring, subjectOf(deps, person));
  return { accessToken, tokenType: "Bearer", expiresIn: sandboxTokenSeconds };
}

function subjectOf({ secrets }: Deps, person: Person): Exclude<TokenSubject, { kind: "machine" }> {
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
