import { bearer, createClient } from "@arrimage/sdk";
import type { Client } from "@arrimage/sdk";
import { createSandboxClient } from "@arrimage/sdk/sandbox";
import { refusalText } from "./refusal-text.ts";

/** A morning at a clinic's reception desk: Josée takes a call, Karim takes another at the same moment. */

const baseUrl = process.env["HUB"] ?? "http://127.0.0.1:4700";
const josee = await signIn("josee.lamontagne@gmf-des-rives.example");
const karim = await signIn("karim.haddad@gmf-des-rives.example");
await letKarimWrite();

// Search. The list is what is free now; the hub checks again when it is held or booked.
const [place] = await josee.places.list().collect({ max: 1 });
if (place === undefined) throw new Error("Josée works at no place");
const { placeId } = place;
const [first] = await josee.openings.list({ placeId, consultationReason: "regular" }).collect({ max: 1 });
if (first === undefined) throw new Error("The agenda is full: start the sandbox anew");
say("free", `${timeOf(first)} with ${first.professionalName}`);

// Hold. For five minutes, while the patient says who they are, nobody online sees this time.
const { slotId, startAt } = first;
const hold = await josee.holds.create({ body: { slotId, startAt } });
say(
  "held",
  `${timeOf(hold)} for ${String((Date.parse(hold.expiresAt) - Date.parse(hold.createdAt)) / 60_000)} minutes`,
);

// A colleague who wants the same time is warned. With `acknowledge`, the same request would pass.
await refused(() => karim.holds.create({ body: { slotId, startAt } }));

// Book. A form that is not complete answers everything that is missing, not only the first.
const half = { firstName: "Alice", lastName: "Tremblay", sex: "F", birthDate: "1980-06-15" } as const;
await refused(() => josee.appointments.create({ body: { slotId, startAt, patient: half } }));
const patient = { ...half, homePhone: "418-555-0192", email: "alice.tremblay@example.org" };
const booked = await josee.appointments.create({ body: { slotId, startAt, holdId: hold.holdId, patient } });
say("booked", `${timeOf(booked)}, number ${booked.referenceNumber}`);

// Move: tried out, then done, on the version that the desk has seen.
const { appointmentId } = booked;
const { professionalId } = first;
const [second] = await josee.openings.list({ placeId, professionalId, from: first.endAt }).collect({ max: 1 });
if (second === undefined) throw new Error("Nothing later is free");
const move = { slotId: second.slotId, startAt: second.startAt };
const tried = await josee.appointments.move({ appointmentId, ifMatch: booked.version, dryRun: true, body: move });
say("would be", timeOf(tried));
const moved = await josee.appointments.move({ appointmentId, ifMatch: booked.version, body: move });
say("moved to", timeOf(moved));

// Karim's screen still shows the version before: what he sends is refused, and the appointment as it is comes with it.
await refused(() => karim.appointments.cancel({ appointmentId, ifMatch: booked.version, body: {} }));
const cancelled = await karim.appointments.cancel({ appointmentId, ifMatch: moved.version, body: {} });
say(cancelled.status, booked.referenceNumber);

async function signIn(identifier: string): Promise<Client> {
  const { accessToken } = await createSandboxClient({ baseUrl }).sessions.signIn({
    body: { identifier, password: "bac-a-sable" },
  });
  return createClient({ baseUrl, auth: bearer(accessToken), language: "en" });
}

/** The sandbox's Karim may only read; the local administrator changes that. */
async function letKarimWrite(): Promise<void> {
  const employees = await josee.employees.list().collect({ max: 100 });
  const found = employees.find(({ lastName }) => lastName === "Haddad");
  if (found === undefined) throw new Error("Karim does not work here");
  const { employeeId, version } = found;
  await josee.employees.replacePermissions({ employeeId, ifMatch: version, body: { superUser: true } });
}

/** Prints what the person at the desk reads. */
async function refused(call: () => Promise<unknown>): Promise<void> {
  const error: unknown = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) throw new Error("this was not refused");
  const { sentences, next, codes } = refusalText(error);
  for (const { field, text, rule } of sentences) say("refused", `${field ?? "-"}: ${text} (${rule})`);
  say("next", [next, ...codes].join(" "));
}

function timeOf({ startAt }: { startAt: string }): string {
  return startAt.slice(0, 16).replace("T", " ");
}

function say(what: string, text: string): void {
  console.log(`${what.padEnd(10)} ${text}`);
}
