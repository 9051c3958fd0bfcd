import { bearer, createClient, privateKeyJwt } from "@arrimage/sdk";
import { createSandboxClient } from "@arrimage/sdk/sandbox";

const baseUrl = process.env.HUB ?? "http://127.0.0.1:4700";
const sandbox = createSandboxClient({ baseUrl });

// Agenda software: a seeded machine proves itself with its private key, and reads the change log to its end.
const { machines } = await sandbox.sandboxMachines.list();
const { machineId, privateKey, places } = machines.find(({ name }) => name === "oscar-pont");
const agenda = createClient({ baseUrl, auth: privateKeyJwt({ clientId: machineId, privateKey }) });
let cursor;
for await (const page of agenda.changes.follow({ untilCaughtUp: true }).byPage()) cursor = page.cursor;

// A citizen finds an opening, at least two days ahead of the sandbox's clock, and books it.
const { now } = await sandbox.clock.get();
const from = new Date(Date.parse(now) + 48 * 3_600_000).toISOString();
const nam = "DIAF99533007";
const { accessToken } = await sandbox.tokens.create({ body: { as: "citizen", nam } });
const citizen = createClient({ baseUrl, auth: bearer(accessToken), language: "en" });
const consultationReason = "minorEmergency";
const [opening] = await citizen.citizenOpenings
  .search({ body: { cascade: "3", consultationReason, placeId: places[0].placeId, from } })
  .collect({ max: 1 });
const { slotId, startAt } = opening;
const contact = { mobilePhone: "418-555-0142", communicationModes: ["sms"] };
const booked = await citizen.citizenAppointments.book({ body: { slotId, startAt, consultationReason, ...contact } });
console.log(`booked     ${booked.referenceNumber} with ${booked.professionalName}, ${booked.startAt}`);

// The agenda software learns of it; then the citizen changes their mind.
for await (const { change } of agenda.changes.follow({ cursor, untilCaughtUp: true }))
  console.log(`the agenda ${change.objectType} ${change.operation}, ${change.startAt}`);
await citizen.citizenAppointments.cancel({ body: { referenceNumber: booked.referenceNumber, nam } });
console.log("cancelled");
