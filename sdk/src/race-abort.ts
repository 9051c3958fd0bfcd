/** The work, or a rejection with the signal's reason when it is aborted first: also for work that takes no signal. */
export async function raceAbort<T>(work: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let abandon = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    // Any value may be the reason of an abort; it is passed on as it is, as fetch does.
    abandon = () => reject(signal.reason as Error);
    if (signal.aborted) abandon();
    else signal.addEventListener("abort", abandon, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}
