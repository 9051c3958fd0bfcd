import { settableClock } from "../../clock.ts";
import type { Clock, ClockSetting, Instant } from "../../clock.ts";
import type { Connection } from "../../db/connection.ts";
import { withScope } from "../../db/scope.ts";
import { clockChannel, findClockSetting, putClockSetting } from "./store.ts";

/** The sandbox's clock: kept in the database, so that every process and every restart agree on the time. */
export interface SandboxClock extends Clock {
  isRunning(): boolean;
  set(setting: { now: Instant; running: boolean }): Promise<void>;
  close(): Promise<void>;
}

const scope = { audience: "system", establishments: [] } as const;

/** `initial` is where a new sandbox's time begins; one that has a time already keeps it. */
export async function openSandboxClock(
  connection: Connection,
  wall: () => Instant,
  initial?: Instant,
): Promise<SandboxClock> {
  let setting: ClockSetting = { anchorNow: wall(), anchorWall: wall(), running: true };
  const read = async () => {
    setting = (await withScope(connection, scope, findClockSetting)) ?? setting;
  };
  const listening = await connection.listen(
    clockChannel,
    () => void read().catch(() => undefined),
    () => void read().catch(() => undefined),
  );
  await read();
  const clock: SandboxClock = {
    ...settableClock(() => setting),
    isRunning: () => setting.running,
    async set({ now, running }) {
      const wanted = { anchorNow: now, anchorWall: wall(), running };
      await withScope(connection, scope, (tx) => putClockSetting(tx, wanted));
      setting = wanted;
    },
    close: () => listening.unlisten(),
  };
  const stored = await withScope(connection, scope, findClockSetting);
  if (stored === undefined && initial !== undefined) await clock.set({ now: initial, running: true });
  return clock;
}
