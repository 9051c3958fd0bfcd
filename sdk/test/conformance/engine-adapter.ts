/** Agenda software over the SDK's engine: what a vendor has to write, and nothing else. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Adapter, AgendaEntry, Environment } from "../../src/conformance/index.ts";
import { instantOf, localOf } from "../../src/conformance/local-time.ts";
import { createClient, privateKeyJwt } from "../../src/index.ts";
import type { Schemas } from "../../src/index.ts";
import { bodyOf, createSync, memoryStore } from "../../src/sync.ts";
import { verifyWebhook } from "../../src/webhooks.ts";
import type { IncomingChange, LocalChange, LocalEntry, Sync, SyncEvent } from "../../src/sync.ts";

type Entry = { id: string; refused: boolean } & (
  { kind: "opening"; body: Schemas["PushedSlot"] } | { kind: "appointment"; body: Schemas["PushedAppointment"] }
);

export interface EngineOptions {
  /** Follows by itself, instead of when it is told to. */
  runs?: boolean;
}

export function createEngineAdapter({ runs = false }: EngineOptions = {}): Adapter {
  // The vendor's disk.
  let entries = new Map<string, Entry>();
  let store = memoryStore();
  let lastId = 0;

  let environment: Environment | undefined;
  let sync: Sync | undefined;
  let stopping = new AbortController();
  let running: Promise<void> | undefined;
  let receiver: Server | undefined;

  const started = (): { sync: Sync; environment: Environment } => {
    if (!sync || !environment) throw new Error("It is stopped.");
    return { sync, environment };
  };
  const newId = (): string => `E${String((lastId += 1))}`;

  /** What comes from the hub. */
  function apply({ objectType, id, object }: IncomingChange): { id: string } | undefined {
    if (object === null) {
      entries.delete(id);
      return undefined;
    }
    const known = entries.get(id);
    const own = known?.id ?? newId();
    // The type says which of the two the object is.
    if (objectType === "slot")
      entries.set(own, { id: own, refused: false, kind: "opening", body: bodyOf("slot", object) });
    else entries.set(own, { id: own, refused: false, kind: "appointment", body: bodyOf("appointment", object) });
    return known ? undefined : { id: own };
  }

  function* read(): Generator<LocalEntry> {
    for (const { id, refused, kind, body } of entries.values()) {
      if (refused) continue;
      if (kind === "opening") yield { objectType: "slot", id, body };
      else yield { objectType: "appointment", id, body };
    }
  }

  const onProgress = (event: SyncEvent): void => {
    if (event.type !== "quarantined" || event.direction !== "toHub") return;
    const entry = entries.get(event.id);
    if (entry) entry.refused = true;
  };

  async function keep(change: LocalChange): Promise<string> {
    await started().sync.push(change);
    return change.id;
  }

  const adapter: Adapter = {
    ...{ name: "engine", version: "1.0.0", webhooks: true },
    async start(given) {
      environment = given;
      const { baseUrl, clientId, privateKeyJwk, placeId } = given;
      const client = createClient({ baseUrl, auth: privateKeyJwt({ clientId, privateKey: privateKeyJwk }) });
      stopping = new AbortController();
      const ahead = Date.parse(given.now) - Date.now();
      const runtime = { now: () => Date.now() + ahead };
      sync = createSync({ client, store, agenda: { apply, read }, placeIds: [placeId], onProgress, runtime });
      receiver = await listen(given, sync);
      if (runs) running = sync.run({ signal: stopping.signal });
    },
    async stop() {
      stopping.abort();
      await running;
      await new Promise<void>((done) => (receiver ? receiver.close(() => done()) : done()));
      receiver = undefined;
      sync = undefined;
    },
    reset() {
      entries = new Map();
      store = memoryStore();
      return Promise.resolve();
    },
    createOpening({ professionalId, serviceId, day, from, to }) {
      const { placeId, timeZone } = started().environment;
      const id = newId();
      const [startAt, endAt] = [
        instantOf(day, from, timeZone).toISOString(),
        instantOf(day, to, timeZone).toISOString(),
      ];
      const body = { professionalId, placeId, serviceIds: [serviceId], visibility: "public", startAt, endAt } as const;
      entries.set(id, { id, refused: false, kind: "opening", body: { ...body, serviceIds: [serviceId] } });
      return keep({ objectType: "slot", id, body: { ...body, serviceIds: [serviceId] } });
    },
    async blockOpening(id) {
      entries.delete(id);
      await keep({ objectType: "slot", id, body: null });
    },
    bookLocally({ professionalId, day, from, durationMinutes, patient }) {
      const { placeId, timeZone } = started().environment;
      const id = newId();
      const startAt = instantOf(day, from, timeZone).toISOString();
      const body: Schemas["PushedAppointment"] = {
        ...{ professionalId, placeId, startAt, durationMinutes, patient },
        ...{ communicationModes: ["sms"], attendance: "unconfirmed" },
      };
      entries.set(id, { id, refused: false, kind: "appointment", body });
      return keep({ objectType: "appointment", id, body });
    },
    async cancelLocally(id) {
      entries.delete(id);
      await keep({ objectType: "appointment", id, body: null });
    },
    listAgenda(day) {
      const { timeZone } = started().environment;
      const shown = [...entries.values()].map(({ id: ref, kind, refused, body }): AgendaEntry & { day: string } => {
        const startAt = new Date(body.startAt ?? "");
        const minutes = "durationMinutes" in body ? (body.durationMinutes ?? 0) : 0;
        const endAt = "endAt" in body ? new Date(body.endAt) : new Date(startAt.getTime() + minutes * 60_000);
        const [start, end] = [localOf(startAt, timeZone), localOf(endAt, timeZone)];
        const professionalId = body.professionalId ?? "";
        return { ref, kind, refused, professionalId, day: start.day, from: start.time, to: end.time };
      });
      return Promise.resolve(shown.filter((entry) => entry.day === day));
    },
  };
  if (runs) return adapter;
  return {
    ...adapter,
    async syncNow() {
      await started().sync.once({ signal: stopping.signal });
      await started().sync.repair({ signal: stopping.signal });
    },
  };
}

/** A webhook says that there is something to follow, and no more is made of it. */
async function listen({ webhookUrl, webhookSecret }: Environment, sync: Sync): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      verifyWebhook(webhookSecret, request.headers, Buffer.concat(chunks)).then(
        () => {
          sync.wake();
          response.writeHead(204).end();
        },
        () => response.writeHead(400).end(),
      );
    });
  });
  await new Promise<void>((done) => server.listen(Number(new URL(webhookUrl).port), "127.0.0.1", done));
  return server;
}

export default createEngineAdapter;
