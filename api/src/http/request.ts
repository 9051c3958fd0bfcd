import { notInContract, Refusal, refusal, violation } from "../domain/decision.ts";
import type { Language } from "../domain/problems.ts";
import type { Secrets } from "../secrets.ts";

const bodyLimitBytes = 1_048_576;

/** French unless English is asked for first (RFC 9110 §12.5.4; weights decide, order breaks ties). */
export function languageOf(header: string | undefined): Language {
  if (header === undefined) return "fr";
  let best: { language: Language; weight: number } | undefined;
  for (const part of header.split(",")) {
    const [tag = "", ...parameters] = part.split(";");
    const name = tag.trim().toLowerCase();
    const language = name.startsWith("en") ? "en" : name.startsWith("fr") || name === "*" ? "fr" : undefined;
    if (language === undefined) continue;
    const weight = Number(
      parameters
        .find((text) => text.trim().startsWith("q="))
        ?.trim()
        .slice(2) ?? "1",
    );
    if (weight > 0 && (best === undefined || weight > best.weight)) best = { language, weight };
  }
  return best?.language ?? "fr";
}

/** The version named by If-Match: a strong ETag of ours, `"v3"`. */
export function readCondition(
  kind: "required" | "optional" | undefined,
  header: string | undefined,
): number | undefined {
  if (kind === undefined) return undefined;
  if (header === undefined) {
    if (kind === "required") throw refusal("PRECONDITION_REQUIRED", "/header/If-Match");
    return undefined;
  }
  const match = /^"v(\d{1,9})"$/.exec(header.trim());
  if (match?.[1] === undefined) throw notInContract("/header/If-Match", '"v3"');
  return Number(match[1]);
}

/** `?dryRun=true`: what the command would do, and nothing kept of it. */
export function readDryRun(value: string | string[] | undefined): boolean {
  if (value === undefined || value === "false") return false;
  if (value !== "true") throw notInContract("/query/dryRun", "true | false");
  return true;
}

/** A structured-field string (draft-ietf-httpapi-idempotency-key-header) or the bare form; 8 to 255 visible characters. */
export function readIdempotencyKey(required: boolean, header: string | undefined): string | undefined {
  if (header === undefined || header === "") {
    if (required) throw refusal("IDEMPOTENCY_KEY_REQUIRED", "/header/Idempotency-Key");
    return undefined;
  }
  const key = header.startsWith('"') && header.endsWith('"') ? header.slice(1, -1) : header;
  if (!/^[\x21-\x7e]{8,255}$/.test(key)) throw notInContract("/header/Idempotency-Key", "[!-~]{8,255}");
  return key;
}

/** RFC 9110 §15.5.16: what is of another type, in another encoding than UTF-8 (RFC 8259 §8.1) or compressed is not read. */
export function needContent({ headers }: Request, expected: string): void {
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith("charset="));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const encoding = headers.get("content-encoding") ?? "identity";
  if (type.trim() !== expected || !isUtf8 || encoding.toLowerCase() !== "identity")
    throw new Refusal([violation("CONTRACT", "UNSUPPORTED_MEDIA_TYPE", "", { expected })], { accept: expected });
}

export async function readJson(request: Request, form: boolean): Promise<unknown> {
  needContent(request, form ? "application/x-www-form-urlencoded" : "application/json");
  const text = await readText(request);
  return form ? formFields(text) : jsonOf(text);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal("MALFORMED_BODY");
  }
}

/** An operation without content takes an empty object at most: what is said there would not be heard. */
export async function readNothing(request: Request): Promise<unknown> {
  const text = await readText(request);
  if (text === "") return undefined;
  needContent(request, "application/json");
  return jsonOf(text);
}

/** Throws for what is not UTF-8: read on, a name would lose its letters. */
const utf8 = new TextDecoder("utf-8", { fatal: true });

export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refusal("MALFORMED_BODY");
  }
}

async function readText(request: Request): Promise<string> {
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > bodyLimitBytes) throw refusal("BODY_TOO_LARGE");
  if (request.headers.has("content-length")) return textOf(new Uint8Array(await request.arrayBuffer()));
  // Chunked: counted as it arrives.
  let length = 0;
  const chunks: Uint8Array[] = [];
  // A fetch Request's body is a stream of bytes.
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > bodyLimitBytes) throw refusal("BODY_TOO_LARGE");
    chunks.push(chunk);
  }
  return textOf(Buffer.concat(chunks));
}

/** A field given twice is kept as a list, which no schema of ours accepts. */
function formFields(text: string): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  // In one pass: asking for the values of each name takes a minute for what fits in a body.
  for (const [name, value] of new URLSearchParams(text)) {
    const given = values.get(name);
    if (given === undefined) values.set(name, [value]);
    else given.push(value);
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? "") : all]));
}

/** The same command has the same fingerprint, whatever the order of its fields. */
export function fingerprintOf(secrets: Secrets, method: string, path: string, body: unknown): string {
  return secrets.keyedHash("fingerprint", `${method} ${path} ${canonical(body)}`);
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
    return `{${fields.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
