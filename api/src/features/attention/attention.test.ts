import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertAppointments } from "../../../test/agenda-rows.ts";
import type { AppointmentRow } from "../../../test/agenda-rows.ts";
import { anAppointment, reachable } from "../../../test/an-appointment.ts";
import {
  aClinic,
  aGrant,
  aLink,
  aMachine,
  aPlace,
  aProfessional,
  aTeam,
  anEmployee,
  anEstablishment,
} from "../../../test/factories.ts";
import type { AClinic, APlace } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { withoutRequestId } from "../../../test/refusals.ts";
import { isOverbooked } from "../../domain/attention.ts";
import { lowestFreeSeat } from "../../domain/seat.ts";
import { dayMs, minuteMs } from "../../domain/time.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { PushResult } from "../appointments/schema.ts";
import type { AttentionItem } from "./schema.ts";

let hub: TestHub;
let start: number;
beforeAll(async () => {
  hub = await createTestHub();
  start = hub.clock.now();
});
afterAll(() => hub.close());

interface AttentionPage {
  items: AttentionItem[];
  nextCursor: string | null;
}
const ask = (placeId: string, as: string, query: Record<string, string> = {}) =>
  hub.request<AttentionPage & ProblemBody>(
    "GET",
    `/v1/places/${placeId}/attention?${new URLSearchParams(query).toString()}`,
    { as },
  );
async function attention(placeId: string, as: string): Promise<AttentionItem[]> {
  const { status, body } = await ask(placeId, as);
  expect(status).toBe(200);
  return body.items;
}
const listed = (items: readonly AttentionItem[]) => items.map(({ kind, appointmentId }) => [kind, appointmentId]);

const monday = (time: string) => `2027-03-08T${time}:00-05:00`;

/** One establishment, two places with the software of two vendors, and a professional who works at both. */
async function twoVendors() {
  const clinic = await aClinic(hub);
  const second = await aPlace(hub, clinic);
  const other = await aMachine(hub, { places: [second] });
  const both = await aProfessional(hub, [clinic.place, second]);
  let pushes = 0;
  const push = async (machine: { token: string }, { placeId }: APlace, startAt: string, fields: object = {}) => {
    const answer = await hub.request<PushResult>("PUT", `/v1/appointments/by-external-id/rv-${String((pushes += 1))}`, {
      as: machine.token,
      body: {
        professionalId: both.professionalId,
        placeId,
        startAt,
        durationMinutes: 15,
        patient: reachable,
        communicationModes: ["phone"],
        ...fields,
      },
    });
    expect(answer.status).toBe(200);
    return answer.body.appointment;
  };
  return { clinic, second, other, both, push };
}

const set = ({ establishmentId }: { establishmentId: string }, statement: string, id: string) =>
  hub.write([establishmentId], (tx) => tx.sql.unsafe(statement, [id]));

describe("a double booking", () => {
  test("SYNC-18, SYNC-16 pushed by a machine that was offline: both are listed until one is moved", async () => {
    const { clinic, both, push } = await twoVendors();
    const here = (time: string) => push(clinic.machine, clinic.place, monday(time));
    const [first, second, later] = [await here("09:00"), await here("09:10"), await here("09:25")];
    const items = await attention(clinic.placeId, clinic.machine.token);
    const common = {
      ...{ kind: "doubleBooking", rule: "SYNC-18", professionalId: both.professionalId, since: null },
      ...{ version: 1, agendaReason: null, busyElsewhere: false },
    };
    expect(items).toEqual([
      { ...common, appointmentId: first.appointmentId, startAt: monday("09:00"), overlaps: [second.appointmentId] },
      { ...common, appointmentId: second.appointmentId, startAt: monday("09:10"), overlaps: [first.appointmentId] },
    ]);
    const moved = await hub.request("POST", `/v1/appointments/${second.appointmentId}/move`, {
      as: clinic.machine.token,
      version: items[1]?.version ?? 0,
      body: { startAt: monday("10:00") },
    });
    expect(moved.status).toBe(200);
    expect(await attention(clinic.placeId, clinic.machine.token)).toEqual([]);
    expect(later.status).toBe("active");
  });

  test("SYNC-15, SYNC-18 across places: each sees its own, and of the other only that the time is taken", async () => {
    const { clinic, second, other, both, push } = await twoVendors();
    const here = await push(clinic.machine, clinic.place, monday("09:00"));
    const there = await push(other, second, monday("09:10"));
    const seen = async (placeId: string, as: string) =>
      (await attention(placeId, as)).map(({ appointmentId, overlaps, busyElsewhere }) => [
        appointmentId,
        overlaps,
        busyElsewhere,
      ]);
    expect(await seen(clinic.placeId, clinic.machine.token)).toEqual([[here.appointmentId, [], true]]);
    expect(await seen(second.placeId, other.token)).toEqual([[there.appointmentId, [], true]]);
    expect(await seen(second.placeId, clinic.admin.token)).toEqual([
      [there.appointmentId, [here.appointmentId], false],
    ]);
    const user = await anEmployee(hub, clinic, { places: [clinic.place, second] });
    await aGrant(hub, user, { placeId: second.placeId, professionalId: both.professionalId, access: "read" });
    expect(await seen(second.placeId, user.token)).toEqual([[there.appointmentId, [], true]]);
    await aGrant(hub, user, { placeId: clinic.placeId, professionalId: both.professionalId, access: "read" });
    expect(await seen(second.placeId, user.token)).toEqual([[there.appointmentId, [here.appointmentId], false]]);
  });

  test("SYNC-17 what is past, cancelled or of a free seat is none", async () => {
    const { clinic, push } = await twoVendors();
    const at = (startAt: string, fields: object = {}) => push(clinic.machine, clinic.place, startAt, fields);
    await at("2027-02-25T09:00:00-05:00");
    await at("2027-02-25T09:00:00-05:00");
    await at(monday("09:00"));
    const beside = await at(monday("09:00"));
    await hub.request("POST", `/v1/appointments/${beside.appointmentId}/cancel`, {
      as: clinic.machine.token,
      version: 1,
      body: {},
    });
    // Now starts at 07:00: at that instant it is not past, a millisecond later it is.
    const [first, second] = [await at("2027-03-01T07:00:00-05:00"), await at("2027-03-01T07:00:00-05:00")];
    expect(listed(await attention(clinic.placeId, clinic.machine.token))).toEqual(
      [first, second].map(({ appointmentId }) => ["doubleBooking", appointmentId]),
    );
    hub.clock.advance(1);
    expect(await attention(clinic.placeId, clinic.machine.token)).toEqual([]);
    hub.clock.moveTo(start);
  });

  test("SYNC-18 the rows that are listed are those of the definition, for any agenda over two places", async () => {
    const interval = fc.record({
      // On a grid, so that one often ends as another starts.
      from: fc.nat(12).map((drawn) => drawn * 5),
      minutes: fc.integer({ min: 1, max: 6 }).map((drawn) => drawn * 5),
      elsewhere: fc.boolean(),
      cancelled: fc.nat(2).map((drawn) => drawn === 0),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(interval, { minLength: 1, maxLength: 14 }),
        fc.integer({ min: 1, max: 3 }),
        async (drawn, capacity) => {
          run += 1;
          const { establishmentId } = await anEstablishment(hub);
          const [here, there] = [await aPlace(hub, { establishmentId }), await aPlace(hub, { establishmentId })];
          const { professionalId } = await aTeam(hub, [here, there], capacity);
          const admin = await anEmployee(hub, here, { profile: "localAdmin" });
          // Some have begun already: they count, and are not listed.
          const rows: AppointmentRow[] = [];
          for (const { from, minutes, elsewhere } of drawn) {
            const startAt = start + (from - 20) * minuteMs;
            const time = { startAt, endAt: startAt + minutes * minuteMs };
            const number = String(rows.length + run * 100).padStart(26, "0");
            rows.push({
              ...{ establishmentId, professionalId, appointmentId: `apt_${number}`, ...time },
              placeId: elsewhere ? there.placeId : here.placeId,
              seat: lowestFreeSeat(rows, time),
              ...{ status: "active", attendance: "unconfirmed" },
            });
          }
          // What is cancelled later leaves its seat empty, and others on seats above it.
          const kept = rows.map((row, index): AppointmentRow => ({
            ...row,
            status: drawn[index]?.cancelled === true ? "cancelled" : "active",
          }));
          await hub.write([establishmentId], (tx) => insertAppointments(tx, kept));
          const active = kept.filter(({ status }) => status === "active");
          for (const { placeId } of [here, there]) {
            const expected = active
              .filter((row) => row.placeId === placeId && row.startAt >= start && isOverbooked(row, active, capacity))
              .sort((a, b) => a.startAt - b.startAt || (a.appointmentId < b.appointmentId ? -1 : 1))
              .map(({ appointmentId }) => ["doubleBooking", appointmentId]);
            expect(listed(await attention(placeId, admin.token))).toEqual(expected);
          }
        },
      ),
      { numRuns: 60, seed: 20270301 },
    );
  });
});

describe("what is left behind", () => {
  test("PLACE-07 appointments after a place's last day, whether that has come or not", async () => {
    const clinic = await aClinic(hub);
    await anAppointment(hub, clinic, { startAt: "2027-03-08T23:45:00-05:00" });
    const first = await anAppointment(hub, clinic, { startAt: "2027-03-09T00:00:00-05:00" });
    const second = await anAppointment(hub, clinic, { startAt: "2027-03-12T09:00:00-05:00" });
    await set(clinic, "UPDATE place SET end_date = '2027-03-08' WHERE place_id = $1", clinic.placeId);
    const items = await attention(clinic.placeId, clinic.admin.token);
    expect(items).toEqual([
      {
        ...{ kind: "placeEnded", rule: "PLACE-07", appointmentId: first.appointmentId, version: 1 },
        ...{ professionalId: clinic.professionalId, startAt: "2027-03-09T00:00:00-05:00", since: null },
        ...{ agendaReason: null, overlaps: [], busyElsewhere: false },
      },
      expect.objectContaining({ kind: "placeEnded", appointmentId: second.appointmentId, since: null }),
    ]);
    hub.clock.moveTo("2027-03-10T09:00:00-05:00");
    expect(await attention(clinic.placeId, clinic.admin.token)).toEqual([
      expect.objectContaining({ appointmentId: second.appointmentId, since: "2027-03-09T05:00:00.000Z" }),
    ]);
    hub.clock.moveTo(start);
  });

  test("EMP-19 appointments after a professional's departure, at every place of theirs", async () => {
    const { clinic, second, other, both, push } = await twoVendors();
    await push(clinic.machine, clinic.place, monday("09:00"));
    const here = await push(clinic.machine, clinic.place, "2027-03-09T09:00:00-05:00");
    const there = await push(other, second, "2027-03-10T09:00:00-05:00");
    const { establishmentId } = clinic;
    await set(
      { establishmentId },
      "UPDATE professional SET departure_date = '2027-03-08' WHERE professional_id = $1",
      both.professionalId,
    );
    for (const [{ placeId }, appointmentId] of [
      [clinic.place, here.appointmentId],
      [second, there.appointmentId],
    ] as const)
      expect(await attention(placeId, clinic.admin.token)).toEqual([
        expect.objectContaining({ kind: "professionalLeft", rule: "EMP-19", appointmentId, since: null }),
      ]);
  });

  test("EMP-21 every appointment to come of somebody whose record is deleted", async () => {
    const clinic = await aClinic(hub);
    const made = await anAppointment(hub, clinic, { startAt: monday("09:00") });
    const { employeeId } = clinic.professional;
    hub.clock.advance(minuteMs);
    const deleted = await hub.request("DELETE", `/v1/employees/${employeeId}`, { as: clinic.admin.token, version: 1 });
    expect(deleted.status).toBe(204);
    const since = new Date(hub.clock.now()).toISOString();
    expect(await attention(clinic.placeId, clinic.admin.token)).toEqual([
      expect.objectContaining({ kind: "professionalLeft", rule: "EMP-21", appointmentId: made.appointmentId, since }),
    ]);
    hub.clock.moveTo(start);
  });

  test("EMP-16 appointments at a place where the professional no longer works", async () => {
    const { clinic, second, other, both, push } = await twoVendors();
    const there = await push(other, second, monday("09:00"));
    await push(clinic.machine, clinic.place, monday("10:00"));
    expect(await attention(second.placeId, other.token)).toEqual([]);
    const changed = await hub.request("PATCH", `/v1/employees/${both.employeeId}`, {
      as: clinic.admin.token,
      version: 1,
      body: { workPlaceIds: [clinic.placeId] },
    });
    expect(changed.status).toBe(200);
    expect(await attention(second.placeId, other.token)).toEqual([
      expect.objectContaining({
        kind: "notAtWorkPlace",
        rule: "EMP-16",
        appointmentId: there.appointmentId,
        since: null,
      }),
    ]);
    expect(await attention(clinic.placeId, clinic.admin.token)).toEqual([]);
  });
});

describe("the link", () => {
  test("SYNC-03, SYNC-13, SYNC-17 late, then stale, before any appointment; confirmed, it is no longer there", async () => {
    const clinic = await aClinic(hub);
    const { placeId, admin, machine } = clinic;
    await set(
      clinic,
      "UPDATE machine_link SET late_after_minutes = 120, stale_after_minutes = 960 WHERE place_id = $1",
      placeId,
    );
    const states = [];
    for (const minutes of [119, 120, 960]) {
      hub.clock.moveTo(start + minutes * minuteMs);
      states.push(await attention(placeId, machine.token));
    }
    const link = {
      ...{ appointmentId: null, version: null, professionalId: null, startAt: null },
      ...{ agendaReason: null, overlaps: [], busyElsewhere: false },
    };
    expect(states).toEqual([
      [],
      [{ ...link, kind: "agendaLate", rule: "SYNC-03", since: "2027-03-01T14:00:00.000Z" }],
      [{ ...link, kind: "agendaStale", rule: "SYNC-13", since: "2027-03-02T04:00:00.000Z" }],
    ]);
    await set(clinic, "UPDATE place SET end_date = '2027-03-05' WHERE place_id = $1", placeId);
    const { appointmentId } = await anAppointment(hub, clinic, { startAt: monday("09:00") });
    expect(listed(await attention(placeId, admin.token))).toEqual([
      ["agendaStale", null],
      ["placeEnded", appointmentId],
    ]);
    const path = `/v1/digest?placeId=${placeId}&from=2027-03-01&to=2027-04-05`;
    const { days } = (
      await hub.request<{ days: { professionalId: string; date: string; digest: string }[] }>("GET", path, {
        as: machine.token,
      })
    ).body;
    const confirmed = await hub.request("POST", `/v1/places/${placeId}/confirm`, {
      as: machine.token,
      body: {
        from: "2027-03-01",
        to: "2027-04-05",
        days: days.map(({ professionalId, date, digest }) => ({ professionalId, date, digest })),
      },
    });
    expect(confirmed.status).toBe(200);
    expect(listed(await attention(placeId, admin.token))).toEqual([["placeEnded", appointmentId]]);
    hub.clock.moveTo(start);
  });

  test("SYNC-06 a place that staff keep is never late", async () => {
    const clinic = await aClinic(hub);
    const { placeId } = await aPlace(hub, clinic);
    hub.clock.advance(400 * dayMs);
    expect(await attention(placeId, clinic.admin.token)).toEqual([]);
    hub.clock.moveTo(start);
  });
});

describe("the list", () => {
  /** Everything at once: a stale link, a place that ends, somebody who leaves and works there no more, double bookings. */
  async function aClinicInTrouble(): Promise<AClinic> {
    const clinic = await aClinic(hub);
    const { establishmentId, placeId, professionalId } = clinic;
    for (const time of ["09:00", "09:00", "09:10", "11:00"])
      await anAppointment(hub, clinic, { startAt: monday(time) });
    await hub.write([establishmentId], async (tx) => {
      await tx.sql`UPDATE machine_link SET late_after_minutes = 5, stale_after_minutes = 6, linked_at = ${start - dayMs} WHERE place_id = ${placeId}`;
      await tx.sql`UPDATE place SET end_date = '2027-02-01' WHERE place_id = ${placeId}`;
      await tx.sql`UPDATE professional SET departure_date = '2027-03-01' WHERE professional_id = ${professionalId}`;
      await tx.sql`DELETE FROM professional_place WHERE professional_id = ${professionalId}`;
    });
    return clinic;
  }

  test("SYNC-17 an appointment is listed once for each reason, in an order that pages keep", async () => {
    const clinic = await aClinicInTrouble();
    const whole = await attention(clinic.placeId, clinic.admin.token);
    expect(whole.map(({ kind }) => kind)).toEqual([
      "agendaStale",
      ...Array.from({ length: 3 }, () => ["doubleBooking", "notAtWorkPlace", "placeEnded", "professionalLeft"]).flat(),
      ...["notAtWorkPlace", "placeEnded", "professionalLeft"],
    ]);
    for (const limit of ["1", "2", "5"]) {
      const items: AttentionItem[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const { body } = await ask(clinic.placeId, clinic.admin.token, {
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        });
        items.push(...body.items);
        cursor = body.nextCursor;
      }
      expect(items).toEqual(whole);
    }
  });

  test("a cursor is good for its own place only", async () => {
    const clinic = await aClinicInTrouble();
    const second = await aPlace(hub, clinic);
    const { nextCursor } = (await ask(clinic.placeId, clinic.admin.token, { limit: "1" })).body;
    const refused = await ask(second.placeId, clinic.admin.token, { cursor: nextCursor ?? "" });
    expect([refused.status, refused.body.code]).toEqual([400, "CURSOR_INVALID"]);
  });

  test("SYNC-19 holds nothing of a patient", async () => {
    const clinic = await aClinicInTrouble();
    const text = JSON.stringify((await ask(clinic.placeId, clinic.admin.token)).body);
    expect(text).toContain("doubleBooking");
    for (const personal of Object.values(reachable).filter((value) => value.length > 1))
      expect(text).not.toContain(personal);
  });

  test("SYNC-19 of the agendas that the caller may read, and the state of the link to whoever reads the place", async () => {
    const clinic = await aClinicInTrouble();
    const { place, placeId, professionalId, professional } = clinic;
    const kinds = async (token: string) => new Set((await attention(placeId, token)).map(({ kind }) => kind)).size;
    const user = await anEmployee(hub, place, { places: [place] });
    const second = await aPlace(hub, clinic);
    expect(await kinds(user.token)).toBe(1);
    await aGrant(hub, user, { placeId: second.placeId, professionalId, access: "write" });
    expect(await kinds(user.token)).toBe(1);
    await aGrant(hub, user, { placeId, professionalId, access: "read" });
    expect(await kinds(user.token)).toBe(5);
    const colleague = await aProfessional(hub, [place]);
    expect([await kinds(professional.token), await kinds(colleague.token)]).toEqual([5, 1]);
    expect(await kinds(clinic.machine.token)).toBe(5);
  });

  test("SYNC-19, LCGA-02 a place of another establishment, or of another machine, is like none", async () => {
    const [clinic, other] = [await aClinicInTrouble(), await aClinicInTrouble()];
    const second = await aPlace(hub, clinic);
    await aLink(hub, await aMachine(hub), second);
    const nowhere = "plc_00000000000000000000000000";
    for (const [placeId, as] of [
      [second.placeId, clinic.machine.token],
      [other.placeId, clinic.machine.token],
      [other.placeId, clinic.admin.token],
    ] as const) {
      const refused = await ask(placeId, as);
      expect(refused.status).toBe(404);
      expect(withoutRequestId(refused)).toEqual(withoutRequestId(await ask(nowhere, as)));
    }
  });
});
