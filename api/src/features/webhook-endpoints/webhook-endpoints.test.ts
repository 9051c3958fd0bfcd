import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment } from "../../../test/an-appointment.ts";
import { aClinic, aMachine } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import { anEndpoint, aReceiver, aSender } from "../../../test/webhook-receiver.ts";
import type { Received, TestSender } from "../../../test/webhook-receiver.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { ChangePage } from "../changes/schema.ts";
import type { WebhookDelivery } from "../webhook-deliveries/schema.ts";
import type { Replayed, WebhookEndpoint, WebhookEndpointWithSecret } from "./schema.ts";

let hub: TestHub;
let sender: TestSender;
beforeAll(async () => {
  // Signatures follow the machine's time, and standardwebhooks looks at that of this machine.
  hub = await createTestHub({ wall: Date.now() });
  sender = await aSender(hub);
});
afterAll(async () => {
  await sender.close();
  await hub.close();
});

const url = "https://agenda.example.org/hooks";
const objectsOf = (received: readonly Received[]) => received.map(({ event }) => event.data.objectId);
const bookedAt = (hour: number, minute = "00") => ({
  startAt: `2027-03-08T${String(hour).padStart(2, "0")}:${minute}:00-05:00`,
});

/** A clinic whose machine listens. */
async function listening(fields: { eventTypes?: readonly string[] } = {}) {
  const clinic = await aClinic(hub);
  const receiver = await aReceiver();
  const endpoint = await anEndpoint(hub, clinic.machine, receiver, fields);
  const as = clinic.machine.token;
  const path = `/v1/webhook-endpoints/${endpoint.webhookEndpointId}`;
  return { clinic, receiver, endpoint, as, path };
}

describe("what is sent", () => {
  test("SYNC-70 exactly what the machine reads in the feed, signed so that standardwebhooks verifies it", async () => {
    const { clinic, receiver, endpoint, as } = await listening();
    const appointment = await anAppointment(hub, clinic);
    await sender.run();
    await receiver.close();
    const feed = await hub.request<ChangePage>("GET", "/v1/changes", { as });
    expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual(
      feed.body.items.map((item) => ({ type: `${item.objectType}.${item.operation}`, timestamp: item.at, data: item })),
    );
    expect(objectsOf(receiver.received)).toEqual([appointment.appointmentId]);
    expect(receiver.received.map(({ body }) => body).join()).not.toMatch(/Tremblay|555-0192|example\.org/);
    for (const { id, timestamp, signature, body } of receiver.received) {
      expect(id).toMatch(/^msg_[\w-]{27}$/);
      const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
      expect(new Webhook(endpoint.secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(endpoint.secret).verify(`${body} `, headers)).toThrow();
    }
  });

  test("only the types that are wanted, of the machine's places, from when it was made; prevSeq is the feed's", async () => {
    const clinic = await aClinic(hub);
    const receiver = await aReceiver();
    await anAppointment(hub, clinic, bookedAt(9));
    await anEndpoint(hub, clinic.machine, receiver, { eventTypes: ["appointment.updated"] });
    const made = await anAppointment(hub, clinic, bookedAt(10));
    await anAppointment(hub, await aClinic(hub));
    await hub.request("PATCH", `/v1/appointments/${made.appointmentId}`, {
      as: clinic.machine.token,
      version: 1,
      body: { attendance: "present" },
    });
    await sender.run();
    await receiver.close();
    expect(receiver.received.map(({ event: { type, data } }) => [type, data.objectId, data.seq, data.prevSeq])).toEqual(
      [["appointment.updated", made.appointmentId, 3, 2]],
    );
  });

  test("SYNC-68 for a while both secrets sign, then the new one alone", async () => {
    const { receiver, endpoint, as, path } = await listening();
    const rotate = (body: object) =>
      hub.request<WebhookEndpointWithSecret>("POST", `${path}/rotate-secret`, { as, body });
    const rotated = await rotate({});
    expect(rotated.body.previousSecretUntil).toBe(new Date(hub.clock.wall() + 24 * 3_600_000).toISOString());
    const secrets = [endpoint.secret, rotated.body.secret];
    const verifying = ({ id, timestamp, signature, body }: Received, of: readonly string[]) =>
      of.filter((secret) => {
        try {
          const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
          return new Webhook(secret).verify(body, headers) !== undefined;
        } catch {
          return false;
        }
      });
    const sent = async () => {
      await hub.request("POST", `${path}/test`, { as });
      await sender.run();
      const last = receiver.received.at(-1);
      if (last === undefined) throw new Error("nothing came");
      return last;
    };
    const during = await sent();
    expect(during.signature.split(" ")).toHaveLength(2);
    expect(verifying(during, secrets)).toEqual(secrets);
    const third = (await rotate({ overlapHours: 0 })).body;
    expect(third.previousSecretUntil).toBeNull();
    expect(verifying(await sent(), [...secrets, third.secret])).toEqual([third.secret]);
    const listed = await hub.request("GET", path, { as });
    expect(JSON.stringify([listed.body, await hub.request("GET", "/v1/webhook-endpoints", { as })])).not.toMatch(
      /whsec_/,
    );
    const [row] = await hub.write([], (tx) => tx.sql<{ secret: Uint8Array }[]>`SELECT secret FROM webhook_endpoint`);
    expect(Buffer.from(row?.secret ?? []).toString()).not.toMatch(/whsec_/);
    await receiver.close();
  });
});

describe("webhookEndpoints.*", () => {
  test("made, read, listed, changed and deleted by its machine, and nobody else's", async () => {
    const { receiver, endpoint, as, path } = await listening();
    const { secret, ...shown } = endpoint;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await hub.request("GET", path, { as })).toMatchObject({ status: 200, body: shown });
    const page = await hub.request<Page<WebhookEndpoint>>("GET", "/v1/webhook-endpoints", { as });
    expect(page.body.items).toEqual([shown]);
    const body = { description: "Autre", eventTypes: ["slot.created", "slot.created"] };
    const changed = await hub.request<WebhookEndpoint>("PATCH", path, { as, version: 1, body });
    expect(changed.body).toEqual({ ...shown, version: 2, description: "Autre", eventTypes: ["slot.created"] });
    expect(await hub.request("PATCH", path, { as, version: 1, body })).toMatchObject({
      status: 412,
      body: { current: { version: 2 } },
    });
    const stranger = await aMachine(hub);
    for (const [method, at] of [
      ["GET", path],
      ["PATCH", path],
      ["DELETE", path],
    ] as const)
      expect(
        await hub.request(method, at, { as: stranger.token, version: 2, ...(method === "PATCH" ? { body } : {}) }),
      ).toMatchObject({ status: 404 });
    expect(await hub.request("DELETE", path, { as, version: 2 })).toMatchObject({ status: 204 });
    expect(await hub.request("GET", path, { as })).toMatchObject({ status: 404 });
    await receiver.close();
  });

  test("SYNC-61 a machine has ten at most", async () => {
    const machine = await aMachine(hub);
    for (let i = 0; i < 10; i++) await anEndpoint(hub, machine, { url });
    const refused = await hub.request<ProblemBody>("POST", "/v1/webhook-endpoints", {
      as: machine.token,
      body: { url },
    });
    expect([refused.status, ...refusalsOf(refused)]).toEqual([409, "SYNC-61 TOO_MANY_WEBHOOK_ENDPOINTS "]);
    expect(refused.body.detail).toContain("10");
  });

  test("SYNC-60 an address that is nobody's on the internet is refused, at making and at changing", async () => {
    const { as, path, receiver } = await listening();
    await receiver.close();
    for (const [method, at, fields] of [
      ["POST", "/v1/webhook-endpoints", {}],
      ["PATCH", path, { version: 1 }],
    ] as const) {
      const refused = await hub.request<ProblemBody>(method, at, {
        as,
        body: { url: "http://169.254.169.254/" },
        ...fields,
      });
      expect([refused.status, ...refusalsOf(refused)]).toEqual([422, "SYNC-60 WEBHOOK_ADDRESS_REFUSED /url"]);
    }
  });

  test("disabled, nothing is sent and nothing lost: enabled again it goes on where it stopped", async () => {
    const { clinic, receiver, as, path } = await listening();
    await hub.request("PATCH", path, { as, version: 1, body: { status: "disabled" } });
    const appointment = await anAppointment(hub, clinic);
    await sender.run();
    expect(receiver.received).toEqual([]);
    for (const [at, body] of [
      [`${path}/test`, undefined],
      [`${path}/replay`, { since: "2027-03-01T00:00:00-05:00" }],
    ] as const)
      expect(refusalsOf(await hub.request<ProblemBody>("POST", at, { as, body }))).toEqual([
        "SYNC-71 WEBHOOK_ENDPOINT_DISABLED ",
      ]);
    const enabled = await hub.request("PATCH", path, { as, version: 2, body: { status: "enabled" } });
    expect(enabled.body).toMatchObject({ status: "enabled", disabledReason: null });
    await sender.run();
    expect(objectsOf(receiver.received)).toEqual([appointment.appointmentId]);
    await receiver.close();
  });
});

describe("again", () => {
  test("SYNC-69, SYNC-71 a redelivery is the same message; its log tells what became of each", async () => {
    const { clinic, receiver, as, endpoint } = await listening();
    await anAppointment(hub, clinic);
    await sender.run();
    const list = (query: string) => hub.request<Page<WebhookDelivery>>("GET", `/v1/webhook-deliveries${query}`, { as });
    const [first] = (await list("")).body.items;
    if (first === undefined) throw new Error("no delivery");
    expect(first).toMatchObject({ state: "delivered", cause: "change", attempts: 1, eventType: "appointment.created" });
    const again = await hub.request("POST", `/v1/webhook-deliveries/${first.webhookDeliveryId}/redeliver`, { as });
    expect(again).toMatchObject({
      status: 201,
      body: { cause: "redelivery", state: "pending", messageId: first.messageId },
    });
    await sender.run();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]).toMatchObject({ id: receiver.received[0]?.id, body: receiver.received[0]?.body });
    const read = await hub.request("GET", `/v1/webhook-deliveries/${first.webhookDeliveryId}`, { as });
    expect(read.body).toMatchObject({ attemptLog: [{ attempt: 1, status: 204, outcome: "delivered" }] });
    expect((await list(`?state=delivered&webhookEndpointId=${endpoint.webhookEndpointId}`)).body.items).toHaveLength(2);
    expect((await list("?state=failed")).body.items).toEqual([]);
    const page = (await list("?limit=1")).body;
    expect(page.items).toMatchObject([{ cause: "redelivery" }]);
    expect((await list(`?cursor=${page.nextCursor ?? ""}`)).body.items).toEqual([first]);
    await receiver.close();
  });

  test("SYNC-71 replays from a cursor, a change and an instant, and not beyond where the endpoint stands", async () => {
    const { clinic, receiver, as, path } = await listening({ eventTypes: ["appointment.created"] });
    const { establishmentId } = clinic;
    const start = await hub.request<ChangePage>("GET", "/v1/changes?from=now", { as });
    const ids: string[] = [];
    for (const hour of [9, 10, 11]) {
      ids.push((await anAppointment(hub, clinic, bookedAt(hour))).appointmentId);
      hub.clock.advance(3_600_000);
    }
    await sender.run();
    const bodies = receiver.received.map(({ id, body }) => [id, body]);
    // Not dispatched yet: it is no matter of a replay.
    await anAppointment(hub, clinic, bookedAt(12));
    const deliveries = () =>
      hub.write(
        [],
        (tx) => tx.sql<{ body: string; message_id: string }[]>`
        SELECT d.body, d.message_id FROM webhook_delivery d JOIN webhook_endpoint e USING (webhook_endpoint_id)
        WHERE e.machine_id = ${clinic.machine.machineId} ORDER BY d.number`,
      );
    const replay = async (body: object) => {
      receiver.received.length = 0;
      const made = await deliveries();
      const { body: answer } = await hub.request<Replayed>("POST", `${path}/replay`, { as, body });
      // The sender may be at them already.
      const rows = (await deliveries()).slice(made.length);
      await sender.run();
      return { answer, sent: rows.map(({ message_id, body: text }) => [message_id, text]) };
    };
    expect(await replay({ cursor: start.body.nextCursor })).toEqual({
      answer: { deliveries: 3, nextCursor: null },
      sent: bodies,
    });
    await sender.run();
    expect((await replay({ establishmentId, fromSeq: 2, toSeq: 3 })).sent).toEqual(bodies.slice(1));
    const at = (hours: number) => new Date(Date.parse("2027-03-01T12:00:00Z") + hours * 3_600_000).toISOString();
    expect((await replay({ since: at(1), until: at(2) })).sent).toEqual([bodies[1]]);
    expect(objectsOf(receiver.received)).toEqual([ids[1]]);
    await receiver.close();
  });

  test("SYNC-71 refuses what it cannot begin with", async () => {
    const { clinic, receiver, as, path } = await listening();
    await receiver.close();
    const replay = async (body: object) =>
      refusalsOf(await hub.request<ProblemBody>("POST", `${path}/replay`, { as, body }));
    expect(await replay({ cursor: "nonsense" })).toEqual(["CONTRACT CURSOR_INVALID /cursor"]);
    expect(await replay({})).toEqual(["CONTRACT INVALID_REQUEST "]);
    expect(await replay({ fromSeq: 1 })).toEqual(["CONTRACT INVALID_REQUEST /establishmentId"]);
    const [earlier, later] = ["2027-02-01T08:00:00-05:00", "2027-02-02T08:00:00-05:00"];
    const { establishmentId } = clinic;
    expect(await replay({ establishmentId, fromSeq: 3, toSeq: 2 })).toEqual(["CONTRACT INVALID_REQUEST /toSeq"]);
    expect(await replay({ since: later, until: earlier })).toEqual(["CONTRACT INVALID_REQUEST /until"]);
    const elsewhere = await aClinic(hub);
    expect(await replay({ establishmentId: elsewhere.establishmentId, fromSeq: 1 })).toEqual([
      "CONTRACT NOT_FOUND /establishmentId",
    ]);
    await hub.write([clinic.establishmentId], async (tx) => {
      await tx.sql`UPDATE change_counter SET pruned_seq = 5, last_seq = 9 WHERE establishment_id = ${clinic.establishmentId}`;
      await tx.sql`UPDATE webhook_endpoint SET positions = jsonb_build_object(${clinic.establishmentId}::text, '[9, 0]'::jsonb)
        WHERE machine_id = ${clinic.machine.machineId}`;
    });
    expect(await replay({ establishmentId: clinic.establishmentId, fromSeq: 3 })).toEqual([
      "CONTRACT CURSOR_EXPIRED /fromSeq",
    ]);
    // All of the log is older than what is kept: what was written since this instant is not known any more.
    expect(await replay({ since: "2026-11-01T08:00:00-05:00" })).toEqual(["CONTRACT CURSOR_EXPIRED /since"]);
    const lately = { since: new Date(hub.clock.now() - 3_600_000).toISOString() };
    expect((await hub.request("POST", `${path}/replay`, { as, body: lately })).status).toBe(201);
  });
});
