import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { anAppointment } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, anEmployee, aPlace, aProfessional } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import { dayMs } from "../../domain/time.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { pruneChanges } from "../../jobs/prune-changes.ts";
import type { ActivityPage } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  clinic = await aClinic(hub);
});

const at = (time: string, date = "2027-03-08") => `${date}T${time}:00-05:00`;

async function activity(query = "", as = clinic.admin.token, placeId = clinic.placeId): Promise<ActivityPage> {
  const answer = await hub.request<ActivityPage>("GET", `/v1/places/${placeId}/activity${query}`, { as });
  expect(answer.status).toBe(200);
  return answer.body;
}
const told = ({ items }: ActivityPage) =>
  items.map(
    ({ date, actor, readings, writes }) => `${date} ${actor.type} ${actor.id} ${String(readings)} ${String(writes)}`,
  );
const readAs = (as: string, path = `/v1/agendas/${clinic.professionalId}`) => hub.request("GET", path, { as });
const book = (as: string, time: string, fields: object = {}) =>
  anAppointment(hub, clinic, { placeId: clinic.placeId, startAt: at(time), ...fields }, as);

describe("who did what", () => {
  test("SYNC-57 readings and writes by person, software and day, the latest first; empty agendas too; nothing of patients", async () => {
    const { admin, machine } = clinic;
    const colleague = await anEmployee(hub, clinic, { places: [clinic.place] });
    await aGrant(hub, colleague, { ...clinic, access: "read" });
    await readAs(colleague.token);
    hub.clock.moveTo("2027-03-01T23:30:00-05:00");
    await readAs(colleague.token);
    hub.clock.moveTo("2027-03-02T00:30:00-05:00");
    const booked = await book(admin.token, "09:00");
    await book(machine.token, "10:00");
    await readAs(machine.token, `/v1/appointments/${booked.appointmentId}`);
    await readAs(admin.token, `/v1/appointments?placeId=${clinic.placeId}`);
    const page = await activity();
    expect(told(page)).toEqual([
      `2027-03-02 employee ${admin.employeeId} 1 1`,
      `2027-03-02 machine ${machine.machineId} 1 1`,
      `2027-03-01 employee ${colleague.employeeId} 2 0`,
    ]);
    expect(page.items[2]).toMatchObject({
      professionalId: clinic.professionalId,
      lastReadAt: "2027-03-02T04:30:00.000Z",
      lastWrittenAt: null,
    });
    expect(page.items[2]?.actor.name).toMatch(/^Camille Employé/);
    expect([page.from, page.to]).toEqual(["2027-02-24", "2027-03-03"]);
    expect(JSON.stringify(page)).not.toMatch(/Tremblay|apt_/);
  });

  test("SYNC-57 an answer of the software is no write of the agenda, and what it has not answered is counted", async () => {
    const { admin, machine } = clinic;
    await book(admin.token, "09:00");
    hub.clock.advance(60_000);
    await book(admin.token, "10:00");
    const lease = { as: machine.token, key: null, body: { limit: 1 } };
    const leased = await hub.request<{ items: { itemId: string }[] }>("POST", "/v1/inbox/lease", lease);
    const items = leased.body.items.map(({ itemId }) => ({ itemId, reason: "other" }));
    await hub.request("POST", "/v1/inbox/nack", { as: machine.token, key: null, body: { items } });
    const page = await activity();
    expect(page.machine).toMatchObject({
      machineId: machine.machineId,
      lastReadAt: "2027-03-01T12:01:00.000Z",
      lastWrittenAt: null,
      inboxWaiting: 1,
      inboxWaitingSince: "2027-03-01T12:01:00.000Z",
    });
    expect(page.freshness.state).toBe("live");
    expect(page.attention).toEqual([{ kind: "agendaRejected", count: 1 }]);
    expect(told(page)).toEqual([
      `2027-03-01 employee ${admin.employeeId} 0 2`,
      `2027-03-01 machine ${machine.machineId} 1 0`,
    ]);
  });

  test("SYNC-57 page by page each once; days by local date, at most 31; after 30 days nothing is left", async () => {
    const { admin } = clinic;
    const people = await Promise.all([1, 2, 3, 4].map(() => anEmployee(hub, clinic, { profile: "superUser" })));
    for (const person of people) await readAs(person.token);
    hub.clock.advance(dayMs);
    for (const person of people) await readAs(person.token);
    const all = told(await activity("?from=2027-03-01&to=2027-03-03"));
    expect(all).toHaveLength(8);
    const pages: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: ActivityPage = await activity(`?from=2027-03-01&to=2027-03-03&limit=3${after}`);
      pages.push(...told(page));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(all);
    expect(told(await activity("?from=2027-03-02&to=2027-03-03"))).toEqual(all.slice(0, 4));
    expect(told(await activity("?to=2027-03-02"))).toEqual(all.slice(4));
    for (const query of [
      "?from=2027-03-02&to=2027-03-02",
      "?from=2027-01-01&to=2027-03-02",
      "?from=2026-01-01&to=2027-03-02",
    ]) {
      const path = `/v1/places/${clinic.placeId}/activity${query}`;
      expect(refusalsOf(await hub.request<ProblemBody>("GET", path, { as: admin.token }))).toEqual([
        "CONTRACT INVALID_REQUEST /query/to",
      ]);
    }
    await book(admin.token, "09:00");
    hub.clock.advance(31 * dayMs);
    await pruneChanges.run(hub.deps);
    expect(told(await activity("?from=2027-03-01&to=2027-03-10"))).toEqual([]);
  });
});

describe("who reads it", () => {
  test("SYNC-58 of agendas that one may read; another establishment's place is none", async () => {
    const { admin } = clinic;
    const other = await aProfessional(hub, [clinic.place]);
    await readAs(admin.token);
    await readAs(admin.token, `/v1/agendas/${other.professionalId}`);
    expect((await activity()).items).toHaveLength(2);
    expect((await activity("", other.token)).items.map(({ professionalId }) => professionalId)).toEqual([
      other.professionalId,
    ]);
    const nobody = await anEmployee(hub, clinic, { places: [clinic.place] });
    expect((await activity("", nobody.token)).items).toEqual([]);
    const stranger = await aClinic(hub);
    const path = `/v1/places/${clinic.placeId}/activity`;
    expect((await hub.request("GET", path, { as: stranger.admin.token })).status).toBe(404);
  });

  test("SYNC-57 a place that staff keep has no software", async () => {
    const place = await aPlace(hub, clinic);
    expect(await activity("", clinic.admin.token, place.placeId)).toMatchObject({
      items: [],
      machine: null,
      freshness: { state: "live" },
      attention: [],
    });
  });
});
