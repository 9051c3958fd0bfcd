/** A hub for tests: a function as `fetch`, a clock that moves only when the client sleeps, what was sent on record. */
import type { Auth } from "../src/auth.ts";
import { bearer } from "../src/auth.ts";
import type { ConnectionConfig, Request } from "../src/client.ts";
import { connect } from "../src/client.ts";
import { withFollow } from "../src/follow.ts";
import type { Runtime } from "../src/runtime.ts";
import type { ClinicOperations, ClinicSchemas } from "./generated/clinic.ts";
import { clinicOperations } from "./generated/clinic.ts";

export interface Sent {
  method: string;
  /** Without the host. */
  target: string;
  headers: Headers;
  body: string;
}
export type Answer = (sent: Sent, count: number) => Response | Promise<Response>;

export const baseUrl = "http://hub.test";
export const startOfTests = Date.parse("2027-03-04T12:00:00Z");

/** @param answers one for each request in turn (the last one again and again), or a function of the request */
export function fakeHub(...answers: (Response | Error | Answer)[]) {
  const sent: Sent[] = [];
  const slept: number[] = [];
  const time = { now: startOfTests };
  let bytes = 0;
  const runtime: Runtime = {
    async fetch(url, init) {
      const { pathname, search } = new URL(url);
      const headers = new Headers(init.headers);
      const body = typeof init.body === "string" ? init.body : "";
      const request = { method: init.method ?? "GET", target: pathname + search, headers, body };
      sent.push(request);
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      if (typeof answer === "function") return answer(request, sent.length);
      return answer?.clone() ?? json({});
    },
    now: () => time.now,
    random: () => 0.5,
    randomBytes: (count) => new Uint8Array(count).fill((bytes += 1)),
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      time.now += milliseconds;
    },
  };
  const client = (config: Partial<ConnectionConfig> = {}, auth: Auth = bearer("a-token")) => {
    const operations = connect<ClinicOperations>(
      clinicOperations,
      { baseUrl, ...runtimeConfig(runtime), ...config },
      auth,
    );
    return withFollow<ClinicSchemas["Change"], ClinicOperations & { request: Request }>(operations, runtime);
  };
  return { sent, slept, time, runtime, client };
}

function runtimeConfig({ fetch, ...runtime }: Runtime): Pick<ConnectionConfig, "fetch" | "runtime"> {
  return { fetch, runtime };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { "x-request-id": "req_1", ...headers } });
}

export function problem(
  status: number,
  code: string,
  fields: object = {},
  headers: Record<string, string> = {},
): Response {
  const body = { type: "about:blank", title: "Refusé", status, code, requestId: "req_1", retryable: false, ...fields };
  return json(body, status, { "content-type": "application/problem+json", ...headers });
}

/** As Node's fetch fails: the reason is the cause. */
export function networkError(code: string, syscall?: string): TypeError {
  return new TypeError("fetch failed", {
    cause: Object.assign(new Error(`${syscall ?? "read"} ${code}`), { code, syscall }),
  });
}

export const slot = {
  id: "slt_1",
  version: 3,
  startAt: "2027-03-08T09:00:00-05:00",
  endAt: "2027-03-08T09:30:00-05:00",
  visibility: "public",
  state: "open",
};

/** The error that work ends with; fails when it ends well. */
export async function failure(work: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await work;
  } catch (error) {
    return error;
  }
  throw new Error(`It did not fail, but gave ${JSON.stringify(value)}.`);
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}
