import { bearer, createClient } from "@arrimage/sdk";
import { createSandboxClient } from "@arrimage/sdk/sandbox";

// What a clinic does when a doctor is ill: try it out, move to a colleague whoever can be, cancel the rest, phone who is left.
const baseUrl = process.env.HUB ?? "http://127.0.0.1:4700";
const sandbox = createSandboxClient({ baseUrl });

const signedIn = await sandbox.sessions.signIn({
  body: { identifier: "josee.lamontagne@gmf-des-rives.example", password: "bac-a-sable" },
});
const clinic = createClient({ baseUrl, auth: bearer(signedIn.accessToken), language: "en" });

// Two doctors of the clinic, on a day that is still empty: three patients of one, and one of the other at 09:30.
const people = await clinic.professionals.list({}).collect({ max: 20 });
const [ill, colleague] = people.filter(({ profession }) => profession === "physician");
const [placeId] = ill.placeIds;
const date = await emptyDay();
const at = (time) => `${date}T${time}:00-05:00`;
const [service] = await clinic.services.list({ professionalId: ill.professionalId }).collect({ max: 1 });
await clinic.slots.create({
  body: {
    ...{ professionalId: ill.professionalId, placeId, startAt: at("09:00"), endAt: at("12:00") },
    ...{ serviceIds: [service.serviceId], visibility: "public" },
  },
});
for (const time of ["09:00", "09:30", "10:00"]) await book(ill, time);
await book(colleague, "09:30");

// Said first, done then: the dry run answers what the call does.
const closing = { placeId, from: at("08:00"), to: at("18:00") };
const move = { ...closing, appointments: "move", toProfessionalId: colleague.professionalId };
const { professionalId } = ill;
const tried = await clinic.agendas.close({ professionalId, dryRun: true, body: move });
for (const { startAt, outcome, violations } of tried.appointments)
  console.log(`tried      ${startAt.slice(11, 16)} ${outcome} ${violations.map(({ code }) => code).join()}`.trimEnd());
const moved = await clinic.agendas.close({ professionalId, body: move });
console.log(`moved      ${moved.appointments.filter(({ outcome }) => outcome === "moved").length} to a colleague`);

// Whoever could not be moved is still there, and the same call settles them otherwise.
const cancelled = await clinic.agendas.close({ professionalId, body: { ...closing, appointments: "cancel" } });
for (const { startAt, outcome } of cancelled.appointments) console.log(`${outcome}  ${startAt.slice(11, 16)}`);
console.log(`to phone   ${[...moved.unreachable, ...cancelled.unreachable].length}`);
console.log(`left       ${(await held(ill)).appointments.length} appointments`);

/** Someone whom an e-mail reaches. */
async function book({ professionalId }, time) {
  const patient = {
    ...{ firstName: "Alice", lastName: "Tremblay", sex: "F", birthDate: "1980-06-15" },
    ...{ homePhone: "418-555-0192", email: "alice.tremblay@example.org" },
  };
  await clinic.appointments.create({
    body: { professionalId, placeId, startAt: at(time), durationMinutes: 15, patient },
  });
}

async function held({ professionalId }, day = date) {
  const { agendas, incompleteSlots } = await clinic.agendas.get({ professionalId, view: "day", date: day });
  return {
    slots: [...agendas.flatMap((agenda) => agenda.slots), ...incompleteSlots],
    appointments: agendas.flatMap((agenda) => agenda.appointments),
  };
}

/** A day of a January or February to come on which neither has anything: then the offset is -05:00. */
async function emptyDay() {
  const { now } = await sandbox.clock.get();
  const year = Number(now.slice(0, 4)) + 1;
  for (let day = `${year}-01-04`; day < `${year}-02-28`; day = dayAfter(day)) {
    const both = await Promise.all([ill, colleague].map((person) => held(person, day)));
    if (both.every(({ slots, appointments }) => slots.length + appointments.length === 0)) return day;
  }
  throw new Error("no day is empty");
}

function dayAfter(date) {
  return new Date(Date.parse(`${date}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
