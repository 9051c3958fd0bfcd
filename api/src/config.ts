import { resolve } from "node:path";
import type { SecretKeys } from "./secrets.ts";
import { sandboxKeys } from "./secrets.ts";

/** The only place where the environment is read. */
export interface Config {
  mode: "sandbox" | "production";
  port: number;
  /** The hub's own address as callers know it, without a final slash: the issuer of its tokens. */
  baseUrl: string;
  /** A connection for the owner of the schema; absent, the embedded PostgreSQL is started under `dataDir`. */
  databaseUrl?: string;
  dataDir: string;
  databasePool: number;
  keys: SecretKeys;
  /** Who signs staff and citizens in (OpenID Connect). In sandbox mode the hub has an issuer of its own. */
  identityIssuer?: { issuer: string; jwksUri: string; audience: string };
  /** RAMQ's registry over HTTP, in production. */
  registryUrl?: string;
  /** RAMQ's registry of those registered with its online services, in production. */
  staffRegistry?: { url: string; credential: string };
  /** Requests per client and minute. */
  requestsPerMinute: number;
  /** How long a receiver of webhooks has to answer. */
  webhookTimeoutMs: number;
  logLevel: "silent" | "info" | "error";
}

export class ConfigError extends Error {
  override name = "ConfigError";
}

export interface Overrides {
  port?: number;
  dataDir?: string;
  databaseUrl?: string;
  mode?: "sandbox" | "production";
}

/** Reads ARRIMAGE_MODE, PORT, BASE_URL, DATABASE_URL, … (docs/operating.md); command-line options come first. */
export function readConfig(env: Record<string, string | undefined>, overrides: Overrides = {}): Config {
  const mode = overrides.mode ?? env["ARRIMAGE_MODE"] ?? "production";
  if (mode !== "sandbox" && mode !== "production")
    throw new ConfigError("ARRIMAGE_MODE must be 'sandbox' or 'production'");
  const port = overrides.port ?? wholeNumber(env, "PORT", 4700);
  if (!(port >= 1 && port <= 65_535)) throw new ConfigError("the port (--port or PORT) goes from 1 to 65535");
  const databaseUrl = overrides.databaseUrl ?? env["DATABASE_URL"];
  const config: Config = {
    mode,
    port,
    baseUrl: (env["BASE_URL"] ?? `http://127.0.0.1:${String(port)}`).replace(/\/$/, ""),
    // npm runs a workspace's scripts in the workspace; INIT_CWD is where the person stands.
    dataDir: resolve(env["INIT_CWD"] ?? ".", overrides.dataDir ?? env["ARRIMAGE_DATA"] ?? ".arrimage"),
    databasePool: wholeNumber(env, "DATABASE_POOL", 4),
    keys: readKeys(env, mode),
    requestsPerMinute: wholeNumber(env, "REQUESTS_PER_MINUTE", 6000),
    webhookTimeoutMs: wholeNumber(env, "WEBHOOK_TIMEOUT_MS", 15_000),
    logLevel: env["LOG_LEVEL"] === "info" || env["LOG_LEVEL"] === "silent" ? env["LOG_LEVEL"] : "error",
  };
  if (databaseUrl !== undefined && databaseUrl !== "") config.databaseUrl = databaseUrl;
  if (env["REGISTRY_URL"] !== undefined) config.registryUrl = env["REGISTRY_URL"];
  const staffRegistry = readStaffRegistry(env);
  if (staffRegistry !== undefined) config.staffRegistry = staffRegistry;
  const identityIssuer = readIdentityIssuer(env);
  if (identityIssuer !== undefined) config.identityIssuer = identityIssuer;
  if (mode === "production" && identityIssuer === undefined)
    throw new ConfigError("production needs IDENTITY_ISSUER, IDENTITY_JWKS_URI and IDENTITY_AUDIENCE");
  if (mode === "production" && config.registryUrl === undefined) throw new ConfigError("production needs REGISTRY_URL");
  if (mode === "production" && staffRegistry === undefined)
    throw new ConfigError("production needs STAFF_REGISTRY_URL and STAFF_REGISTRY_CREDENTIAL");
  return config;
}

function readStaffRegistry(env: Record<string, string | undefined>): Config["staffRegistry"] {
  const [url, credential] = [env["STAFF_REGISTRY_URL"], env["STAFF_REGISTRY_CREDENTIAL"]];
  return url === undefined || credential === undefined ? undefined : { url, credential };
}

function readIdentityIssuer(env: Record<string, string | undefined>): Config["identityIssuer"] {
  const [issuer, jwksUri, audience] = [env["IDENTITY_ISSUER"], env["IDENTITY_JWKS_URI"], env["IDENTITY_AUDIENCE"]];
  if (issuer === undefined || jwksUri === undefined || audience === undefined) return undefined;
  return { issuer, jwksUri, audience };
}

/** DATA_KEYS is `id:base64,…` (newest first), INDEX_KEY base64; each key has 32 bytes. */
function readKeys(env: Record<string, string | undefined>, mode: Config["mode"]): SecretKeys {
  const [dataKeys, indexKey] = [env["DATA_KEYS"], env["INDEX_KEY"]];
  if (dataKeys === undefined || indexKey === undefined) {
    if (mode === "sandbox") return sandboxKeys();
    throw new ConfigError("production needs DATA_KEYS (id:base64, newest first) and INDEX_KEY (base64), 32 bytes each");
  }
  return {
    dataKeys: dataKeys.split(",").map((entry) => {
      const [id, text] = entry.split(":");
      if (id === undefined || id === "" || text === undefined) throw new ConfigError("DATA_KEYS: expected id:base64");
      return { id, key: thirtyTwoBytes("DATA_KEYS", text) };
    }),
    indexKey: thirtyTwoBytes("INDEX_KEY", indexKey),
  };
}

function thirtyTwoBytes(name: string, text: string): Buffer {
  const key = Buffer.from(text, "base64");
  if (key.length !== 32) throw new ConfigError(`${name}: a key has 32 bytes in base64`);
  return key;
}

function wholeNumber(env: Record<string, string | undefined>, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new ConfigError(`${name} must be a whole number`);
  return value;
}
