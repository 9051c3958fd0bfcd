import type { Adapter, AgendaEntry, Environment } from "@arrimage/sdk/conformance";
import type { LocalEntry } from "@arrimage/sdk/sync";
import { openTable } from "../src/agenda-table.ts";
import type { AgendaTable } from "../src/agenda-table.ts";
import { localOf, minutesLater } from "../src/local-time.ts";
import { machineAuth, startSoftware } from "../src/software.ts";
import type { Software } from "../src/software.ts";

/** What the kit needs to drive our software: each function is what staff would do with it. */
export default function createAdapter(): Adapter {
  let table: AgendaTable = openTable(":memory:");
  let running: { software: Software; environment: Environment } | undefined;
  let names = 0;

  const software = (): Software => {
    if (running === undefined) throw new Error("the software is stopped");
    return running.software;
  };

  return {
    name: "Agenda du Fleuve",
    version: "1.0.0",
    webhooks: false,
    async start(environment) {
      const { baseUrl, clientId, privateKeyJwk, placeId, timeZone, now } = environment;
      const ahead = Date.parse(now) - Date.now();
      running = {
        environment,
        software: startSoftware({
          ...{ baseUrl, table, background: true, clinic: { placeId, timeZone } },
          auth: machineAuth(clientId, privateKeyJwk),
          now: () => Date.now() + ahead,
          newId: (kind) => `${kind}-${String((names += 1))}`,
        }),
      };
    },
    async stop() {
      await running?.software.stop();
      running = undefined;
    },
    async reset() {
      table = openTable(":memory:");
    },
    createOpening: (opening) => software().open(opening),
    blockOpening: (ref) => software().remove("slot", ref),
    bookLocally: (booking) => software().book(booking),
    cancelLocally: (ref) => software().remove("appointment", ref),
    async listAgenda(day) {
      const refused = await software().refused();
      const { timeZone } = running?.environment ?? { timeZone: "UTC" };
      return software()
        .entries()
        .map((entry) => lineOf(entry, timeZone, refused.has(entry.id)))
        .flatMap(({ day: own, ...line }) => (own === day ? [line] : []));
    },
    async syncNow() {
      await software().sync.once();
      await software().sync.repair();
    },
  };
}

/** A line as our screens show it. */
function lineOf(entry: LocalEntry, timeZone: string, refused: boolean): AgendaEntry & { day: string } {
  const { startAt, professionalId } = entry.body;
  // Of an appointment the contract may leave them out; our software always writes them.
  if (startAt === undefined || professionalId === undefined) throw new Error(`${entry.id} has no time`);
  const { day, time: from } = localOf(startAt, timeZone);
  const line = { day, ref: entry.id, professionalId, from, refused };
  if (entry.objectType === "slot") return { ...line, kind: "opening", to: localOf(entry.body.endAt, timeZone).time };
  const { durationMinutes = 15, patient } = entry.body;
  const to = localOf(minutesLater(startAt, durationMinutes), timeZone).time;
  return { ...line, kind: "appointment", to, lastName: patient?.lastName ?? null };
}
