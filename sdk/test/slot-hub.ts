import { ArrimageProblem } from "../src/problems.ts";
import type { SyncClient } from "../src/sync.ts";

/** What of the hub the sync engine needs to keep slots in step, in memory: for answers to which the hub cannot be brought. */

export type ASlot = { externalId: string; version: number } & Record<string, unknown>;

interface Upsert {
  externalId: string;
  ifMatch?: number | undefined;
  body: Record<string, unknown>;
}

export function problem(status: number, code: string, fields: object = {}, retryAfterSeconds: number | null = null) {
  return new ArrimageProblem(
    { type: "about:blank", title: code, status, code, retryable: status === 503, ...fields },
    "req_1",
    retryAfterSeconds,
  );
}

export function slotHub() {
  const slots = new Map<string, ASlot>();
  const told: object[] = [];
  let seq = 0;
  const hub = {
    slots,
    snapshots: 0,
    /** The days of the last confirmation, which it always takes. */
    confirmed: [] as { date: string }[],
    /** By external identifier, in the order in which they were asked for. */
    asked: [] as string[],
    /** Before a push is done: it may throw, or do something first. */
    onUpsert: (_: Upsert): void | Promise<void> => undefined,
    /** Of the last snapshot. */
    askedPlaces: undefined as string[] | undefined,
    /** Before a name is given: it may throw. */
    onAdoption: (_: string): void => undefined,
    /** Before the log is read. */
    onChanges: (_: { signal?: AbortSignal | undefined; retries?: number | undefined }): void | Promise<void> =>
      undefined,
    /** Others change a slot. */
    change(externalId: string, fields: object): void {
      const before = slots.get(externalId);
      if (before === undefined) throw new Error("there is no such slot");
      const slot: ASlot = { ...before, ...fields, version: before.version + 1 };
      slots.set(externalId, slot);
      const object = { objectType: "slot", objectId: slot["slotId"], version: slot.version, resource: slot };
      hub.tell({ ...object, externalId, operation: "updated", origin: { actorType: "employee", own: false } });
    },
    /** A change in the log. */
    tell(change: object): void {
      seq += 1;
      told.push({
        establishmentId: "est_1",
        seq,
        prevSeq: seq - 1,
        at: "2027-03-01T12:00:00Z",
        changed: [],
        ...change,
      });
    },
    // Of the client only what the engine calls, and of each answer only what it reads.
    client: {
      places: {
        list: () => ({ collect: async () => [{ placeId: "plc_1", timeZone: "America/Toronto" }] }),
        async confirm({ body }: { body: { days: { date: string }[] } }) {
          hub.confirmed = body.days;
        },
      },
      snapshots: {
        async *create({ body }: { body: { placeIds?: string[] } }) {
          hub.snapshots += 1;
          hub.askedPlaces = body.placeIds;
          for (const object of slots.values())
            yield { type: "object", objectType: "slot", objectId: object["slotId"], object };
          yield { type: "end", cursor: "0" };
        },
      },
      changes: {
        async list({ wait }: { wait: number }, options: { signal?: AbortSignal }) {
          await hub.onChanges(options);
          const { signal } = options;
          if (wait > 0)
            await new Promise((_, reject) => {
              signal?.addEventListener("abort", () => reject(signal.reason as Error));
            });
          return { items: told.splice(0), nextCursor: String(seq), caughtUp: true };
        },
      },
      adoptions: {
        async create({ body }: { body: { bindings: { externalId: string }[] } }) {
          for (const { externalId } of body.bindings) hub.onAdoption(externalId);
        },
      },
      slots: {
        get: async ({ slotId }: { slotId: string }) => [...slots.values()].find((slot) => slot["slotId"] === slotId),
        async upsertByExternalId({ externalId, ifMatch, body }: Upsert) {
          hub.asked.push(externalId);
          await hub.onUpsert({ externalId, ifMatch, body });
          const before = slots.get(externalId);
          if (before && ifMatch !== undefined && ifMatch !== before.version)
            throw problem(412, "PRECONDITION_FAILED", { current: before });
          const slot = { slotId: `slt_${externalId}`, externalId, version: (before?.version ?? 0) + 1, ...body };
          slots.set(externalId, slot);
          return { outcome: before ? "updated" : "created", slot };
        },
      },
    } as unknown as SyncClient,
  };
  return hub;
}

export function slotBody(fields: object = {}) {
  return {
    ...{ professionalId: "pro_1", placeId: "plc_1", serviceIds: ["svc_1"], visibility: "public" as const },
    ...{ startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T12:00:00-05:00" },
    ...fields,
  };
}
