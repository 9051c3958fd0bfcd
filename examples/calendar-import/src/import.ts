import { readFile } from "node:fs/promises";
import { createClient, privateKeyJwt } from "@arrimage/sdk";
import { createSandboxClient } from "@arrimage/sdk/sandbox";
import { Temporal } from "temporal-polyfill";
import { readCalendar } from "./read-calendar.ts";
import { slotsOf } from "./slots-of.ts";

/** `npm run import -w @arrimage/example-calendar-import -- data/dre-fortin.ics`: a professional's calendar, as slots of the hub. */

const baseUrl = process.env["HUB"] ?? "http://127.0.0.1:4700";
const path = process.argv[2] ?? new URL("../data/dre-fortin.ics", import.meta.url);

const sandbox = createSandboxClient({ baseUrl });
const { machines } = await sandbox.sandboxMachines.list();
const machine = machines.find(({ name }) => name === "agenda-plus");
if (machine === undefined) throw new Error("the sandbox has no such machine");
const agenda = createClient({
  baseUrl,
  auth: privateKeyJwt({ clientId: machine.machineId, privateKey: machine.privateKey }),
  language: "en",
});

// Whose calendar it is, where, and for which service: a calendar does not say, so whoever imports it has to.
const [place] = await agenda.places.list().collect({ max: 1 });
if (place === undefined) throw new Error("this machine is linked with no place");
const { placeId, timeZone: zone } = place;
const [professional] = await agenda.professionals.list({ placeId }).collect({ max: 1 });
if (professional === undefined) throw new Error("nobody works there");
const { professionalId } = professional;
const [service] = await agenda.services.list({ professionalId }).collect({ max: 1 });
if (service === undefined) throw new Error("no service is offered there");

// From tomorrow of the hub's clock, for half a year.
const today = Temporal.Instant.from((await sandbox.clock.get()).now)
  .toZonedDateTimeISO(zone)
  .startOfDay();
const [from, to] = [today.add({ days: 1 }), today.add({ months: 6 })];
const window = { from: from.toInstant(), to: to.toInstant(), zone };
const { occurrences, remarks } = readCalendar(await readFile(path, "utf8"), window);
const { slots, leftOut } = slotsOf(occurrences, { ...window, wholeDay: { from: "08:30", to: "11:30" } });
for (const { what, detail } of remarks) console.log(`remark     ${what}: ${detail}`);
for (const { occurrence, why } of leftOut)
  console.log(`left out   ${occurrence.start.toPlainDate().toString()} ${why}`);

// The window holds what the calendar says and nothing else of ours: what is no longer in it is withdrawn. Who has booked stays.
const lines = slots.map((slot) => ({ ...slot, serviceIds: [service.serviceId], visibility: "public" as const }));
const { results } = await agenda.agendas.replaceWindow({
  ...{ professionalId, placeId },
  ...{ from: from.toPlainDate().toString(), to: to.toPlainDate().toString() },
  body: { slots: lines },
});
const outcomes = new Map<string, number>();
for (const { outcome, problem } of results) {
  const told = problem === null ? outcome : `${outcome}: ${problem.code}`;
  outcomes.set(told, (outcomes.get(told) ?? 0) + 1);
}
for (const [outcome, count] of outcomes) console.log(`${outcome.padEnd(10)} ${String(count)} slots`);
