import type { IncomingChange, LocalChange } from "@arrimage/sdk/sync";
import { Crash } from "./agenda.ts";
import type { StartEngine } from "./life.ts";

/**
 * The control: what one writes on a first afternoon. It stores the cursor before it applies, applies in the order of the
 * log whatever the version, keeps no key and no outbox beyond the process, and says over what others said.
 */
export const naiveSync: StartEngine = ({ client, store, agenda }) => {
  let outbox: LocalChange[] = [];

  async function follow(): Promise<void> {
    for (;;) {
      const cursor = await store.transaction(async (kept) => kept.get("cursor"));
      const page = await client.changes.list({ cursor, include: "resource" });
      await store.transaction(async (kept) => kept.set("cursor", page.nextCursor));
      for (const { objectType, objectId, externalId, version, resource } of page.items) {
        if (objectType !== "slot" && objectType !== "appointment") continue;
        const id = externalId ?? objectId;
        const isThere = resource !== null && resource !== undefined && !isCancelled(resource);
        const change = { objectType, id, objectId, version, object: isThere ? resource : null, cancelled: null };
        // What the log shows of a kind is an object of that kind.
        const applied = store.transaction(async (_, entries) => agenda.apply(change as IncomingChange, entries));
        await applied.catch((error: unknown) => {
          if (error instanceof Crash) throw error;
        });
      }
      if (page.caughtUp) return;
    }
  }

  async function send(change: LocalChange): Promise<void> {
    const { id: externalId } = change;
    if (change.objectType === "slot") {
      if (change.body === null) await client.slots.deleteByExternalId({ externalId });
      else await client.slots.upsertByExternalId({ externalId, body: change.body });
    } else await client.appointments.upsertByExternalId({ externalId, body: change.body ?? { status: "cancelled" } });
  }

  return {
    async push(change) {
      outbox.push(change);
    },
    async once() {
      await follow();
      const waiting = outbox;
      outbox = [];
      for (const change of waiting) await send(change);
      await follow();
    },
    repair: async () => true,
    retry: async () => undefined,
  };
};

function isCancelled(object: object): boolean {
  return "status" in object && object.status === "cancelled";
}
