import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment } from "../../../test/an-appointment.ts";
import { aClinic, aProfessional, aService } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { anEndpoint, aReceiver, aSender } from "../../../test/webhook-receiver.ts";
import type { Receiver, Received, Reply, TestSender } from "../../../test/webhook-receiver.ts";
import { announce } from "../../db/change-log.ts";
import { openQueue } from "../../db/queue.ts";
import { withScope } from "../../db/scope.ts";
import { retryDelaysMs } from "../../domain/webhook-delivery.ts";
import type { Page } from "../../http/page.ts";
import { dispatchWebhooks } from "../../jobs/dispatch-webhooks.ts";
import { pruneWebhooks, putBackLostWebhooks } from "../../jobs/prune-webhooks.ts";
import { createFaults } from "../../sandbox/faults.ts";
import type { WebhookFault } from "../../sandbox/faults.ts";
import type { WebhookEndpoint } from "../webhook-endpoints/schema.ts";
import { listBehind } from "../webhook-endpoints/store.ts";
import type { Resolve } from "./post.ts";
import type { WebhookDelivery, WebhookDeliveryWithAttempts } from "./schema.ts";
import { createWebhookSender } from "./sender.ts";
import { untilSent } from "./until-sent.ts";

let hub: TestHub;
let sender: TestSender;
beforeAll(async () => {
  hub = await createTestHub({ config: { webhookTimeoutMs: 400 } });
  sender = await aSender(hub);
});
afterAll(async () => {
  await sender.close();
  await hub.close();
});

const second = 1_000;
const hour = 3_600_000;

interface Listening {
  clinic: AClinic;
  receiver: Receiver;
  as: string;
  path: string;
  endpoint: () => Promise<WebhookEndpoint>;
  deliveries: () => Promise<WebhookDelivery[]>;
  attempts: () => Promise<WebhookDeliveryWithAttempts["attemptLog"]>;
}

async function listening(reply?: (message: Received, nth: number) => Reply): Promise<Listening> {
  const clinic = await aClinic(hub);
  const receiver = await aReceiver(reply);
  const { webhookEndpointId } = await anEndpoint(hub, clinic.machine, receiver);
  const as = clinic.machine.token;
  const path = `/v1/webhook-endpoints/${webhookEndpointId}`;
  const deliveries = async () => {
    const page = await hub.request<Page<WebhookDelivery>>("GET", "/v1/webhook-deliveries?limit=1000", { as });
    return page.body.items.reverse();
  };
  return {
    ...{ clinic, receiver, as, path, deliveries },
    endpoint: async () => (await hub.request<WebhookEndpoint>("GET", path, { as })).body,
    async attempts() {
      const [first] = await deliveries();
      const at = `/v1/webhook-deliveries/${first?.webhookDeliveryId ?? ""}`;
      return (await hub.request<WebhookDeliveryWithAttempts>("GET", at, { as })).body.attemptLog;
    },
  };
}

/** Changes of slots, each of an agenda of its own unless one is named. */
async function change({ establishmentId, placeId }: AClinic, agendas: readonly string[]): Promise<void> {
  await withScope(hub.deps.connection, { audience: "system", establishments: [establishmentId] }, (tx) =>
    announce(
      tx,
      hub.clock.now(),
      agendas.map((professionalId) => ({
        author: { kind: "system" },
        change: {
          establishmentId,
          objectType: "slot",
          objectId: `slt_${String(hub.count())}`,
          operation: "created",
          version: 1,
          placeIds: [placeId],
          professionalId,
        },
      })),
    ),
  );
}

const seqs = (received: readonly Received[]) => received.map(({ event }) => event.data.seq);

describe("attempts", () => {
  test("SYNC-63 at once, then after each wait of the schedule by the hub's clock, ten in all; then it is given up", async () => {
    const { clinic, receiver, attempts, deliveries } = await listening(() => 503);
    await change(clinic, ["pro_a"]);
    const start = hub.clock.now();
    for (const delay of [0, ...retryDelaysMs]) {
      // A little before the earliest moment nothing is due; at the latest it is.
      hub.clock.advance(delay * 0.8 - 1);
      const before = receiver.received.length;
      if (delay > 0) {
        await sender.run();
        expect(receiver.received.length).toBe(before);
      }
      hub.clock.advance(delay * 0.4 + 2);
      await sender.run();
      expect(receiver.received.length).toBe(before + 1);
    }
    expect(new Set(receiver.received.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    const log = await attempts();
    expect(log.map(({ attempt, status, outcome }) => [attempt, status, outcome])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index + 1, 503, "status"]),
    );
    expect(Date.parse(log.at(-1)?.at ?? "") - start).toBeGreaterThan(75 * hour);
    expect(await deliveries()).toMatchObject([{ state: "failed", attempts: 10, nextAttemptAt: null }]);
    await receiver.close();
  });

  test("SYNC-65 no answer, a broken connection, nobody there and a redirect are failures, and the log says which", async () => {
    const elsewhere = await aReceiver();
    const replies: Reply[] = ["silence", "reset", { status: 307, headers: { location: elsewhere.url } }, 404, 204];
    const { clinic, receiver, attempts, as, path } = await listening((_, nth) => replies[nth - 1] ?? 204);
    await change(clinic, ["pro_a"]);
    for (const delay of [0, ...retryDelaysMs.slice(0, 4)]) {
      hub.clock.advance(delay * 1.2 + 1);
      await sender.run();
    }
    const said = (await attempts()).map(({ status, outcome }) => [status, outcome]);
    expect(said).toEqual([
      [null, "timeout"],
      [null, "reset"],
      [307, "redirect"],
      [404, "status"],
      [204, "delivered"],
    ]);
    expect(elsewhere.received).toEqual([]);
    await receiver.close();
    await elsewhere.close();
    await hub.request("PATCH", path, { as, version: 1, body: { url: "http://127.0.0.1:1/" } });
    await change(clinic, ["pro_b"]);
    await sender.run();
    const page = await hub.request<Page<WebhookDelivery>>("GET", "/v1/webhook-deliveries?limit=1", { as });
    const at = `/v1/webhook-deliveries/${page.body.items[0]?.webhookDeliveryId ?? ""}`;
    expect((await hub.request("GET", at, { as })).body).toMatchObject({ attemptLog: [{ outcome: "refused" }] });
  });

  test("SYNC-65 410 disables the endpoint; what it was sent waits until it is enabled", async () => {
    const replies = [410, 204];
    const { clinic, receiver, endpoint, deliveries, as, path } = await listening((_, nth) => replies[nth - 1] ?? 204);
    await change(clinic, ["pro_a"]);
    await sender.run();
    expect(await endpoint()).toMatchObject({ status: "disabled", disabledReason: "gone", version: 2 });
    hub.clock.advance(hour);
    await sender.run();
    expect(receiver.received).toHaveLength(1);
    await hub.request("PATCH", path, { as, version: 2, body: { status: "enabled" } });
    await sender.run();
    expect(await deliveries()).toMatchObject([{ state: "delivered", attempts: 2 }]);
    await receiver.close();
  });

  test("SYNC-64 429 with Retry-After holds back everything until then", async () => {
    const replies: Reply[] = [{ status: 429, headers: { "retry-after": "60" } }];
    const { clinic, receiver, endpoint } = await listening((_, nth) => replies[nth - 1] ?? 204);
    await change(clinic, ["pro_a"]);
    await sender.run();
    await change(clinic, ["pro_b"]);
    hub.clock.advance(59 * second);
    await sender.run();
    expect(receiver.received).toHaveLength(1);
    hub.clock.advance(second);
    await sender.run();
    expect(seqs(receiver.received).sort()).toEqual([1, 1, 2]);
    expect(await endpoint()).toMatchObject({ failures: 0, failingSince: null });
    await receiver.close();
  });
});

describe("order", () => {
  test("SYNC-62 in an agenda each waits for the one before; other agendas do not", async () => {
    const failing = new Set([1]);
    const { clinic, receiver } = await listening(({ event }) => (failing.has(event.data.seq) ? 500 : 204));
    await change(clinic, ["pro_a", "pro_b", "pro_a", "pro_b", "pro_a"]);
    await sender.run();
    expect(seqs(receiver.received).filter((seq) => seq === 1)).toEqual([1]);
    expect(seqs(receiver.received).filter((seq) => seq !== 1)).toEqual([2, 4]);
    failing.clear();
    hub.clock.advance(6 * second);
    await sender.run();
    expect(seqs(receiver.received).slice(-3)).toEqual([1, 3, 5]);
    await receiver.close();
  });

  test("SYNC-62 so do the events of one object, whatever agenda it is in", async () => {
    const failing = new Set([1]);
    const { clinic, receiver, as } = await listening(({ event }) => (failing.has(event.data.seq) ? 500 : 204));
    const other = await aProfessional(hub, [clinic.place]);
    await aService(hub, other);
    const { appointmentId } = await anAppointment(hub, clinic);
    const { professionalId } = other;
    const moved = await hub.request("POST", `/v1/appointments/${appointmentId}/move`, {
      as,
      version: 1,
      body: { startAt: "2027-03-08T10:00:00-05:00", professionalId },
    });
    expect(moved.status).toBe(200);
    await change(clinic, [professionalId]);
    await sender.run();
    expect(seqs(receiver.received)).toEqual([1]);
    failing.clear();
    hub.clock.advance(6 * second);
    await sender.run();
    expect(seqs(receiver.received)).toEqual([1, 1, 2, 3]);
    await receiver.close();
  });

  test("SYNC-62 one that is given up lets the next one go", async () => {
    const { clinic, receiver } = await listening(({ event }) => (event.data.seq === 1 ? 500 : 204));
    await change(clinic, ["pro_a", "pro_a"]);
    for (const delay of [0, ...retryDelaysMs]) {
      hub.clock.advance(delay * 1.2 + 1);
      // Others of the same endpoint succeed, so that it stays enabled.
      await change(clinic, ["pro_b"]);
      await sender.run();
    }
    const ofA = seqs(receiver.received).filter((seq) => seq <= 2);
    expect(ofA).toEqual([...Array.from({ length: 10 }, () => 1), 2]);
    await receiver.close();
  });

  test("one for which nothing can be made keeps no other waiting, and is tried again", async () => {
    const [broken, whole] = [await listening(), await listening()];
    const setNumber = async (number: string) => {
      const { machineId } = broken.clinic.machine;
      await hub.write(
        [],
        (tx) => tx.sql`UPDATE webhook_endpoint SET next_number = ${number}::bigint WHERE machine_id = ${machineId}`,
      );
    };
    await setNumber("9223372036854775807");
    await change(broken.clinic, ["pro_a"]);
    await change(whole.clinic, ["pro_a"]);
    await sender.run();
    expect([seqs(broken.receiver.received), seqs(whole.receiver.received)]).toEqual([[], [1]]);
    expect(hub.logs.filter((line) => line.includes("job failed"))).toHaveLength(1);
    await setNumber("1");
    await sender.run();
    expect(seqs(broken.receiver.received)).toEqual([1]);
    await broken.receiver.close();
    await whole.receiver.close();
  });

  test("SYNC-67 twenty are on their way at once, no more", async () => {
    const clinic = await aClinic(hub);
    // The first answer comes when more than ten have been asked for, however slow the machine is.
    let together: () => void = () => undefined;
    const many = new Promise<void>((resolve) => (together = resolve));
    let asked = 0;
    const receiver = await aReceiver(async () => {
      if (++asked > 10) together();
      await Promise.race([many, new Promise((resolve) => setTimeout(resolve, 10_000))]);
      return 204;
    });
    await anEndpoint(hub, clinic.machine, receiver);
    await change(
      clinic,
      Array.from({ length: 45 }, (_, index) => `pro_${String(index)}`),
    );
    await sender.run();
    expect(receiver.received).toHaveLength(45);
    expect(receiver.mostAtOnce()).toBeGreaterThan(10);
    expect(receiver.mostAtOnce()).toBeLessThanOrEqual(20);
    await receiver.close();
  });
});

describe("an endpoint that does not answer", () => {
  test("SYNC-66 is tried one at a time with longer pauses, gets all of it when it is back, slows no other", async () => {
    let dead = true;
    const broken = await listening(() => (dead ? 500 : 204));
    const other = await listening();
    const agendas = Array.from({ length: 30 }, (_, index) => `pro_${String(index)}`);
    for (const { clinic } of [broken, other]) await change(clinic, agendas);
    await sender.run();
    expect(other.receiver.received).toHaveLength(30);
    // Those that were on their way when the tenth failed, and none after.
    const first = broken.receiver.received.length;
    expect(first).toBeGreaterThanOrEqual(10);
    expect(first).toBeLessThanOrEqual(30);
    for (let tries = 1; tries <= 3; tries++) {
      hub.clock.advance(5 * 60 * second);
      await sender.run();
      expect(broken.receiver.received.length).toBe(first + tries);
    }
    expect(await broken.endpoint()).toMatchObject({ status: "enabled", failures: first + 3 });
    dead = false;
    hub.clock.advance(5 * 60 * second);
    await sender.run();
    expect(await broken.endpoint()).toMatchObject({ failures: 0, failingSince: null });
    const states = (await broken.deliveries()).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(["delivered"]));
    await broken.receiver.close();
    await other.receiver.close();
  });

  test("SYNC-66 after three days without a success it is disabled, and its deliveries are kept", async () => {
    const { clinic, receiver, endpoint, deliveries } = await listening(() => 500);
    await change(
      clinic,
      Array.from({ length: 12 }, (_, index) => `pro_${String(index)}`),
    );
    for (let hours = 0; hours < 72; hours += 12) {
      await sender.run();
      expect(await endpoint()).toMatchObject({ status: "enabled" });
      hub.clock.advance(12 * hour);
    }
    await sender.run();
    expect(await endpoint()).toMatchObject({ status: "disabled", disabledReason: "failing" });
    expect((await deliveries()).some(({ state }) => state === "pending")).toBe(true);
    await receiver.close();
  });
});

describe("where it is sent", () => {
  test("SYNC-60 a name is checked when it is called, and the address that was checked is the one that is called", async () => {
    const receiver = await aReceiver();
    const port = new URL(receiver.url).port;
    const asked: string[] = [];
    // A name that is public when it is first asked, and this machine's a moment later.
    const answers = [
      [{ address: "127.0.0.1", family: 4 }],
      [
        { address: "8.8.8.8", family: 4 },
        { address: "169.254.169.254", family: 4 },
      ],
      [{ address: "::ffff:169.254.169.254", family: 6 }],
      [],
    ];
    const resolve: Resolve = async (host) => {
      asked.push(host);
      return answers[asked.length - 1] ?? [];
    };
    const queue = await openQueue(hub.database.url, () => undefined);
    await sender.close();
    const own = createWebhookSender(hub.deps, queue, { resolve, everyMs: 20 });
    own.start();
    const { clinic, as, path, deliveries, attempts, receiver: unused } = await listening();
    await unused.close();
    const body = { url: `http://agenda.example.org:${port}/hooks` };
    await hub.request("PATCH", path, { as, version: 1, body });
    await change(clinic, ["pro_a"]);
    await dispatchWebhooks.run(hub.deps);
    await untilSent(hub.deps);
    expect(receiver.received).toHaveLength(1);
    for (const delay of [0, ...retryDelaysMs.slice(0, 2)]) {
      if (delay === 0) {
        await change(clinic, ["pro_b"]);
        await dispatchWebhooks.run(hub.deps);
      }
      hub.clock.advance(delay * 1.2 + 1);
      await untilSent(hub.deps);
    }
    expect(asked).toEqual(["agenda.example.org", "agenda.example.org", "agenda.example.org", "agenda.example.org"]);
    expect(receiver.received).toHaveLength(1);
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual(["delivered"]);
    const [, second_] = await deliveries();
    const log = await hub.request<WebhookDeliveryWithAttempts>(
      "GET",
      `/v1/webhook-deliveries/${second_?.webhookDeliveryId ?? ""}`,
      { as },
    );
    expect(log.body.attemptLog.map(({ outcome }) => outcome)).toEqual(Array(3).fill("addressRefused"));
    await own.stop();
    await queue.close();
    await receiver.close();
    sender = await aSender(hub);
  });
});

describe("who may no longer see it", () => {
  test("SYNC-70 what happened at a place that was unlinked meanwhile is not sent; a suspended machine is sent nothing until it is resumed", async () => {
    const { clinic, receiver, as, path, deliveries } = await listening();
    const operator = await hub.tokens.operator();
    const { machineId } = clinic.machine;
    await hub.request("PATCH", path, { as, version: 1, body: { status: "disabled" } });
    await hub.request("POST", `/v1/machines/${machineId}/suspend`, { as: operator });
    await hub.write(
      [],
      (tx) =>
        tx.sql`UPDATE webhook_endpoint SET status = 'enabled', disabled_reason = NULL WHERE machine_id = ${machineId}`,
    );
    await change(clinic, ["pro_a"]);
    await sender.run();
    expect(receiver.received).toEqual([]);
    await hub.request("POST", `/v1/machines/${machineId}/resume`, { as: operator });
    await sender.run();
    expect(seqs(receiver.received)).toEqual([1]);
    await hub.request("POST", `/v1/machines/${machineId}/suspend`, { as: operator });
    await hub.request("POST", `/v1/machines/${machineId}/resume`, { as: operator });
    // Made while it was linked, to be sent when it is not.
    await change(clinic, ["pro_a"]);
    await sender.close();
    await dispatchWebhooks.run(hub.deps);
    await hub.write([clinic.establishmentId], (tx) => tx.sql`DELETE FROM machine_link WHERE machine_id = ${machineId}`);
    sender = await aSender(hub);
    await sender.run();
    expect(seqs(receiver.received)).toEqual([1]);
    expect((await deliveries()).map(({ state }) => state)).toEqual(["delivered", "failed"]);
    await receiver.close();
  });

  test("SYNC-55 the end of a link is sent, after what happened before it and was not sent yet; nothing that follows", async () => {
    const { clinic, receiver, as, path } = await listening();
    const operator = await hub.tokens.operator();
    const link = `/v1/places/${clinic.placeId}/machine-link`;
    await change(clinic, ["pro_a"]);
    // One is on its way already when the link ends.
    await dispatchWebhooks.run(hub.deps);
    await change(clinic, ["pro_b"]);
    const { version = 0 } = (await hub.request<{ version: number }>("GET", link, { as: operator })).body;
    await hub.request("DELETE", link, { as: operator, version });
    await change(clinic, ["pro_a"]);
    await sender.run();
    expect(seqs(receiver.received).sort()).toEqual([1, 2, 3]);
    const last = receiver.received.find(({ event }) => event.data.seq === 3)?.event;
    expect([last?.type, last?.data.objectId, last?.data.status]).toEqual([
      "machineLink.deleted",
      clinic.placeId,
      "ended",
    ]);
    // Asked for once more, it ends there too, and says the same.
    const told = receiver.received.map(({ event }) => [event.data.seq, event.data.prevSeq]).sort();
    receiver.received.length = 0;
    const body = { establishmentId: clinic.establishmentId, fromSeq: 2 };
    const replayed = await hub.request("POST", `${path}/replay`, { as, body });
    expect([replayed.status, replayed.body["deliveries"]]).toEqual([201, 2]);
    await sender.run();
    expect(receiver.received.map(({ event }) => [event.data.seq, event.data.prevSeq]).sort()).toEqual(told.slice(1));
    await receiver.close();
  });

  test("SYNC-55 an endpoint of an establishment that its machine has left is not asked for at each look, also when the log keeps nothing of the link", async () => {
    const { clinic, receiver } = await listening();
    const { establishmentId, placeId, machine } = clinic;
    const operator = await hub.tokens.operator();
    const link = `/v1/places/${placeId}/machine-link`;
    const behind = async () => {
      const found = await withScope(hub.deps.connection, { audience: "system", establishments: [] }, listBehind);
      return found.filter(({ machineId }) => machineId === machine.machineId).length;
    };
    await hub.request("DELETE", link, { as: operator, version: 1 });
    await change(clinic, ["pro_a"]);
    expect(await behind()).toBe(1);
    await sender.run();
    expect(seqs(receiver.received)).toEqual([1]);
    await change(clinic, ["pro_a"]);
    expect(await behind()).toBe(0);
    // Thirty days later.
    await hub.write([establishmentId], (tx) => tx.sql`DELETE FROM ended_link WHERE place_id = ${placeId}`);
    await change(clinic, ["pro_a"]);
    expect(await behind()).toBe(0);
    await hub.request("PUT", link, { as: operator, body: { machineId: machine.machineId } });
    expect(await behind()).toBe(1);
    await receiver.close();
  });

  test("SYNC-55 linked again, an endpoint is sent what was written since the end of the link, though it went on elsewhere", async () => {
    const { clinic, receiver, as, path } = await listening();
    const elsewhere = await aClinic(hub);
    const operator = await hub.tokens.operator();
    const body = { machineId: clinic.machine.machineId };
    const linkOf = ({ placeId }: AClinic) => `/v1/places/${placeId}/machine-link`;
    await hub.request("DELETE", linkOf(elsewhere), { as: operator, version: 1 });
    await hub.request("PUT", linkOf(elsewhere), { as: operator, body });
    await sender.run();
    await hub.request("DELETE", linkOf(clinic), { as: operator, version: 1 });
    await change(clinic, ["pro_a"]);
    await change(elsewhere, ["pro_b"]);
    await sender.run();
    const ofClinic = () => {
      const events = receiver.received.map(({ event }) => event);
      return events.flatMap(({ type, data: { establishmentId, seq, prevSeq } }) =>
        establishmentId === clinic.establishmentId ? [[type, seq, prevSeq]] : [],
      );
    };
    expect(ofClinic()).toEqual([["machineLink.deleted", 1, 0]]);
    await hub.request("PUT", linkOf(clinic), { as: operator, body });
    await sender.run();
    expect(ofClinic().slice(1).sort()).toEqual([
      ["machineLink.created", 3, 2],
      ["slot.created", 2, 1],
    ]);
    // One that it was given when it had left comes to its end as well.
    await hub.request("DELETE", linkOf(clinic), { as: operator, version: 1 });
    await change(clinic, ["pro_a"]);
    await hub.write(
      [],
      (tx) => tx.sql`
      UPDATE webhook_endpoint SET positions = positions || jsonb_build_object(${clinic.establishmentId}::text, '[5, 3]'::jsonb)
      WHERE machine_id = ${body.machineId}`,
    );
    const since = new Date(hub.clock.now() - hour).toISOString();
    const replayed = await hub.request("POST", `${path}/replay`, { as, body: { since } });
    expect([replayed.status, replayed.body["nextCursor"]]).toEqual([201, null]);
    await receiver.close();
  });

  test("LCGA-02 an establishment that is linked later is followed from then on", async () => {
    const { clinic, receiver } = await listening();
    const elsewhere = await aClinic(hub);
    const operator = await hub.tokens.operator();
    const link = `/v1/places/${elsewhere.placeId}/machine-link`;
    await change(elsewhere, ["pro_a"]);
    await hub.request("DELETE", link, { as: operator, version: 1 });
    await hub.request("PUT", link, { as: operator, body: { machineId: clinic.machine.machineId } });
    await change(elsewhere, ["pro_a"]);
    await sender.run();
    const bySeq = receiver.received.map(({ event }) => event).sort((a, b) => a.data.seq - b.data.seq);
    expect(bySeq.map(({ type, data }) => [type, data.prevSeq])).toEqual([
      ["machineLink.created", 0],
      ["slot.created", bySeq[0]?.data.seq],
    ]);
    await receiver.close();
  });
});

describe("the sandbox's faults", () => {
  async function faulty(fault: WebhookFault, agendas: readonly string[] = ["pro_a"]): Promise<Listening> {
    const it = await listening();
    const faults = createFaults(hub.deps.ids);
    const match = { clientId: it.clinic.machine.machineId };
    faults.create({ fault, match, probability: 1, times: 1, seed: 1, milliseconds: 5_000 }, hub.clock.wall());
    hub.deps.sandbox = { ...hub.deps.sandbox, faults } as NonNullable<typeof hub.deps.sandbox>;
    await change(it.clinic, agendas);
    await sender.run();
    return it;
  }

  test("dropped, doubled, late, reordered", async () => {
    const dropped = await faulty("webhookDropped");
    expect(dropped.receiver.received).toEqual([]);
    expect(await dropped.deliveries()).toMatchObject([{ state: "delivered" }]);
    const doubled = await faulty("webhookDoubled");
    expect(doubled.receiver.received.map(({ id }) => id)).toEqual(Array(2).fill(doubled.receiver.received[0]?.id));
    const late = await faulty("webhookLate", ["pro_a", "pro_a"]);
    expect(late.receiver.received).toEqual([]);
    const reordered = await faulty("webhookReordered", ["pro_a", "pro_a"]);
    expect(seqs(reordered.receiver.received)).toEqual([2]);
    hub.clock.advance(5_000);
    await sender.run();
    expect(seqs(late.receiver.received)).toEqual([1, 2]);
    expect(seqs(reordered.receiver.received)).toEqual([2, 1]);
    for (const { receiver } of [dropped, doubled, late, reordered]) await receiver.close();
  });

  test("a bad signature, an old timestamp", async () => {
    const good = await listening();
    await change(good.clinic, ["pro_a"]);
    await sender.run();
    const bad = await faulty("webhookBadSignature");
    const old = await faulty("webhookOldTimestamp");
    const timeOf = ({ receiver }: Listening) => Number(receiver.received[0]?.timestamp);
    expect(timeOf(good) - timeOf(old)).toBe(600);
    expect(timeOf(bad)).toBe(timeOf(good));
    for (const { receiver } of [good, bad, old]) await receiver.close();
  });
});

describe("what is kept", () => {
  test("settled deliveries go after thirty days, those of a deleted endpoint at once", async () => {
    const { clinic, receiver, as, path, deliveries } = await listening();
    await change(clinic, ["pro_a", "pro_b"]);
    await sender.run();
    hub.clock.advance(30 * 24 * hour - second);
    await pruneWebhooks.run(hub.deps);
    expect(await deliveries()).toHaveLength(2);
    hub.clock.advance(2 * second);
    await pruneWebhooks.run(hub.deps);
    expect(await deliveries()).toEqual([]);
    await change(clinic, ["pro_a"]);
    await sender.run();
    await hub.request("DELETE", path, { as, version: 1 });
    while ((await pruneWebhooks.run(hub.deps)).count > 0);
    const left = await hub.write(
      [],
      (tx) => tx.sql`
      SELECT webhook_endpoint_id FROM webhook_endpoint WHERE machine_id = ${clinic.machine.machineId}`,
    );
    expect(left).toHaveLength(0);
    await receiver.close();
  });

  test("SYNC-69, SYNC-72 after the data was put back to an earlier state, what is written anew is not taken for what bore its number", async () => {
    const { clinic, receiver, path, as } = await listening();
    const { establishmentId, machine } = clinic;
    await change(clinic, ["pro_a"]);
    await sender.run();
    await hub.write([establishmentId], async (tx) => {
      await tx.sql`DELETE FROM change WHERE establishment_id = ${establishmentId}`;
      await tx.sql`UPDATE change_counter SET last_seq = 0 WHERE establishment_id = ${establishmentId}`;
      await tx.sql`UPDATE webhook_endpoint SET positions = jsonb_build_object(${establishmentId}::text, '[0, 0]'::jsonb)
        WHERE machine_id = ${machine.machineId}`;
    });
    await change(clinic, ["pro_a"]);
    await sender.run();
    const replayed = await hub.request("POST", `${path}/replay`, { as, body: { establishmentId, fromSeq: 1 } });
    expect(replayed.status).toBe(201);
    await sender.run();
    const [first, anew, again] = receiver.received.map(({ id }) => id);
    expect(seqs(receiver.received)).toEqual([1, 1, 1]);
    expect(anew).not.toBe(first);
    expect(again).toBe(anew);
    await receiver.close();
  });

  test("what a lost queue was given is sent all the same", async () => {
    const { clinic, receiver } = await listening();
    await change(clinic, ["pro_a"]);
    await sender.run();
    await hub.write(
      [],
      (tx) => tx.sql`
      UPDATE webhook_delivery SET state = 'sending', settled_at = NULL WHERE webhook_delivery_id IN (
        SELECT max(webhook_delivery_id) FROM webhook_delivery)`,
    );
    await hub.write(
      [],
      (tx) => tx.sql`UPDATE webhook_endpoint SET in_flight = 1 WHERE machine_id = ${clinic.machine.machineId}`,
    );
    expect((await putBackLostWebhooks.run(hub.deps)).count).toBe(0);
    hub.clock.advanceWall(121 * second);
    expect((await putBackLostWebhooks.run(hub.deps)).count).toBe(1);
    await sender.run();
    expect(seqs(receiver.received)).toEqual([1, 1]);
    await receiver.close();
  });
});
