/** Agenda software that speaks to the hub by hand: `fetch` and node:crypto, nothing of the SDK at run time. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Adapter, Environment } from "../../../src/conformance/index.ts";
import { emptyDisk, instantOf, localOf } from "./agenda.ts";
import type { Disk } from "./agenda.ts";
import type { Wrong } from "./behaviour.ts";
import { connect, HubAway } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { goOnFromNow, newRef, pull } from "./pull.ts";
import type { Change, Work } from "./pull.ts";
import { confirm, push } from "./push.ts";

export interface RawOptions {
  wrong?: Wrong;
  /** Works by itself, this often, instead of when it is told to. */
  everyMilliseconds?: number;
}

export function createRawAdapter({ wrong = {}, everyMilliseconds }: RawOptions = {}): Adapter {
  let disk: Disk = emptyDisk();
  let env: Environment | undefined;
  let connection: Connection | undefined;
  let receiver: Server | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let suspended = false;
  let wasAway = false;

  const working = (): Work => {
    if (!env || !connection) throw new Error("It is stopped.");
    return { disk, env, connection, wrong };
  };

  /** One exchange at a time. */
  function exchange(): Promise<void> {
    const next = running.then(async () => {
      if (!connection || (wrong.givesUpWhenSuspended && suspended)) return;
      const work = working();
      try {
        if (wrong.fromNowAfterOutage && wasAway) await goOnFromNow(work);
        wasAway = false;
        await pull(work);
        await push(work);
        await confirm(work);
      } catch (error) {
        if (!(error instanceof HubAway)) throw error;
        if (error.message === "MACHINE_SUSPENDED") suspended = true;
        wasAway = true;
      }
    });
    running = next.catch(() => undefined);
    return next;
  }

  function local(day: string, time: string): number {
    const { env: at } = working();
    return instantOf(day, time, at.timeZone, localOf(Date.parse(at.now), at.timeZone).day, wrong);
  }

  async function put(op: "putSlot" | "putAppointment", ref: string): Promise<string> {
    if (wrong.keepsBookings && op === "putAppointment") return ref;
    disk.outbox.push({ op, ref, key: ref });
    if (wrong.outboxOfTen) disk.outbox = disk.outbox.slice(-10);
    if (wrong.waitsForHub) await push(working());
    return ref;
  }

  const adapter: Adapter = {
    name: "raw",
    version: "1.0.0",
    webhooks: true,
    async start(environment) {
      env = environment;
      connection = connect(environment, wrong);
      suspended = false;
      wasAway = false;
      if (wrong.losesOutbox) disk.outbox = [];
      if (wrong.followsFromNow && disk.cursor !== null) await goOnFromNow(working());
      receiver = await listen(environment, wrong, (event) => {
        if (wrong.trustsWebhookOrder) return trust(working(), event.data);
        void exchange();
      });
      if (everyMilliseconds !== undefined) timer = setInterval(() => void exchange(), everyMilliseconds);
    },
    async stop() {
      clearInterval(timer);
      connection?.close();
      connection = undefined;
      await running;
      await new Promise<void>((done) => (receiver ? receiver.close(() => done()) : done()));
      receiver = undefined;
    },
    reset() {
      disk = emptyDisk();
      return Promise.resolve();
    },
    createOpening({ day, from, to }) {
      const ref = newRef(disk);
      const times = { startAt: local(day, from), endAt: local(day, to) };
      disk.entries.set(ref, { kind: "opening", ref, ...times, hubId: null, version: null });
      return put("putSlot", ref);
    },
    blockOpening(ref) {
      disk.entries.delete(ref);
      disk.outbox.push({ op: "deleteSlot", ref, key: ref });
      return Promise.resolve();
    },
    bookLocally({ day, from, durationMinutes, patient }) {
      const ref = newRef(disk);
      const startAt = local(day, from);
      const times = { startAt, endAt: startAt + durationMinutes * 60_000 };
      disk.entries.set(ref, {
        ...{ kind: "appointment", ref, ...times, hubId: null, version: null, attendance: "unconfirmed" },
        ...{ patient, cancelled: false, refused: false, fromHub: false },
      });
      return put("putAppointment", ref);
    },
    cancelLocally(ref) {
      const entry = disk.entries.get(ref);
      if (entry?.kind === "appointment") entry.cancelled = true;
      disk.outbox.push({ op: "cancelAppointment", ref, key: `${ref}-cancel` });
      return Promise.resolve();
    },
    listAgenda(day) {
      const { timeZone, professionalId } = working().env;
      const shown = [...disk.entries.values()].flatMap((entry) => {
        if (entry.kind === "appointment" && entry.cancelled) return [];
        const [start, end] = [localOf(entry.startAt, timeZone), localOf(entry.endAt, timeZone)];
        if (start.day !== day) return [];
        const { ref, kind } = entry;
        const line = { ref, kind, professionalId, from: start.time, to: end.time };
        if (entry.kind === "opening") return [line];
        return [{ ...line, lastName: entry.patient.lastName, refused: entry.refused }];
      });
      return Promise.resolve(shown);
    },
  };
  return everyMilliseconds === undefined ? { ...adapter, syncNow: exchange } : adapter;
}

/** As somebody would who takes what comes in for the newest there is. */
function trust({ disk }: Work, change: Change): void {
  const entry = [...disk.entries.values()].find(({ hubId }) => hubId === change.objectId);
  if (entry?.kind !== "appointment" || change.startAt === null || change.endAt === null) return;
  entry.cancelled = change.status === "cancelled";
  entry.startAt = Date.parse(change.startAt);
  entry.endAt = Date.parse(change.endAt);
}

async function listen(
  { webhookUrl, webhookSecret }: Environment,
  wrong: Wrong,
  received: (event: { type: string; data: Change }) => void,
): Promise<Server> {
  const key = Buffer.from(webhookSecret.slice("whsec_".length), "base64");
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks).toString("utf8");
      const header = (name: string) => String(request.headers[name] ?? "");
      const [id, timestamp] = [header("webhook-id"), header("webhook-timestamp")];
      const body = wrong.parsesBeforeVerifying ? JSON.stringify(JSON.parse(raw)) : raw;
      const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
      const given = header("webhook-signature")
        .split(" ")
        .map((it) => Buffer.from(it.replace(/^v1,/, ""), "base64"));
      const signed = given.some((it) => it.length === expected.length && timingSafeEqual(it, expected));
      const fresh = Math.abs(Date.now() / 1_000 - Number(timestamp)) <= 300;
      if (!(signed && fresh) && !wrong.believesAnyWebhook) return void response.writeHead(401).end();
      response.writeHead(204).end();
      if (seen.has(id) && !wrong.trustsWebhookOrder) return;
      seen.add(id);
      received(JSON.parse(raw) as { type: string; data: Change });
    });
  });
  await new Promise<void>((done) => server.listen(Number(new URL(webhookUrl).port), "127.0.0.1", done));
  return server;
}
