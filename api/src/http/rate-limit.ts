import type { Instant } from "../clock.ts";

/** What the answer says about a client's quota (draft-ietf-httpapi-ratelimit-headers). */
export interface Quota {
  allowed: boolean;
  policy: string;
  state: string;
  retryAfterSeconds: number;
}

const windowMs = 60_000;

/** Requests per client and minute, counted in this process: with n processes behind a balancer the quota is n times as wide. */
export function createRateLimit(requestsPerMinute: number): (client: string, wall: Instant) => Quota {
  let windowStart = 0;
  let counts = new Map<string, number>();
  const policy = `"default";q=${String(requestsPerMinute)};w=60`;
  return (client, wall) => {
    if (wall - windowStart >= windowMs || wall < windowStart) {
      windowStart = wall - (wall % windowMs);
      counts = new Map();
    }
    const used = (counts.get(client) ?? 0) + 1;
    counts.set(client, used);
    const seconds = Math.max(1, Math.ceil((windowStart + windowMs - wall) / 1000));
    const remaining = Math.max(0, requestsPerMinute - used);
    return {
      allowed: used <= requestsPerMinute,
      policy,
      state: `"default";r=${String(remaining)};t=${String(seconds)}`,
      retryAfterSeconds: seconds,
    };
  };
}
