/** Calls the hub's own operations in this process, as anybody would over the network: the seed takes no short cut. */
export interface HttpCaller {
  send<T>(
    method: string,
    path: string,
    request?: { as?: string; body?: unknown; lines?: readonly unknown[]; form?: Record<string, string> },
  ): Promise<T>;
}

type Fetch = (request: Request) => Response | Promise<Response>;

export function createHttpCaller(baseUrl: string, fetch: Fetch, nextKey: () => string): HttpCaller {
  return {
    async send<T>(
      method: string,
      path: string,
      request: { as?: string; body?: unknown; lines?: readonly unknown[]; form?: Record<string, string> } = {},
    ) {
      const headers = new Headers();
      if (request.as !== undefined) headers.set("authorization", `Bearer ${request.as}`);
      if (method === "POST") headers.set("idempotency-key", nextKey());
      let body: string | null = null;
      if (request.lines !== undefined) {
        headers.set("content-type", "application/x-ndjson");
        body = request.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      } else if (request.form !== undefined) {
        headers.set("content-type", "application/x-www-form-urlencoded");
        body = new URLSearchParams(request.form).toString();
      } else if (request.body !== undefined) {
        headers.set("content-type", "application/json");
        body = JSON.stringify(request.body);
      }
      const response = await fetch(new Request(`${baseUrl}${path}`, { method, headers, body }));
      const text = await response.text();
      if (!response.ok)
        throw new Error(
          `${method} ${path.split("?")[0] ?? ""} answered ${String(response.status)}: ${text.slice(0, 500)}`,
        );
      // The caller names the operation's documented answer.
      if (response.headers.get("content-type")?.startsWith("application/x-ndjson"))
        return text
          .split("\n")
          .filter((line) => line !== "")
          .map((line): unknown => JSON.parse(line)) as T;
      return JSON.parse(text) as T;
    },
  };
}
