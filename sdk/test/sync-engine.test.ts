import { expect, test } from "vitest";
import { createSync, memoryStore } from "../src/sync.ts";
import type { SyncConfig, SyncEvent } from "../src/sync.ts";
import { problem, slotBody, slotHub } from "./slot-hub.ts";

/** The engine where the hub, or the agenda, does what the real ones cannot be brought to do at will. */

const aSlot = (id: string, fields: object = {}) => ({ objectType: "slot", id, body: slotBody(fields) }) as const;

function engine(config: Partial<SyncConfig<undefined>> = {}) {
  const hub = slotHub();
  const events: SyncEvent[] = [];
  const time = { now: Date.parse("2027-03-01T12:00:00Z") };
  const sync = createSync<undefined>({
    ...{ client: hub.client, store: memoryStore(), agenda: { apply: () => undefined } },
    onProgress: (event) => events.push(event),
    runtime: { now: () => time.now, random: () => 0.5 },
    ...config,
  });
  return { hub, sync, events, time };
}

test.each(["CURSOR_EXPIRED", "CURSOR_INVALID"])(
  "%s of a cursor that a snapshot has just given is thrown, for the next round to try again",
  async (code) => {
    const { hub, sync } = engine();
    await sync.once();
    expect(hub.snapshots).toBe(1);
    let left = 20;
    hub.onChanges = () => {
      if ((left -= 1) >= 0) throw problem(410, code);
    };
    await expect(sync.once()).rejects.toMatchObject({ code });
    expect(hub.snapshots).toBe(2);
    left = 1;
    await sync.once();
    expect(hub.snapshots).toBe(3);
  },
);
