import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createClient, privateKeyJwt } from "@arrimage/sdk";
import { createSandboxClient } from "@arrimage/sdk/sandbox";
import type { ReceivedWebhook } from "@arrimage/sdk/webhooks";
import { createReceiver } from "./receiver.ts";

/** An endpoint, a test, a booking that knocks; a stranger who knocks; a new secret; and a receiver that was away. */

const baseUrl = process.env["HUB"] ?? "http://127.0.0.1:4700";
const sandbox = createSandboxClient({ baseUrl });
const { machines } = await sandbox.sandboxMachines.list();
const machine = machines.find(({ name }) => name === "oscar-pont");
const placeId = machine?.places[0]?.placeId;
if (machine === undefined || placeId === undefined) throw new Error("the sandbox has no such machine");
const hub = createClient({
  baseUrl,
  auth: privateKeyJwt({ clientId: machine.machineId, privateKey: machine.privateKey }),
});
const citizenBooks = () => sandbox.citizens.act({ body: { behaviour: "book", placeId } });

// The receiver, at an address that the hub can reach. In production: https, and a public host.
let secrets: string[] = [];
const arrived: ReceivedWebhook[] = [];
const waiting: (() => void)[] = [];
const server = createReceiver({
  secrets: () => secrets,
  receive(event) {
    arrived.push(event);
    for (const go of waiting.splice(0)) go();
  },
  onRefused: (reason) => console.log(`refused    ${reason}`),
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
// A TCP server that listens has an address and a port.
const { port } = server.address() as AddressInfo;
const url = `http://127.0.0.1:${String(port)}/arrimage`;

// The endpoint. Its secret is shown this once.
const eventTypes = ["appointment.created" as const, "appointment.updated" as const];
const endpoint = await hub.webhookEndpoints.create({ body: { url, eventTypes } });
const { webhookEndpointId } = endpoint;
secrets = [endpoint.secret];
await hub.webhookEndpoints.test({ webhookEndpointId });
console.log(`received   ${(await next()).type}`);

// The cursor is where the agenda stands: a webhook says that there is something, the log says what, and misses nothing.
let cursor: string | undefined;
await follow();

await citizenBooks();
const booked = await next();
console.log(`received   ${booked.type}, ${"patient" in booked.data ? "with a patient" : "without a patient"}`);
console.log(`followed   ${String(await follow())} appointment`);

// Anybody can send something to a public address.
const forged = await fetch(url, { method: "POST", body: JSON.stringify(booked) });
console.log(`answered   ${String(forged.status)}`);

// A new secret: for a day both sign, so that nothing is lost while the receivers are changed.
const rotated = await hub.webhookEndpoints.rotateSecret({ webhookEndpointId, body: {} });
secrets = [rotated.secret, ...secrets];
await citizenBooks();
console.log(`received   ${(await next()).type}`);
await follow();

// Away. The hub would send again, for three days; the log has it in any case.
server.close();
server.closeAllConnections();
await citizenBooks();
console.log(`caught up  ${String(await follow())} appointment`);

const { version } = await hub.webhookEndpoints.get({ webhookEndpointId });
await hub.webhookEndpoints.delete({ webhookEndpointId, ifMatch: version });

async function next(): Promise<ReceivedWebhook> {
  const event = arrived.shift();
  if (event !== undefined) return event;
  await new Promise<void>((go) => waiting.push(go));
  return next();
}

/** Applies what the log has since the last time; answers how many appointments. */
async function follow(): Promise<number> {
  let appointments = 0;
  for await (const page of hub.changes.follow({ cursor, untilCaughtUp: true }).byPage()) {
    appointments += page.items.filter(({ objectType }) => objectType === "appointment").length;
    cursor = page.cursor;
  }
  return appointments;
}
