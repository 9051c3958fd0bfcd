import autocannon from "autocannon";

export interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
  /** Answers by status class, so that a fast refusal is not mistaken for work. */
  ok: number;
  refused: number;
  failed: number;
}

/** Requests over loopback, each as `next` says, for a time or a count. */
export async function overHttp(options: {
  url: string;
  connections: number;
  seconds?: number;
  amount?: number;
  next: (n: number) => { method: "GET" | "POST"; path: string; headers: Record<string, string>; body?: string };
}): Promise<Measured> {
  let n = 0;
  const result = await autocannon({
    url: options.url,
    connections: options.connections,
    ...(options.amount === undefined ? { duration: options.seconds ?? 5 } : { amount: options.amount }),
    requests: [
      {
        setupRequest(request) {
          const wanted = options.next(n);
          n += 1;
          return { ...request, ...wanted };
        },
      },
    ],
  });
  const seconds = (result.finish.getTime() - result.start.getTime()) / 1000;
  return {
    perSecond: result.requests.total / seconds,
    p50: result.latency.p50,
    p99: result.latency.p99,
    ok: result["2xx"],
    refused: result["4xx"],
    failed: result["5xx"] + result.errors + result.timeouts,
  };
}

/** A reference in this process: `run` over and over by so many workers, for a time. */
export async function repeatedly(
  workers: number,
  seconds: number,
  run: (n: number) => Promise<unknown>,
): Promise<Measured> {
  const durations: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  let n = 0;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (performance.now() < end) {
        const began = performance.now();
        await run(n++);
        durations.push(performance.now() - began);
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  durations.sort((a, b) => a - b);
  const at = (share: number) => durations[Math.min(durations.length - 1, Math.floor(durations.length * share))] ?? 0;
  return {
    perSecond: durations.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    ok: durations.length,
    refused: 0,
    failed: 0,
  };
}
