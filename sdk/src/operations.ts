/** The operation table that `npm run generate` writes, and a request made from one of its rows. */

/** One operation of the document. What is absent is the plain case: JSON both ways, a token needed. */
export interface Operation {
  readonly method: string;
  /** With `{name}` where a path parameter goes. */
  readonly path: string;
  readonly query?: readonly string[];
  /** Lists among `query` that are written `a,b` instead of being repeated. */
  readonly commaSeparated?: readonly string[];
  readonly ifMatch?: boolean;
  /** The document declares `Idempotency-Key`: the hub answers a repetition with the first answer. */
  readonly idempotencyKey?: boolean;
  /** A repetition does no harm although the hub keeps no key for it. */
  readonly idempotent?: boolean;
  /** Needs no token. */
  readonly public?: boolean;
  readonly body?: "json" | "lines" | "form" | undefined;
  readonly bodyType?: string;
  readonly answer?: "list" | "lines" | "text" | undefined;
  /** A list that takes its cursor in the body. */
  readonly cursorInBody?: boolean;
  /** Of an answer in lines: the `type` of the last one. */
  readonly endLine?: string;
}

/** By operationId. */
export type OperationTable = Readonly<Record<string, Operation>>;

/** A call's parameters under their own names, `body` and `ifMatch`. The generated types say more. */
export type AnyParams = Readonly<Record<string, unknown>>;

/** A request that can be sent any number of times. */
export interface PreparedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
  /** Lines sent, of an NDJSON request. */
  lines?: number | undefined;
}

/**
 * @throws TypeError for a parameter that is missing, unknown or empty in the path; its value is not repeated
 */
export async function prepareRequest(
  baseUrl: string,
  id: string,
  operation: Operation,
  params: AnyParams,
): Promise<PreparedRequest> {
  const expected = new Set(operation.query);
  if (operation.body) expected.add("body");
  if (operation.ifMatch) expected.add("ifMatch");
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    expected.add(name);
    return pathSegment(id, name, params[name]);
  });
  for (const name of Object.keys(params)) {
    if (!expected.has(name))
      throw new TypeError(`${id} has no parameter "${name}" (it has: ${[...expected].join(", ")}).`);
  }
  const query = queryString(id, operation, params);
  const headers: Record<string, string> = { accept: `${accepted(operation)}, application/problem+json` };
  const { ifMatch } = params;
  if (ifMatch !== undefined)
    headers["if-match"] = typeof ifMatch === "number" ? `"v${ifMatch}"` : asText(id, "ifMatch", ifMatch);
  const { type, text, lines } = await encodeBody(id, operation, params["body"]);
  if (type) headers["content-type"] = type;
  return { method: operation.method, url: baseUrl + path + query, headers, body: text, lines };
}

function asText(id: string, name: string, value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new TypeError(`${id} needs "${name}" as text, a number or a boolean, not ${typeof value}.`);
}

/** "." and ".." would be folded away by every URL parser: the request would reach another operation. */
function pathSegment(id: string, name: string, value: unknown): string {
  const text = value === undefined || value === null ? "" : asText(id, name, value);
  if (text === "" || text === "." || text === "..") {
    throw new TypeError(`${id} needs "${name}": a text that is not empty, "." or "..".`);
  }
  return encodeURIComponent(text);
}

function queryString(id: string, operation: Operation, params: AnyParams): string {
  const query = new URLSearchParams();
  for (const name of operation.query ?? []) {
    const value = params[name];
    if (value === undefined || value === null) continue;
    const texts = (Array.isArray(value) ? value : [value]).map((item) => asText(id, name, item));
    if (operation.commaSeparated?.includes(name)) query.append(name, texts.join(","));
    else for (const text of texts) query.append(name, text);
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

function accepted(operation: Operation): string {
  switch (operation.answer) {
    case "lines":
      return "application/x-ndjson";
    case "text":
      return "text/*";
    case "list":
    case undefined:
      return "application/json";
  }
}

interface EncodedBody {
  type?: string;
  text?: string;
  lines?: number;
}

async function encodeBody(id: string, operation: Operation, body: unknown): Promise<EncodedBody> {
  if (body === undefined) return {};
  switch (operation.body) {
    case "lines": {
      const { text, lines } = await encodeLines(id, body);
      return { type: "application/x-ndjson", text, lines };
    }
    case "form":
      return { type: "application/x-www-form-urlencoded", text: formText(body) };
    case "json":
    case undefined:
      return { type: operation.bodyType ?? "application/json", text: JSON.stringify(body) };
  }
}

/**
 * The lines are gathered before they are sent: a retry must send the same bytes, and Firefox and Safari have no
 * streaming requests. A batch is bounded by the hub (10,000 lines, a few MB).
 */
async function encodeLines(id: string, body: unknown): Promise<{ text: string; lines: number }> {
  if (!isIterable(body)) throw new TypeError(`${id} takes its lines as an iterable: an array or a generator.`);
  let text = "";
  let lines = 0;
  for await (const line of body) {
    text += `${JSON.stringify(line)}\n`;
    lines += 1;
  }
  return { text, lines };
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

function formText(body: unknown): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body ?? {})) if (value !== undefined) form.append(name, String(value));
  return form.toString();
}

/**
 * May the same request be sent again when it is unknown whether the first one had its effect?
 *
 * No for what has neither a key nor idempotence of its own: after a lost answer a conditional write would find its own
 * new version (412), a DELETE nothing (404), and the caller would take a success for a failure.
 */
export function isRepeatable(operation: Operation, params: AnyParams): boolean {
  if (operation.method === "GET" || operation.answer === "list") return true;
  if (operation.idempotencyKey || operation.idempotent) return true;
  return operation.method === "PUT" && params["ifMatch"] === undefined;
}
