import { bearer, createClient, isArrimageProblem } from "@arrimage/sdk";
import { createSandboxClient } from "@arrimage/sdk/sandbox";
import { circleNames, circlesOf } from "./cascades.ts";
import type { Opening } from "./cascades.ts";

/** A citizen looks for an appointment circle by circle, takes the first one, and changes their mind. */

const baseUrl = process.env["HUB"] ?? "http://127.0.0.1:4700";
const nam = process.argv[2] ?? "GAGA80560301";
const sandbox = createSandboxClient({ baseUrl });
const { accessToken } = await sandbox.tokens.create({ body: { as: "citizen", nam } });
const citizen = createClient({ baseUrl, auth: bearer(accessToken), language: "en" });
// Two days ahead of the sandbox's clock: until then it can also be cancelled online.
const { now } = await sandbox.clock.get();
const from = new Date(Date.parse(now) + 48 * 3_600_000).toISOString();
const question = { consultationReason: "minorEmergency", postalCode: "G1V 4G2", from } as const;

const found: Opening[] = [];
for await (const { cascade, openings } of circlesOf(citizen, { ...question, limit: 100 })) {
  found.push(...openings);
  say(circleNames[cascade], openings[0] === undefined ? "nothing" : `${timeOf(openings[0])} first`);
}
for await (const { place, distanceKm, opening } of citizen.citizenOpenings.nearest({ body: question }))
  say(`${String(distanceKm)} km`, `${place.name}, ${timeOf(opening)}`);

const chosen = found[0];
if (chosen === undefined) throw new Error("Nothing is free: start the sandbox anew");

// Held for five minutes while the citizen fills the form in. Who is too late is offered other times by the refusal itself.
const { slotId, startAt } = chosen;
try {
  const { holdId } = await citizen.citizenHolds.create({ body: { slotId, startAt } });
  const { consultationReason } = question;
  const booked = await citizen.citizenAppointments.book({
    body: { slotId, startAt, holdId, consultationReason, mobilePhone: "418-555-0142", communicationModes: ["sms"] },
  });
  say("booked", `${timeOf(booked)} with ${booked.professionalName ?? "the clinic"}`);
  await citizen.citizenAppointments.cancel({ body: { referenceNumber: booked.referenceNumber, nam } });
  say("cancelled", "and free for somebody else");
} catch (error) {
  if (!isArrimageProblem(error, "OPENING_NOT_AVAILABLE")) throw error;
  say("too late", `other times: ${JSON.stringify(error.alternatives)}`);
}

function timeOf({ startAt }: { startAt: string }): string {
  return startAt.slice(0, 16).replace("T", " ");
}

function say(what: string, text: string): void {
  console.log(`${what.padEnd(15)} ${text}`);
}
