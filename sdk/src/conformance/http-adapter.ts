/** Drives software in any language: adapter.openapi.yaml over HTTP. */
import type { Adapter, AgendaEntry } from "./adapter.ts";
import { LIMIT } from "./limit.ts";
import { asRecord } from "./requests.ts";

export async function connectAdapter(address: string): Promise<Adapter> {
  const base = address.replace(/\/$/, "");

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${base}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(LIMIT),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} of the adapter answered ${String(answer.status)}.`);
    return text === "" ? undefined : JSON.parse(text);
  }
  const refOf = (answer: unknown): string => {
    const { ref } = asRecord(answer);
    if (typeof ref !== "string") throw new TypeError("The adapter answered no `ref`.");
    return ref;
  };

  const about = asRecord(await call("GET", "/"));
  const { name, version, webhooks, syncNow } = about;
  if (typeof name !== "string" || typeof version !== "string")
    throw new TypeError(`${base}/ must answer { name, version, webhooks, syncNow }.`);
  const path = (ref: string): string => encodeURIComponent(ref);
  const adapter: Adapter = {
    ...{ name, version, webhooks: webhooks === true },
    start: async (environment) => void (await call("POST", "/start", environment)),
    stop: async () => void (await call("POST", "/stop")),
    reset: async () => void (await call("POST", "/reset")),
    createOpening: async (opening) => refOf(await call("POST", "/openings", opening)),
    blockOpening: async (ref) => void (await call("DELETE", `/openings/${path(ref)}`)),
    bookLocally: async (booking) => refOf(await call("POST", "/appointments", booking)),
    cancelLocally: async (ref) => void (await call("POST", `/appointments/${path(ref)}/cancel`)),
    listAgenda: async (day) => entriesOf(await call("GET", `/agenda?day=${encodeURIComponent(day)}`)),
  };
  return syncNow === true ? { ...adapter, syncNow: async () => void (await call("POST", "/sync")) } : adapter;
}

function entriesOf(answer: unknown): AgendaEntry[] {
  const { entries } = asRecord(answer);
  if (!Array.isArray(entries)) throw new TypeError("GET /agenda must answer { entries: [] }.");
  return entries.map(asRecord).map((entry): AgendaEntry => {
    const { ref, kind, professionalId, from, to, lastName, refused } = entry;
    if (typeof ref !== "string" || typeof from !== "string" || typeof to !== "string")
      throw new TypeError("An entry of the agenda needs ref, from and to.");
    if (kind !== "opening" && kind !== "appointment") throw new TypeError("`kind` is opening or appointment.");
    return {
      ...{ ref, kind, from, to, professionalId: typeof professionalId === "string" ? professionalId : "" },
      ...(typeof lastName === "string" ? { lastName } : {}),
      refused: refused === true,
    };
  });
}
