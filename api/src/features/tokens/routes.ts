import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createKeyring } from "../../http/signing-keys.ts";
import { jwksExample, jwksSchema } from "../oauth/schema.ts";
import { createToken } from "./actions.ts";
import { personSchema, sandboxTokenExample, sandboxTokenSchema } from "./schema.ts";

const create = operation({
  operationId: "tokens.create",
  method: "post",
  path: "/sandbox/tokens",
  tag: "sandbox",
  summary: "Hand out a token for the operator, an employee, a citizen, a nurse or a machine",
  description:
    "Stands for signing in with the identity issuer, and for a machine's proof at /oauth/token: software uses that, in the " +
    "sandbox too.",
  actors: [],
  body: personSchema,
  status: 200,
  result: sandboxTokenSchema,
  problems: ["INVALID_NAM", "NOT_FOUND"],
  example: { body: { as: "employee", ramqIdentifier: "IP000123" }, result: sandboxTokenExample },
});

const keys = operation({
  operationId: "issuer.keys",
  method: "get",
  path: "/sandbox/issuer/jwks.json",
  tag: "sandbox",
  summary: "Read the keys that sign the sandbox's people's tokens",
  description: "RFC 7517.",
  actors: [],
  status: 200,
  result: jwksSchema,
  problems: [],
  example: { result: jwksExample },
});

export function tokenRoutes(hub: Hub): void {
  const keyring = createKeyring(hub.deps);
  serve(hub, create, async (_call, { body }) => ({ body: await createToken(hub.deps, keyring, body) }));
  serve(hub, keys, async () => ({ body: { keys: [(await keyring.get("sandbox-issuer")).publicJwk] } }));
}
