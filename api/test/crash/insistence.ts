import { isDeepStrictEqual } from "node:util";
import type { ProblemBody } from "../../src/http/problem.ts";
import { saw } from "../canaries/canaries.ts";
import type { TestAnswer, TestHub, TestRequest } from "../harness.ts";
import { requestInit } from "../harness.ts";
import { send } from "../hubs-over-http.ts";
import type { SupervisedHub } from "./supervised-hub.ts";

/**
 * How a program talks to a hub that may die at any moment: what was cut off is sent again, byte for byte and under the
 * same key or name, until it is answered. Whatever was answered before the cut must still hold after it.
 */
export interface Insistence {
  readonly cuts: number;
  readonly acknowledged: number;
  /** Also a POST that only searches. */
  read<T>(method: "GET" | "POST", path: string, request: TestRequest): Promise<TestAnswer<T>>;
  /** Throws at an answer that has neither this status nor one of these codes. */
  write<T>(
    method: string,
    path: string,
    request: TestRequest,
    status: number,
    codes?: readonly string[],
  ): Promise<TestAnswer<T>>;
  /** DELETE, which finds nothing when the request that was cut off had its effect. */
  removal(path: string, request: TestRequest): Promise<void>;
  /** NDJSON both ways. A line answered before a cut must be answered `unchanged`, with the same version, after it. */
  lines<T extends LineResult>(path: string, request: TestRequest): Promise<T[]>;
}

export interface LineResult {
  index: number;
  outcome: string;
  version: number | null;
}

/** A request that is cut off more often than the hub is killed says that the hub dies by itself. */
const mostCuts = 40;

export function createInsistence(world: TestHub, hub: SupervisedHub): Insistence {
  let cuts = 0;
  let acknowledged = 0;

  function acknowledge(): void {
    acknowledged += 1;
    hub.acknowledge();
  }

  async function untilAnswered<T>(attempt: (again: boolean) => Promise<T>): Promise<T> {
    for (let tries = 0; tries < mostCuts; tries++) {
      await hub.up();
      try {
        return await attempt(tries > 0);
      } catch (error) {
        if (!isCut(error)) throw error;
        cuts += 1;
      }
    }
    throw new Error(`not answered after ${String(mostCuts)} attempts`);
  }

  /** An answer, whatever it says, except that the same request is still at work elsewhere. */
  async function answered<T>(
    method: string,
    path: string,
    request: TestRequest,
  ): Promise<TestAnswer<T> & { again: boolean }> {
    for (;;) {
      const answer = await untilAnswered(async (again) => ({
        ...(await send<T & Partial<ProblemBody>>(world, hub.url, method, path, request)),
        again,
      }));
      if (answer.body?.code !== "IDEMPOTENCY_IN_PROGRESS") return answer;
    }
  }

  return {
    get cuts() {
      return cuts;
    },
    get acknowledged() {
      return acknowledged;
    },

    async read<T>(method: "GET" | "POST", path: string, request: TestRequest) {
      const answer = await answered<T>(method, path, request);
      if (answer.status !== 200) throw new Error(`${method} ${path} answered ${String(answer.status)}`);
      return answer;
    },

    async write<T>(method: string, path: string, request: TestRequest, status: number, codes: readonly string[] = []) {
      const answer = await answered<T & { code?: string }>(method, path, request);
      const { code = "" } = answer.body;
      if (answer.status === status) acknowledge();
      else if (!codes.includes(code)) throw new Error(`${method} ${path} answered ${JSON.stringify(answer.body)}`);
      return answer;
    },

    async removal(path, request) {
      const { status, again } = await answered("DELETE", path, request);
      if (status !== 204 && !(status === 404 && again)) throw new Error(`DELETE ${path} answered ${String(status)}`);
      acknowledge();
    },

    async lines<T extends LineResult>(path: string, request: TestRequest) {
      const before = new Map<number, T>();
      const results = await untilAnswered(async () => {
        const got: T[] = [];
        for await (const line of resultLines<T>(`${hub.url}${path}`, request)) {
          const earlier = before.get(line.index);
          if (earlier !== undefined) checkKept(path, earlier, line);
          before.set(line.index, line);
          got.push(line);
        }
        const sent = Array.isArray(request.body) ? request.body.length : 0;
        if (got.length !== sent) throw new TypeError("the answer ended early");
        return got;
      });
      acknowledge();
      return results;
    },
  };
}

function checkKept(path: string, earlier: LineResult, now: LineResult): void {
  const kept = { ...earlier, outcome: "unchanged" };
  if (!isDeepStrictEqual({ ...now, warnings: [] }, { ...kept, warnings: [] }))
    throw new Error(`${path} had answered ${JSON.stringify(earlier)}, then ${JSON.stringify(now)}`);
}

async function* resultLines<T>(url: string, request: TestRequest): AsyncIterable<T> {
  saw("url", `POST ${url}`);
  const response = await fetch(url, requestInit("POST", { ...request, ndjson: true }, "lines"));
  if (response.status !== 200) throw new Error(`${url} answered ${String(response.status)}`);
  let rest = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    // Its own lines, as the operation documents them.
    for (const part of parts) {
      saw("problem", part);
      yield JSON.parse(part) as T;
    }
  }
}

/** fetch says TypeError for a connection that is refused, reset or ended before the answer was whole. */
function isCut(error: unknown): boolean {
  return error instanceof TypeError;
}
