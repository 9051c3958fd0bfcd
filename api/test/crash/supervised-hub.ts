import { startHubProcess } from "../hub-process.ts";
import type { HubProcessOptions, ServerProcess } from "../hub-process.ts";

/** A hub that is killed again and again while others work with it, and started anew on the same port and data. */
export interface SupervisedHub {
  readonly url: string;
  readonly port: number;
  /** How often it has been killed. */
  readonly kills: number;
  /** Resolves when the hub serves; rejects when it could not be started again. */
  up(): Promise<void>;
  /** A write has been acknowledged: after so many the hub is killed, there and then. */
  acknowledge(): void;
  /** What the hubs wrote on standard error, all of them. */
  readLog(): string;
  stop(): Promise<number | null>;
}

export interface Kills {
  /** Acknowledged writes between two kills. */
  every: number;
  /** Kills in all. */
  count: number;
}

export async function superviseHub(options: HubProcessOptions, kills: Kills): Promise<SupervisedHub> {
  let hub = await startHubProcess(options);
  const { url, port } = hub;
  let running: Promise<void> | undefined;
  let left = kills.every;
  let killed = 0;
  let log = "";

  async function startAgain(dead: ServerProcess): Promise<void> {
    await dead.kill();
    log += dead.readLog();
    hub = await startHubProcess({ ...options, port });
    left = kills.every;
    running = undefined;
  }

  return {
    url,
    port,
    get kills() {
      return killed;
    },
    up: async () => running,
    acknowledge() {
      left -= 1;
      if (left > 0 || running !== undefined || killed === kills.count) return;
      killed += 1;
      running = startAgain(hub);
      // Reported by up().
      running.catch(() => undefined);
    },
    readLog: () => log + hub.readLog(),
    async stop() {
      await running;
      return hub.stop();
    },
  };
}
