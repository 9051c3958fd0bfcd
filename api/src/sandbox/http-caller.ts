/** Calls the hub's own operations in this process, as anybody would over the network: the sandbox takes no short cut. */
export interface HttpCaller {
  /** What was asked for; it fails when it is refused. */
  send<T>(method: string, path: string, request?: SentRequest): Promise<T>;
  /** Also a refusal. */
  ask<T>(method: string, path: string, request?: SentRequest): Promise<HttpAnswer<T>>;
}

export interface SentRequest {
  as?: string;
  body?: unknown;
  lines?: readonly unknown[];
  form?: Record<string, string>;
  /** Of a POST: a fresh one when left out. */
  key?: string;
  version?: number;
  /** Of an employee of several (AUTH-06). */
  establishmentId?: string;
}

export interface HttpAnswer<T> {
  status: number;
  headers: Headers;
  body: T;
}

type Fetch = (request: Request) => Response | Promise<Response>;

export function createHttpCaller(baseUrl: string, fetch: Fetch, nextKey: () => string): HttpCaller {
  const ask = async <T>(method: string, path: string, request: SentRequest = {}): Promise<HttpAnswer<T>> => {
    const headers = new Headers();
    if (request.as !== undefined) headers.set("authorization", `Bearer ${request.as}`);
    if (method === "POST") headers.set("idempotency-key", request.key ?? nextKey());
    if (request.version !== undefined) headers.set("if-match", `"v${String(request.version)}"`);
    if (request.establishmentId !== undefined) headers.set("arrimage-establishment", request.establishmentId);
    const body = bodyOf(request, headers);
    const response = await fetch(new Request(`${baseUrl}${path}`, { method, headers, body }));
    // The caller names the operation's documented answer.
    return { status: response.status, headers: response.headers, body: (await read(response)) as T };
  };
  return {
    ask,
    async send<T>(method: string, path: string, request: SentRequest = {}) {
      const { status, body } = await ask<T>(method, path, request);
      if (status < 200 || status > 299) {
        const text = JSON.stringify(body)?.slice(0, 500) ?? "";
        throw new Error(`${method} ${path.split("?")[0] ?? ""} answered ${String(status)}: ${text}`);
      }
      return body;
    },
  };
}

function bodyOf(request: SentRequest, headers: Headers): string | null {
  if (request.lines !== undefined) {
    headers.set("content-type", "application/x-ndjson");
    return request.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  }
  if (request.form !== undefined) {
    headers.set("content-type", "application/x-www-form-urlencoded");
    return new URLSearchParams(request.form).toString();
  }
  if (request.body === undefined) return null;
  headers.set("content-type", "application/json");
  return JSON.stringify(request.body);
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  if (response.headers.get("content-type")?.startsWith("application/x-ndjson") !== true) return JSON.parse(text);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}
