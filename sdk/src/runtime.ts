/** What the client takes from outside: replaced in tests, so that they need neither a network nor time. */

export interface Runtime {
  /** Called with a URL and plain options, so that a server's own `request` function fits. */
  fetch: (url: string, init: RequestInit) => Response | Promise<Response>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
  randomBytes: (count: number) => Uint8Array<ArrayBuffer>;
  /** Rejects with the signal's reason when it is aborted. */
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** The machine's own. */
export const machineRuntime: Runtime = {
  // Looked up at each call: tools that replace the global fetch (tracing, MSW) may come later than the client.
  fetch: (url, init) => globalThis.fetch(url, init),
  now: () => Date.now(),
  random: () => Math.random(),
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  sleep,
};

/** A timer of Node's that is to run longer runs out at once. */
const longest = 2 ** 31 - 1;

export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      // Any value may be the reason of an abort; it is passed on as it is, as fetch does.
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      },
      Math.min(milliseconds, longest),
    );
    signal?.addEventListener("abort", stop, { once: true });
  });
}
