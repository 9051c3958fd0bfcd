import { bearer, createClient, isArrimageProblem } from "@arrimage/sdk";
import { createSandboxClient } from "@arrimage/sdk/sandbox";

// What a clinic's local administrator does with an agenda: a week by hand, a year from it, a template, a part taken out.
const baseUrl = process.env.HUB ?? "http://127.0.0.1:4700";
const sandbox = createSandboxClient({ baseUrl });

const signedIn = await sandbox.sessions.signIn({
  body: { identifier: "josee.lamontagne@gmf-des-rives.example", password: "bac-a-sable" },
});
const clinic = createClient({ baseUrl, auth: bearer(signedIn.accessToken), language: "en" });

// A professional of the clinic who offers a service, and a Monday far enough ahead to hold nothing yet.
const { now } = await sandbox.clock.get();
const professional = await someoneWithService();
const { professionalId, placeId, service } = professional;
const firstMonday = await emptyMonday();

// A week by hand. What cannot be is told at once, and nothing is half done.
const slots = [0, 1, 2].map((day) => ({
  startAt: `${addDays(firstMonday, day)}T09:00:00-05:00`,
  endAt: `${addDays(firstMonday, day)}T12:00:00-05:00`,
  placeId,
  serviceIds: [service.serviceId],
  visibility: "public",
}));
try {
  await clinic.weeks.quickCreate({ dryRun: true, body: { professionalId, weekStart: addDays(firstMonday, 1), slots } });
} catch (error) {
  if (!isArrimageProblem(error)) throw error;
  for (const { rule, pointer } of error.violations) console.log(`refused    ${rule} ${pointer}`);
}
const week = await clinic.weeks.quickCreate({ body: { professionalId, weekStart: firstMonday, slots } });
console.log(`created    ${week.created} slots in the week of ${firstMonday}`);

// The same week onto every other week of a year: tried out, then done. 09:00 stays 09:00 across the clock changes.
const copy = { professionalId, sourceWeek: firstMonday, weeks: 52, interval: 2 };
const tried = await clinic.weeks.copy({ dryRun: true, body: copy });
const copied = await clinic.weeks.copy({ body: copy });
console.log(`copied     ${copied.created} slots, as the dry run said: ${tried.created === copied.created}`);
console.log(`at         ${[...new Set(copied.slots.map(({ startAt }) => startAt.slice(11, 16)))].join(", ")}`);

// A template, and one week of it.
const template = await clinic.scheduleTemplates.create({
  body: {
    placeId,
    name: `Afternoons, ${now}`,
    professions: ["physician", "nurse", "resident"],
    professionalIds: [professionalId],
    slots: [
      { weekday: "thursday", startTime: "13:00", endTime: "16:00", visibility: "public", services: [triple(service)] },
    ],
  },
});
const { templateId } = template;
const applied = await clinic.weeks.applyTemplate({
  body: { professionalId, templateId, placeId, week: firstMonday, additionalWeeks: 3 },
});
console.log(`applied    ${applied.created} slots from a template`);

// Half an hour taken out of the middle of the first slot.
const [first] = week.slots;
const rest = await clinic.slots.removeAvailability({
  slotId: first.slotId,
  ifMatch: first.version,
  body: { from: first.startAt.replace("09:00", "10:00"), to: first.startAt.replace("09:00", "10:30") },
});
console.log(
  `removed    the slot is ${rest.outcome}: ${rest.slots.map(({ startAt, endAt }) => `${startAt.slice(11, 16)}–${endAt.slice(11, 16)}`).join(", ")}`,
);

// And the agenda as the reception desk sees it.
const agenda = await clinic.agendas.get({ professionalId, placeId, view: "week", date: firstMonday });
const shown = agenda.agendas.flatMap((each) => each.slots);
console.log(`agenda     ${shown.length} slots that week`);

async function someoneWithService() {
  for await (const { professionalId, placeIds, profession } of clinic.professionals.list({})) {
    if (profession === "team") continue;
    const [service] = await clinic.services.list({ professionalId }).collect({ max: 1 });
    if (service !== undefined) return { professionalId, placeId: placeIds[0], service };
  }
  throw new Error("nobody offers a service");
}

/** The first Monday of a January or February to come whose week is empty: then every offset is -05:00. */
async function emptyMonday() {
  const year = Number(now.slice(0, 4)) + 1;
  for (let date = firstMondayOf(`${year}-01-04`); date < `${year}-02-20`; date = addDays(date, 7)) {
    const view = await clinic.agendas.get({ professionalId, view: "week", date });
    const held = view.agendas.flatMap((each) => each.slots).length + view.incompleteSlots.length;
    if (held === 0) return date;
  }
  throw new Error("no week is empty");
}

function triple({ type, consultationReason, durationMinutes }) {
  return { type, consultationReason, durationMinutes };
}

function addDays(date, days) {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function firstMondayOf(date) {
  return addDays(date, (8 - new Date(`${date}T12:00:00Z`).getUTCDay()) % 7);
}
