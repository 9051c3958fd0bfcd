import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { appointmentInput } from "../../../test/an-appointment.ts";
import { aClinic } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { anEndpoint, aReceiver, aSender } from "../../../test/webhook-receiver.ts";
import type { Receiver, TestSender } from "../../../test/webhook-receiver.ts";
import { minuteMs } from "../../domain/time.ts";
import type { FaultBody } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
let receiver: Receiver;
let sender: TestSender;
let verifier: Webhook;
beforeAll(async () => {
  // Signatures are judged by the machine's time.
  hub = await createTestHub({ wall: Date.now() });
  clinic = await aClinic(hub);
  receiver = await aReceiver();
  sender = await aSender(hub);
  const { secret } = await anEndpoint(hub, clinic.machine, receiver, { eventTypes: ["appointment.created"] });
  verifier = new Webhook(secret);
});
afterAll(async () => {
  await sender.close();
  await receiver.close();
  await hub.close();
});
afterEach(async () => {
  await hub.request("DELETE", "/sandbox/faults");
});

const firstStart = Date.parse("2027-03-09T08:00:00-05:00");
let made = 0;
/** Two appointments on one agenda, one after the other; what the receiver has been told of them by now. */
async function twoAppointments(): Promise<{ ids: string[]; told: () => string[] }> {
  const before = receiver.received.length;
  const ids: string[] = [];
  for (let i = 0; i < 2; i++) {
    const startAt = new Date(firstStart + made * 20 * minuteMs).toISOString();
    made += 1;
    const as = clinic.admin.token;
    const { body } = await hub.request<{ appointmentId: string }>("POST", "/v1/appointments", {
      as,
      body: appointmentInput(clinic, { startAt, communicationModes: ["phone"] }),
    });
    ids.push(body.appointmentId);
  }
  await sender.run();
  const name = ["first", "second"];
  const told = () =>
    receiver.received.slice(before).map(({ event }) => name[ids.indexOf(event.data.objectId)] ?? "another");
  return { ids, told };
}
async function rule(fault: string, fields: object = {}): Promise<void> {
  const match = { eventType: "appointment.created", clientId: clinic.machine.machineId };
  await hub.request<FaultBody>("POST", "/sandbox/faults", { body: { fault, match, times: 1, ...fields } });
}
const met = async () =>
  (await hub.request<{ items: FaultBody[] }>("GET", "/sandbox/faults")).body.items.map((each) => each.met);

const advance = (seconds: number) => hub.request("POST", "/sandbox/clock/advance", { body: { seconds } });
/** Why the last message does not verify, by its receiver. */
function verdict(): string {
  const { id, timestamp, signature, body } = receiver.received.at(-1) ?? {
    id: "",
    timestamp: "",
    signature: "",
    body: "",
  };
  try {
    verifier.verify(body, { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature });
    return "verified";
  } catch (error) {
    return error instanceof WebhookVerificationError ? error.message : "another failure";
  }
}

test("without a fault both come, in order, and verify", async () => {
  expect((await twoAppointments()).told()).toEqual(["first", "second"]);
  expect(verdict()).toBe("verified");
});

test("webhookDropped: one never comes, and counts as delivered", async () => {
  await rule("webhookDropped");
  expect([(await twoAppointments()).told(), await met()]).toEqual([["second"], [1]]);
  await advance(86_400);
});

test("webhookDoubled: one comes twice", async () => {
  await rule("webhookDoubled");
  expect((await twoAppointments()).told()).toEqual(["first", "first", "second"]);
});

test("webhookLate: one comes later, and once only, however long the rule lasts; what is behind it waits", async () => {
  await rule("webhookLate", { milliseconds: 60_000, times: 2 });
  const { told } = await twoAppointments();
  expect(told()).toEqual([]);
  await advance(59);
  expect(told()).toEqual([]);
  // The hub's clock, and the answer comes when what was due has been sent.
  await advance(1);
  expect(told()[0]).toBe("first");
  await advance(60);
  expect(told()).toEqual(["first", "second"]);
});

test("webhookReordered: what is behind it goes first", async () => {
  await rule("webhookReordered", { milliseconds: 60_000 });
  const { told } = await twoAppointments();
  expect(told()).toEqual(["second"]);
  await advance(60);
  expect(told()).toEqual(["second", "first"]);
});

test("webhookBadSignature and webhookOldTimestamp: a receiver refuses them", async () => {
  await rule("webhookBadSignature", { times: 2 });
  await twoAppointments();
  expect(verdict()).toMatch(/signature/i);
  await hub.request("DELETE", "/sandbox/faults");
  await rule("webhookOldTimestamp", { times: 2 });
  await twoAppointments();
  expect(verdict()).toMatch(/timestamp/i);
});

test("a snapshot put back takes webhooks with it: what is written again is told again, in order", async () => {
  const kept = await hub.request<{ snapshotId: string }>("POST", "/sandbox/snapshots", { body: {} });
  const first = await twoAppointments();
  expect(first.told()).toEqual(["first", "second"]);
  await hub.request("POST", `/sandbox/snapshots/${kept.body.snapshotId}/restore`);
  made -= 2;
  const second = await twoAppointments();
  expect(second.told()).toEqual(["first", "second"]);
  expect(second.ids).not.toEqual(first.ids);
});
