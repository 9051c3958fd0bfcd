import { z } from "@hono/zod-openapi";
import { machineScopes } from "../../domain/actor.ts";
import { machineTokenSeconds } from "../../http/access-token.ts";

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** Ed25519 is the name that RFC 9864 gives to EdDSA over that curve: newer clients use it. */
export const assertionAlgorithms = ["ES256", "EdDSA", "Ed25519"] as const;

/** Other parameters are ignored (RFC 6749 §3.2), but none may be given twice: a list is no string. */
export const tokenRequestSchema = z
  .object({
    grant_type: z.string().openapi({ description: "Always client_credentials.", example: "client_credentials" }),
    client_assertion_type: z
      .string()
      .optional()
      .openapi({ description: `Always ${assertionType}.`, example: assertionType }),
    client_assertion: z.string().max(8192).optional().openapi({
      description:
        "JWT signed with the machine's key (ES256 or EdDSA, kid in its header): iss and sub are the machine's id, aud is this hub's issuer as one string, exp at most 300 s after iat, jti used once.",
      example: "eyJhbGciOiJFUzI1NiIsImtpZCI6Im1haW4ifQ.eyJpc3MiOiJtY2hfMDEifQ.c2ln",
    }),
    client_id: z.string().optional().openapi({
      description: "The machine's id; may be left out.",
      example: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
    }),
    client_secret: z
      .string()
      .optional()
      .openapi({ description: "Refused: machines have keys, not passwords.", deprecated: true }),
    scope: z.string().optional().openapi({
      description: "Scopes wanted, separated by spaces; left out, all that the machine has.",
      example: "slots.read slots.write",
    }),
  })
  .catchall(z.string())
  .openapi("TokenRequest");
export type TokenRequest = z.infer<typeof tokenRequestSchema>;

export const tokenSchema = z
  .object({
    access_token: z
      .string()
      .openapi({ description: "RFC 9068 JWT; opaque to you.", example: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9…" }),
    token_type: z.literal("Bearer"),
    expires_in: z.number().int().openapi({ description: "Seconds.", example: machineTokenSeconds }),
    scope: z.string().openapi({ description: "What was granted.", example: "slots.read slots.write" }),
  })
  .openapi("AccessToken");
export type Token = z.infer<typeof tokenSchema>;

export const tokenRequestExample = {
  grant_type: "client_credentials",
  client_assertion_type: assertionType,
  client_assertion: "eyJhbGciOiJFUzI1NiIsImtpZCI6Im1haW4ifQ.eyJpc3MiOiJtY2hfMDEifQ.c2ln",
  scope: "slots.read slots.write",
};

export const tokenExample: Token = {
  access_token: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJtY2hfMDEifQ.c2ln",
  token_type: "Bearer",
  expires_in: machineTokenSeconds,
  scope: "slots.read slots.write",
};

export const metadataSchema = z
  .object({
    issuer: z.string().openapi({ description: "What the assertion's aud must be.", example: "http://127.0.0.1:4700" }),
    token_endpoint: z.string(),
    jwks_uri: z.string(),
    scopes_supported: z.array(z.enum(machineScopes)),
    response_types_supported: z.array(z.string()).openapi({ description: "None: there is no authorization endpoint." }),
    grant_types_supported: z.array(z.literal("client_credentials")),
    token_endpoint_auth_methods_supported: z.array(z.literal("private_key_jwt")),
    token_endpoint_auth_signing_alg_values_supported: z.array(z.enum(assertionAlgorithms)),
    service_documentation: z.string(),
  })
  .openapi("AuthorizationServerMetadata");
export type Metadata = z.infer<typeof metadataSchema>;

export function metadataOf(baseUrl: string): Metadata {
  return {
    issuer: baseUrl,
    token_endpoint: `${baseUrl}/oauth/token`,
    jwks_uri: `${baseUrl}/.well-known/jwks.json`,
    scopes_supported: [...machineScopes],
    response_types_supported: [],
    grant_types_supported: ["client_credentials"],
    token_endpoint_auth_methods_supported: ["private_key_jwt"],
    token_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    service_documentation: `${baseUrl}/docs`,
  };
}

export const jwksSchema = z
  .object({
    keys: z.array(
      z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string(), use: z.string() }).openapi("PublicKey"),
    ),
  })
  .openapi("PublicKeys");

export const jwksExample = {
  keys: [
    {
      kty: "EC",
      crv: "P-256",
      x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
      y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
      kid: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
      alg: "ES256",
      use: "sig",
    },
  ],
};
