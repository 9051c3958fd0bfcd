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
const { placeId, timeZone: zone, establishmentId } = place;
const [professional] = await agenda.professionals.list({ placeId }).collect({ max: 1 });
if (professional === undefined) throw new Error("nobody works there");
const { professionalId } = professional;
const [service] = await agenda.services.list({ professionalId }).collect({ max: 1 });
if (service === undefined) throw new Error("no service is offered there");

// From tomorrow of the hub's clock, for half a year.
const today = Temporal.Instant.from((await sandbox.clock.get()).now)
  .toZonedDateTimeISO(zone)
  .startOfDay();
const window = { from: today.add({ days: 1 }).toInstant(), to: today.add({ months: 6 }).toInstant(), zone };
const { occurrences, remarks } = readCalendar(await readFile(path, "utf8"), window);
const { slots, leftOut } = slotsOf(occurrences, { zone, wholeDay: { from: "08:30", to: "11:30" } });
for (const { what, detail } of remarks) console.log(`remark     ${what}: ${detail}`);
for (const { occurrence, why } of leftOut)
  console.log(`left out   ${occurrence.start.toPlainDate().toString()} ${why}`);

const serviceIds = [service.serviceId];
const lines = slots.map((slot) => ({
  ...slot,
  ...{ establishmentId, professionalId, placeId, serviceIds, visibility: "public" as const },
}));
const outcomes = new Map<string, number>();
for await (const line of agenda.slots.batch({ body: lines })) {
  const outcome = line.problem === null ? line.outcome : `refused: ${line.problem.code}`;
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}
for (const [outcome, count] of outcomes) console.log(`${outcome.padEnd(10)} ${String(count)} slots`);
