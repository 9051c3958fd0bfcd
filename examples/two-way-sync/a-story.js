import { DatabaseSync } from "node:sqlite";
import { createClient, privateKeyJwt } from "@arrimage/sdk";
import { createSandboxClient } from "@arrimage/sdk/sandbox";
import { connectAgenda } from "./two-way-sync.js";

// Both sides write, also while the software is away, and in the end both hold the same.
const baseUrl = process.env.HUB ?? "http://127.0.0.1:4700";
const sandbox = createSandboxClient({ baseUrl });
const { machines } = await sandbox.sandboxMachines.list();
const { machineId, privateKey, places } = machines.find(({ name }) => name === "oscar-pont");
const client = createClient({ baseUrl, auth: privateKeyJwt({ clientId: machineId, privateKey }) });
const [{ placeId }] = places;

const database = new DatabaseSync(":memory:");
const { sync, save, entries } = connectAgenda({ database, client });
const count = (type) => entries().filter(({ objectType }) => objectType === type).length;
const citizen = (behaviour) => sandbox.citizens.act({ body: { behaviour, placeId } });

await sync.once();
console.log(`the agenda holds ${count("slot") > 0 ? "what the clinic offers" : "nothing"}`);

// A citizen books: it is in the agenda.
const before = count("appointment");
await citizen("book");
await sync.once();
console.log(`a citizen booked: ${count("appointment") - before} more appointment`);

// Somebody books at the desk: it is at the hub, under the agenda's own identifier.
const [slot] = entries().filter(({ objectType }) => objectType === "slot");
const patient = {
  firstName: "Alice",
  lastName: "Tremblay",
  sex: "F",
  birthDate: "1980-06-15",
  homePhone: "418-555-0192",
};
const { professionalId, endAt } = slot.body;
const startAt = new Date(Date.parse(endAt) + 30 * 60_000).toISOString();
const id = `desk-${Date.now().toString(36)}`;
await save("appointment", id, {
  ...{ professionalId, placeId, startAt, durationMinutes: 15, patient, communicationModes: ["phone"] },
});
await sync.once();
const { referenceNumber } = await client.appointments.getByExternalId({ externalId: id });
console.log(`booked at the desk: number ${referenceNumber.replace(/\d/g, "0")} at the hub`);

// The software is away; a citizen cancels, the desk cancels too. It comes back, and follows before it sends.
await citizen("cancel");
await save("appointment", id, null);
await sync.once();
const { status } = await client.appointments.getByExternalId({ externalId: id });
console.log(`after its return: ${count("appointment") - before} more appointment, the desk's is ${status}`);

// The proof: one hash for each professional and day, of both.
const agreed = await sync.repair();
console.log(agreed.includes(placeId) ? "both agree" : "they differ");
