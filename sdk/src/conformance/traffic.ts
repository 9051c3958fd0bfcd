/** What can be told from the traffic alone, in every scenario. */
import type { CheckId } from "./checks.ts";
import type { Contract, RecordedRequest } from "./requests.ts";
import { asRecord } from "./requests.ts";
import type { Finding } from "./stage.ts";

const FORM_CODES = new Set([
  "MALFORMED_BODY",
  "INVALID_REQUEST",
  "UNKNOWN_FIELD",
  "METHOD_NOT_ALLOWED",
  "UNSUPPORTED_MEDIA_TYPE",
  "ESTABLISHMENT_REQUIRED",
  "CURSOR_INVALID",
]);

export function inspectTraffic(
  requests: readonly RecordedRequest[],
  contract: Contract,
  /** Names, numbers and contacts of the scenario's patients. */
  personal: readonly string[],
): Map<CheckId, Finding> {
  const tokens = requests.filter(({ path }) => path.endsWith("/oauth/token"));
  const calls = requests.filter(({ path }) => path.startsWith("/v1/"));
  const words = personal.map(bare).filter((word) => word.length >= 4);
  const names = (text: string): boolean => {
    const plain = bare(decoded(text));
    return words.some((word) => plain.includes(word));
  };

  const first = <T extends RecordedRequest>(found: T | undefined, say: (request: T) => string): Finding =>
    found === undefined ? null : say(found);

  const findings = new Map<CheckId, Finding>([
    [
      "REQ-AUTH-01",
      first(
        tokens.find(
          ({ status, faulted, code }) =>
            !faulted && status !== undefined && status >= 400 && code !== "MACHINE_SUSPENDED",
        ),
        ({ code, status }) => `the token endpoint answered ${code ?? String(status)}`,
      ),
    ],
    ["REQ-AUTH-02", repeatedJti(tokens)],
    [
      "REQ-AUTH-03",
      calls.length >= 6 && tokens.length > Math.max(3, calls.length / 3)
        ? "an access token was fetched for almost every call"
        : null,
    ],
    [
      "REQ-CON-01",
      first(
        calls.find(({ operationId }) => operationId === undefined),
        ({ method }) => `a ${method} at an address that the contract does not have`,
      ) ??
        first(
          calls.find(({ faulted, code }) => !faulted && code !== undefined && FORM_CODES.has(code)),
          ({ operationId, code }) => `${operationId ?? "a request"} was refused as ${code ?? "invalid"}`,
        ),
    ],
    [
      "REQ-CON-02",
      first(
        calls.find(
          ({ operationId, headers }) =>
            operationId !== undefined && contract.needsKey(operationId) && headers["idempotency-key"] === undefined,
        ),
        ({ operationId }) => `${operationId ?? ""} without an Idempotency-Key`,
      ) ??
        first(
          calls.find(({ faulted, code }) => !faulted && code === "PRECONDITION_REQUIRED"),
          ({ operationId }) => `${operationId ?? ""} without If-Match`,
        ),
    ],
    ["REQ-CON-03", reusedKey(calls)],
    [
      "REQ-PRIV-01",
      first(
        requests.find(({ url }) => names(url)),
        ({ operationId, method }) => `a patient is named in the address of ${operationId ?? method}`,
      ),
    ],
    [
      "REQ-PRIV-02",
      first(
        requests.find(({ headers }) =>
          Object.entries(headers).some(([name, value]) => !SECRET.has(name) && names(value)),
        ),
        ({ operationId, method }) => `a patient is named in a header of ${operationId ?? method}`,
      ) ??
        first(
          calls.find(({ body }) => identifiersOf(body).some(names)),
          ({ operationId, method }) => `a patient is named in an identifier sent with ${operationId ?? method}`,
        ),
    ],
  ]);
  // Of what never was sent nothing can be said: such a check is skipped, not passed.
  const silent = (id: CheckId): boolean => (id.startsWith("REQ-AUTH-") ? tokens : calls).length === 0;
  return new Map([...findings].filter(([id, finding]) => finding !== null || !silent(id)));
}

/** Opaque: a token's base64 may look like anything. */
const SECRET = new Set(["authorization"]);

function repeatedJti(tokens: readonly RecordedRequest[]): Finding {
  const seen = new Set<string>();
  for (const { body } of tokens) {
    const assertion = new URLSearchParams(body).get("client_assertion") ?? "";
    const jti = claimsOf(assertion)["jti"];
    if (typeof jti !== "string") continue;
    if (seen.has(jti)) return "two assertions had the same jti";
    seen.add(jti);
  }
  return null;
}

function reusedKey(calls: readonly RecordedRequest[]): Finding {
  const commands = new Map<string, string>();
  for (const { method, path, body, headers, operationId } of calls) {
    const key = headers["idempotency-key"];
    if (key === undefined) continue;
    const command = `${method} ${path} ${body}`;
    if ((commands.get(key) ?? command) !== command) return `${operationId ?? method} reused the key of another command`;
    commands.set(key, command);
  }
  return null;
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")));
  } catch {
    return {};
  }
}

/**
 * However it is written: with or without spaces, hyphens, accents. The patients' own words are looked for, for the mere
 * form of a number is also that of one UUID in five hundred.
 */
const bare = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/[\p{M}\s+_.()’'-]/gu, "")
    .toLowerCase();

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

/** Of a body of JSON or of lines of it: the `externalId`s, which stand in addresses and changes. */
function identifiersOf(body: string): string[] {
  return [...body.matchAll(/"externalId"\s*:\s*"([^"]*)"/g)].map(([, value]) => value ?? "");
}
