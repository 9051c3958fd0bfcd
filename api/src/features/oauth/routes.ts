import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createKeyring } from "../../http/signing-keys.ts";
import { issueToken } from "./actions.ts";
import {
  jwksExample,
  jwksSchema,
  metadataOf,
  metadataSchema,
  tokenExample,
  tokenRequestExample,
  tokenRequestSchema,
  tokenSchema,
} from "./schema.ts";

const token = operation({
  operationId: "oauth.token",
  method: "post",
  path: "/oauth/token",
  tag: "authentication",
  summary: "Obtain an access token",
  description:
    "Client credentials (RFC 6749 §4.4) with private_key_jwt (RFC 7523). The token lives five minutes; ask for another before it ends.",
  actors: [],
  body: tokenRequestSchema,
  form: true,
  oauth: true,
  status: 200,
  result: tokenSchema,
  problems: ["INVALID_CLIENT", "INVALID_SCOPE", "UNSUPPORTED_GRANT_TYPE"],
  example: { body: tokenRequestExample, result: tokenExample },
});

const metadata = operation({
  operationId: "oauth.metadata",
  method: "get",
  path: "/.well-known/oauth-authorization-server",
  tag: "authentication",
  summary: "Discover the authorization server",
  description: "RFC 8414.",
  actors: [],
  status: 200,
  result: metadataSchema,
  problems: [],
  example: { result: metadataOf("http://127.0.0.1:4700") },
});

const keys = operation({
  operationId: "oauth.keys",
  method: "get",
  path: "/.well-known/jwks.json",
  tag: "authentication",
  summary: "Read the keys that sign access tokens",
  description: "RFC 7517.",
  actors: [],
  status: 200,
  result: jwksSchema,
  problems: [],
  example: { result: jwksExample },
});

export function oauthRoutes(hub: Hub): void {
  const keyring = createKeyring(hub.deps);
  serve(hub, token, async (_call, { body, headers }) => ({
    body: await issueToken(hub.deps, keyring, body, headers.has("authorization")),
    // RFC 6749 §5.1 asks for both.
    headers: { "cache-control": "no-store", pragma: "no-cache" },
  }));
  serve(hub, metadata, async () => ({ body: metadataOf(hub.deps.config.baseUrl) }));
  serve(hub, keys, async () => ({ body: { keys: [(await keyring.get("access")).publicJwk] } }));
}
