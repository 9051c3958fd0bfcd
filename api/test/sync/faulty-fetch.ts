/** What can go wrong between agenda software and the hub, one request at a time. */

export const networkFaults = [
  "lostResponse",
  "resetBefore",
  "tooManyRequests",
  "unavailable",
  "internal",
  "badGateway",
  "race",
  "doubled",
  "truncated",
  "tokenExpired",
  "cursorExpired",
] as const;
export type NetworkFault = (typeof networkFaults)[number];

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface FaultyFetch {
  fetch: Fetch;
  /** The next request that it can meet, and the ones after it, until it has been met `times`. */
  arm(fault: NetworkFault, times: number): void;
  /** Armed and not met once. */
  unmet(): NetworkFault[];
  disarm(): void;
  offline: boolean;
}

/**
 * @param others what others do just before and after a request arrives ("race"), or between its two arrivals ("doubled")
 * @param met told of each fault that a request met
 */
export function faultyFetch(hub: Fetch, others: () => Promise<void>, met: (fault: NetworkFault) => void): FaultyFetch {
  let armed: { fault: NetworkFault; left: number; isMet: boolean }[] = [];
  const faulty: FaultyFetch = {
    offline: false,
    arm(fault, times) {
      armed.push({ fault, left: times, isMet: false });
    },
    unmet: () => armed.filter(({ isMet }) => !isMet).map(({ fault }) => fault),
    disarm() {
      armed = [];
    },
    async fetch(url, init) {
      if (faulty.offline) throw networkError("ECONNREFUSED", "connect");
      const path = new URL(url).pathname;
      const next = armed.find(({ fault }) => canMeet(fault, path, init.method ?? "GET"));
      if (next === undefined) return hub(url, init);
      next.left -= 1;
      if (!next.isMet) met(next.fault);
      next.isMet = true;
      if (next.left === 0) armed = armed.filter((each) => each !== next);
      return answer(next.fault, () => hub(url, init), others);
    },
  };
  return faulty;
}

/** Faults of writes wait for one: a repeated read proves little. */
function canMeet(fault: NetworkFault, path: string, method: string): boolean {
  const isFeed = path === "/v1/changes";
  const isWrite = method !== "GET" && path !== "/v1/snapshots" && !path.endsWith("/confirm");
  switch (fault) {
    case "cursorExpired":
      return isFeed;
    case "truncated":
      return isFeed || isWrite || path === "/v1/snapshots";
    case "lostResponse":
    case "badGateway":
    case "race":
    case "doubled":
      return isWrite;
    case "resetBefore":
    case "tooManyRequests":
    case "unavailable":
    case "internal":
    case "tokenExpired":
      return true;
  }
}

async function answer(
  fault: NetworkFault,
  arrive: () => Promise<Response>,
  others: () => Promise<void>,
): Promise<Response> {
  switch (fault) {
    case "lostResponse":
      await arrive();
      throw networkError("ECONNRESET", "read");
    case "resetBefore":
      throw networkError("ECONNRESET", "write");
    case "tooManyRequests":
      return problem(429, "TOO_MANY_REQUESTS", { "retry-after": "1" });
    case "unavailable":
      return problem(503, "UNAVAILABLE", { "retry-after": "1" });
    case "internal":
      return problem(500, "INTERNAL");
    case "badGateway":
      await arrive();
      return new Response("<h1>502 Bad Gateway</h1>", { status: 502 });
    case "race": {
      await others();
      const answered = await arrive();
      await others();
      return answered;
    }
    case "doubled":
      await arrive();
      await others();
      return arrive();
    case "truncated": {
      const answered = await arrive();
      const text = await answered.text();
      const cut = text.slice(0, Math.max(1, Math.floor(text.length / 2)));
      return new Response(cut, { status: answered.status, headers: answered.headers });
    }
    case "tokenExpired":
      return problem(401, "INVALID_TOKEN");
    case "cursorExpired":
      return problem(410, "CURSOR_EXPIRED");
  }
}

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return Response.json(
    { type: "about:blank", title: code, status, code, retryable: status === 429 || status >= 500, violations: [] },
    { status, headers: { "content-type": "application/problem+json", ...headers } },
  );
}

/** As Node's fetch fails. */
function networkError(code: string, syscall: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(`${syscall} ${code}`), { code, syscall }) });
}
