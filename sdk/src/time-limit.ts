/** One attempt's time limit, joined with the caller's own signal. */

import { raceAbort } from "./race-abort.ts";

export interface TimeLimit {
  /** For `fetch`. */
  signal: AbortSignal;
  /** Rejects when the limit ends first, also when the work itself ignores the signal. */
  race<T>(work: T | Promise<T>): Promise<T>;
  /** Starts the time anew: what arrives piece by piece is limited by its longest silence. */
  restart(): void;
  /** The time that the caller takes over a piece does not count. */
  pause(): void;
  /** Closes the connection if it is still open. */
  abort(): void;
  stop(): void;
}

export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

export function startTimeLimit(milliseconds: number, caller: AbortSignal | undefined): TimeLimit {
  const controller = new AbortController();
  const { signal } = controller;
  const timeUp = (): void => controller.abort(new TimedOut(`no answer within ${Math.round(milliseconds)} ms`));
  const callerAborted = (): void => controller.abort(caller?.reason);
  let timer = setTimeout(timeUp, milliseconds);
  if (caller?.aborted) callerAborted();
  caller?.addEventListener("abort", callerAborted);
  const stop = (): void => {
    clearTimeout(timer);
    caller?.removeEventListener("abort", callerAborted);
  };
  return {
    signal,
    stop,
    pause: () => clearTimeout(timer),
    restart() {
      clearTimeout(timer);
      timer = setTimeout(timeUp, milliseconds);
    },
    abort() {
      stop();
      controller.abort();
    },
    race: (work) => raceAbort(work, signal),
  };
}
