/** The only place where the machine's time is read. */

/** Milliseconds since 1970-01-01T00:00:00Z, as everywhere in the hub; RFC 3339 only at the edges. */
export type Instant = number;

export interface Clock {
  /** The hub's time: domain rules and due work follow it; in the sandbox it can be moved. */
  now: () => Instant;
  /** The machine's time: tokens, assertions, rate limits and waits follow it. */
  wall: () => Instant;
}

export const systemClock: Clock = { now: () => Date.now(), wall: () => Date.now() };

/** Where the sandbox's time stands: it was `anchorNow` when the machine's time was `anchorWall`. */
export interface ClockSetting {
  anchorNow: Instant;
  anchorWall: Instant;
  running: boolean;
}

/** The hub's time under a setting that may change at any moment (PUT /sandbox/clock, in this process or another). */
export function settableClock(setting: () => ClockSetting): Clock {
  return {
    now: () => {
      const { anchorNow, anchorWall, running } = setting();
      return running ? anchorNow + (Date.now() - anchorWall) : anchorNow;
    },
    wall: () => Date.now(),
  };
}
