import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { anAppointment, changesOf, openingsOf, reachable } from "../../../test/an-appointment.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import { aCitizen, aClinic, aGrant, aMachine, anEmployee, aPlace, aProfessional } from "../../../test/factories.ts";
import type { AClinic, APlace, AProfessional } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { AppointmentBody } from "../appointments/schema.ts";
import type { Slot } from "../slots/schema.ts";
import type { AgendaClosed, SettledAppointment } from "./schema.ts";

/** CLOSE-01 to CLOSE-12 through HTTP; what is decided of each is in domain/agenda-closure.ts. */

let hub: TestHub;
let clinic: AClinic;
let colleague: AProfessional;

beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  clinic = await aClinic(hub);
  colleague = await aProfessional(hub, [clinic.place]);
});

/** On the Monday that is closed in these tests, unless another is named. */
const at = (time: string, date = "2027-03-08") => `${date}T${time}:00-05:00`;
const day = { from: at("08:00"), to: at("17:00") };

interface Asked {
  as?: string;
  of?: string;
  query?: string;
  key?: string;
}
const close = <T = AgendaClosed>(body: object, { as, of, query = "", key }: Asked = {}) =>
  hub.request<T>("POST", `/v1/agendas/${of ?? clinic.professionalId}/close${query}`, {
    as: as ?? clinic.admin.token,
    body: { placeId: clinic.placeId, ...day, ...body },
    ...(key === undefined ? {} : { key }),
  });
async function closed(body: object, asked: Asked = {}): Promise<AgendaClosed> {
  const answer = await close<AgendaClosed>(body, asked);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body;
}
const refused = async (body: object, asked: Asked = {}) => {
  const answer = await close<ProblemBody>(body, asked);
  return [answer.status, ...refusalsOf(answer)];
};
const cancel = { appointments: "cancel" };
const keep = { appointments: "keep" };
const moveTo = ({ professionalId }: { professionalId: string }, fields: object = {}) => ({
  ...{ appointments: "move", toProfessionalId: professionalId },
  ...fields,
});

const slot = (from: string, to: string, fields: object = {}) =>
  aSlot(hub, clinic, { startAt: at(from), endAt: at(to), ...fields });
const book = (time: string, fields: object = {}) =>
  anAppointment(hub, clinic, { placeId: clinic.placeId, startAt: at(time), ...fields });
const read = async ({ appointmentId }: { appointmentId: string }) =>
  (await hub.request<AppointmentBody>("GET", `/v1/appointments/${appointmentId}`, { as: clinic.admin.token })).body;
const startsOf = async ({ slotId }: { slotId: string }) =>
  (await openingsOf(hub, clinic.establishmentId, slotId)).map((text) =>
    text.replace(/^(\d\d)/, (hours) => String(Number(hours) - 5).padStart(2, "0")),
  );
const told = ({ appointments }: AgendaClosed) =>
  appointments.map(({ startAt, outcome, rule }) => `${startAt.slice(11, 16)} ${outcome} ${rule}`);
const only = ({ appointments: [first, ...others] }: AgendaClosed): SettledAppointment => {
  if (first === undefined || others.length > 0) throw new Error("not one appointment");
  return first;
};
const codesOf = (violations: SettledAppointment["violations"]) =>
  violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
const timesOf = (slots: readonly Slot[]) =>
  slots.map(({ startAt, endAt }) => `${startAt.slice(11, 16)}-${endAt.slice(11, 16)}`);
const worksAt = ({ professionalId }: { professionalId: string }, { placeId }: APlace) =>
  hub.write(
    [clinic.establishmentId],
    (tx) => tx.sql`INSERT INTO professional_place VALUES (${clinic.establishmentId}, ${professionalId}, ${placeId})`,
  );

describe("slots", () => {
  test("CLOSE-04 what lies in the interval is withdrawn, what lies beside it stays, and citizens find no more", async () => {
    const whole = await slot("09:00", "10:00");
    const edge = await slot("07:00", "09:00");
    const around = await slot("07:30", "18:00", { durationMinutes: 30 });
    const before = await slot("07:00", "08:00");
    const citizen = await aCitizen(hub);
    const search = async () => {
      const asked = { cascade: "3", placeId: clinic.placeId, from: at("00:00"), to: at("23:00") };
      const { body } = await searchAsCitizen(hub, citizen, asked);
      return body.items.map(({ startAt }) => startAt.slice(11, 16));
    };
    expect(await search()).toContain("09:00");
    const { slots, from, to, appointments, unreachable, releasedHolds } = await closed(cancel);
    expect([from, to, appointments, unreachable, releasedHolds]).toEqual([day.from, day.to, [], [], 0]);
    expect(slots.deleted).toEqual([
      { slotId: whole.slotId, externalId: null, startAt: at("09:00"), endAt: at("10:00") },
    ]);
    expect(slots.shortened.map(({ slotId, version }) => [slotId, version])).toEqual([
      [edge.slotId, 2],
      [around.slotId, 2],
    ]);
    expect([timesOf(slots.shortened), timesOf(slots.created)]).toEqual([
      ["07:00-08:00", "07:30-08:00"],
      ["17:00-18:00"],
    ]);
    const [rest] = slots.created;
    expect(rest).toMatchObject({ placeId: clinic.placeId, visibility: "public", durationMinutes: 30, version: 1 });
    for (const each of [...slots.shortened, ...slots.created])
      expect((await hub.request("GET", `/v1/slots/${each.slotId}`, { as: clinic.admin.token })).body).toEqual(each);
    expect((await hub.request("GET", `/v1/slots/${whole.slotId}`, { as: clinic.admin.token })).status).toBe(404);
    expect(await startsOf(edge)).toEqual(["07:00 free", "07:15 free", "07:30 free", "07:45 free"]);
    expect(await startsOf({ slotId: rest?.slotId ?? "" })).toEqual(["17:00 free", "17:30 free"]);
    expect(await startsOf(before)).toHaveLength(4);
    expect((await search()).filter((time) => time >= "08:00" && time < "17:00")).toEqual([]);
    const changes = await changesOf(hub, clinic.establishmentId);
    expect(
      changes.map(({ objectType, objectId, operation, changed }) => [objectType, objectId, operation, ...changed]),
    ).toEqual([
      ["slot", edge.slotId, "updated", "endAt"],
      ["slot", around.slotId, "updated", "endAt"],
      ["slot", rest?.slotId, "created"],
      ["slot", whole.slotId, "deleted"],
    ]);
  });

  test("CLOSE-04 what has passed of a slot stays, and a second closing finds nothing", async () => {
    const { slotId } = await slot("08:00", "12:00");
    hub.clock.moveTo(Date.parse(at("10:12")) + 33_500);
    const { slots } = await closed(cancel);
    expect(slots.shortened.map(({ slotId: id, endAt }) => [id, endAt])).toEqual([
      [slotId, "2027-03-08T10:12:34-05:00"],
    ]);
    expect(await startsOf({ slotId })).toHaveLength(8);
    expect((await closed(cancel)).slots).toEqual({ deleted: [], shortened: [], created: [], incomplete: [] });
    hub.clock.moveTo(at("18:00"));
    expect((await closed(cancel)).slots).toEqual({ deleted: [], shortened: [], created: [], incomplete: [] });
  });

  test("CLOSE-02 without `from` it begins now, at the next second", async () => {
    await slot("08:00", "12:00");
    hub.clock.moveTo(Date.parse(at("10:12")) + 33_500);
    const { from, slots } = await closed({ ...cancel, from: undefined });
    expect([from, timesOf(slots.shortened)]).toEqual(["2027-03-08T10:12:34-05:00", ["08:00-10:12"]]);
  });

  test("CLOSE-05 incomplete slots stay and are told, and what is at another place goes on", async () => {
    const second = await aPlace(hub, clinic);
    await worksAt(clinic, second);
    const incomplete = await slot("09:00", "10:00", { placeId: null });
    await slot("18:00", "19:00", { placeId: null });
    const there = await slot("09:00", "10:00", { placeId: second.placeId });
    const elsewhere = { placeId: second.placeId, startAt: at("09:00") };
    const appointment = await anAppointment(hub, clinic, elsewhere, clinic.admin.token);
    const { slots, appointments } = await closed(cancel);
    expect([slots, appointments]).toEqual([
      { deleted: [], shortened: [], created: [], incomplete: [incomplete.slotId] },
      [],
    ]);
    expect(await startsOf(there)).toEqual(["09:00 busy", "09:15 free", "09:30 free", "09:45 free"]);
    expect((await read(appointment)).status).toBe("active");
  });

  test("CLOSE-06 holds end, whoever made them, and are told; a citizen is refused, the clinic goes on", async () => {
    const { slotId } = await slot("09:00", "10:00");
    const citizen = await aCitizen(hub);
    const hold = async (as: string, path: string, body: object) => {
      const answer = await hub.request<{ holdId: string }>("POST", path, { as, body });
      expect(answer.status).toBe(201);
      return answer.body.holdId;
    };
    const theirs = await hold(citizen.token, "/v1/citizen/holds", { slotId, startAt: at("09:00") });
    const agenda = { professionalId: clinic.professionalId, placeId: clinic.placeId, durationMinutes: 15 };
    const ours = await hold(clinic.machine.token, "/v1/holds", { ...agenda, startAt: at("07:50") });
    const beside = await hold(clinic.machine.token, "/v1/holds", { ...agenda, startAt: at("07:45") });
    const tried = await closed(cancel, { query: "?dryRun=true" });
    const { releasedHolds } = await closed(cancel);
    expect([tried.releasedHolds, releasedHolds]).toEqual([2, 2]);
    const changes = await changesOf(hub, clinic.establishmentId);
    const ended = changes.filter(({ objectType, operation }) => objectType === "hold" && operation === "deleted");
    expect(ended.map(({ objectId }) => objectId).sort()).toEqual([theirs, ours].sort());
    const read = async (holdId: string) =>
      (await hub.request("GET", `/v1/holds/${holdId}`, { as: clinic.machine.token })).status;
    expect([await read(ours), await read(beside)]).toEqual([404, 200]);
    const confirmed = await hub.request<ProblemBody>("POST", "/v1/citizen/appointments", {
      as: citizen.token,
      body: {
        slotId,
        startAt: at("09:00"),
        holdId: theirs,
        consultationReason: "regular",
        homePhone: "418-555-0192",
        email: "a@example.org",
      },
    });
    expect([confirmed.status, confirmed.body.code]).toEqual([409, "OPENING_NOT_AVAILABLE"]);
    expect((await book("09:00")).slotId).toBeNull();
  });
});

describe("appointments", () => {
  test("CLOSE-07 kept: they stay as they are, off-slot, and the log tells nothing of them", async () => {
    const { slotId } = await slot("09:00", "10:00");
    const inside = await book("09:00");
    const outside = await book("16:45", { durationMinutes: 30 });
    await book("17:00");
    expect(inside.slotId).toBe(slotId);
    const before = await changesOf(hub, clinic.establishmentId);
    const answer = await closed(keep);
    expect(told(answer)).toEqual(["09:00 kept CLOSE-07", "16:45 kept CLOSE-07"]);
    expect(answer.appointments[0]).toEqual({
      ...{ appointmentId: inside.appointmentId, externalId: null, referenceNumber: inside.referenceNumber },
      ...{ version: 1, startAt: at("09:00"), outcome: "kept", rule: "CLOSE-07", to: null },
      ...{ warnings: [], violations: [], reachable: true },
    });
    expect(await read(inside)).toEqual({ ...inside, externalId: null, slotId: null });
    expect((await read(outside)).version).toBe(1);
    const after = await changesOf(hub, clinic.establishmentId);
    expect(after.slice(before.length).map(({ objectType }) => objectType)).toEqual(["slot"]);
  });

  test("CLOSE-08 what is under way stays, and what has taken place", async () => {
    await book("07:50");
    const past = await book("08:15", { attendance: "unconfirmed" });
    await book("08:30");
    const patch = await hub.request("PATCH", `/v1/appointments/${past.appointmentId}`, {
      as: clinic.admin.token,
      version: past.version,
      body: { attendance: "present" },
    });
    expect(patch.status).toBe(200);
    hub.clock.moveTo(at("09:00"));
    expect(told(await closed(cancel))).toEqual([
      "07:50 kept CLOSE-08",
      "08:15 kept CLOSE-08",
      "08:30 cancelled CLOSE-09",
    ]);
  });

  test("CLOSE-09 cancelled by the clinic: in the log, out of the agenda, and the patient's day is free again", async () => {
    const { slotId } = await slot("16:30", "18:00");
    const patient = await aCitizen(hub);
    const booking = { consultationReason: "regular", homePhone: "418-555-0192", email: "a@example.org" };
    const bookOnline = (startAt: string, of = slotId) =>
      hub.request<AppointmentBody>("POST", "/v1/citizen/appointments", {
        as: patient.token,
        body: { slotId: of, startAt, ...booking },
      });
    expect((await bookOnline(at("16:45"))).status).toBe(201);
    // Until after the interval: what it frees is offered again.
    await book("16:55", { durationMinutes: 20 });
    expect(await startsOf({ slotId })).toEqual([
      ...["16:30 free", "16:45 busy", "17:00 busy", "17:15 free", "17:30 free", "17:45 free"],
    ]);
    expect((await bookOnline(at("17:45"))).body).toMatchObject({ code: "PATIENT_ALREADY_BOOKED_THAT_DAY" });
    const answer = await closed(cancel);
    expect(told(answer)).toEqual(["16:45 cancelled CLOSE-09", "16:55 cancelled CLOSE-09"]);
    const [online] = answer.appointments;
    expect(online?.version).toBe(2);
    expect(await read({ appointmentId: online?.appointmentId ?? "" })).toMatchObject({
      ...{ status: "cancelled", cancelledBy: "clinic", version: 2, referenceNumber: online?.referenceNumber },
    });
    const changes = await changesOf(hub, clinic.establishmentId);
    expect(changes.filter(({ objectId }) => objectId === online?.appointmentId).at(-1)).toMatchObject({
      ...{ operation: "updated", version: 2, status: "cancelled", changed: ["agendaStatus", "status"] },
    });
    // The slot gave up its beginning and keeps its id.
    expect(await startsOf({ slotId })).toEqual(["17:00 free", "17:15 free", "17:30 free", "17:45 free"]);
    expect((await bookOnline(at("17:45"))).status).toBe(201);
    expect(told(await closed(cancel))).toEqual([]);
  });

  test("CLOSE-09, CLOSE-11 past ones are cancelled within the limit; beyond it each says so, and the others are settled", async () => {
    const old = await book("23:45", { startAt: at("23:45", "2027-03-04") });
    const recent = await book("00:00", { startAt: at("00:00", "2027-03-05") });
    hub.clock.moveTo("2027-06-03T08:00:00-04:00");
    const answer = await closed({ ...cancel, from: at("00:00", "2027-03-04"), to: at("00:00", "2027-03-10") });
    expect(told(answer)).toEqual(["23:45 refused CLOSE-11", "00:00 cancelled CLOSE-09"]);
    expect(codesOf(answer.appointments[0]?.violations ?? [])).toEqual(["CANCEL-03 PAST_LIMIT_EXCEEDED "]);
    expect([await read(old), await read(recent)].map(({ status, version }) => [status, version])).toEqual([
      ["active", 1],
      ["cancelled", 2],
    ]);
    // They are past: nobody has to be told.
    expect(answer.unreachable).toEqual([]);
  });

  test("CLOSE-10 moved: another professional at the same time, for as long; the type is asked anew", async () => {
    await slot("09:00", "10:00");
    const mine = await aCitizen(hub, { registeredWith: colleague });
    const first = await book("09:00", { patient: { ...reachable, nam: mine.nam } });
    const second = await book("09:30", { durationMinutes: 45 });
    expect(first.appointmentType).toBe("GEN");
    const answer = await closed(moveTo(colleague));
    expect(told(answer)).toEqual(["09:00 moved CLOSE-10", "09:30 moved CLOSE-10"]);
    expect(answer.appointments.map(({ to, version }) => [to, version])).toEqual(
      [first, second].map(() => [{ professionalId: colleague.professionalId, placeId: clinic.placeId }, 2]),
    );
    const target = { professionalId: colleague.professionalId, placeId: clinic.placeId, version: 2 };
    const { startAt, endAt, referenceNumber } = second;
    expect(await read(first)).toMatchObject({ ...target, appointmentType: "MF" });
    expect(await read(second)).toMatchObject({ ...target, startAt, endAt, referenceNumber, appointmentType: "GEN" });
    const changes = await changesOf(hub, clinic.establishmentId);
    expect(changes.slice(-2)).toEqual([
      expect.objectContaining({
        objectId: first.appointmentId,
        changed: ["agendaStatus", "appointmentType", "professionalId"],
      }),
      expect.objectContaining({ objectId: second.appointmentId, changed: ["agendaStatus", "professionalId"] }),
    ]);
  });

  test("CLOSE-10, CLOSE-11 by start, each seeing those before; what overlaps waits until it is acknowledged", async () => {
    const twins = [await book("09:00"), await book("09:00")];
    const beside = await book("09:10");
    const answer = await closed(moveTo(colleague));
    expect(told(answer)).toEqual(["09:00 moved CLOSE-10", "09:00 refused CLOSE-11", "09:10 refused CLOSE-11"]);
    for (const { violations, warnings, to, version } of answer.appointments.slice(1))
      expect([codesOf(violations), warnings, to, version]).toEqual([
        ["MOVE-06 OVERLAPS_APPOINTMENT /startAt"],
        [],
        null,
        1,
      ]);
    expect(await read(beside)).toEqual({ ...beside, externalId: null, concurrent: false });
    const again = await closed(moveTo(colleague, { acknowledge: ["OVERLAPS_APPOINTMENT"] }));
    expect(told(again)).toEqual(["09:00 moved CLOSE-10", "09:10 moved CLOSE-10"]);
    expect(again.appointments.map(({ warnings, violations }) => [codesOf(warnings), violations])).toEqual([
      [["MOVE-06 OVERLAPS_APPOINTMENT /startAt"], []],
      [["MOVE-06 OVERLAPS_APPOINTMENT /startAt"], []],
    ]);
    for (const each of [...twins, beside]) expect((await read(each)).professionalId).toBe(colleague.professionalId);
  });

  test("CLOSE-10, CLOSE-11 what the colleague holds is a warning, by whoever it is held", async () => {
    await book("09:00");
    const { slotId } = await aSlot(hub, { ...clinic, ...colleague }, { startAt: at("09:00"), endAt: at("10:00") });
    const citizen = await aCitizen(hub);
    const held = { slotId, startAt: at("09:00") };
    expect((await hub.request("POST", "/v1/citizen/holds", { as: citizen.token, body: held })).status).toBe(201);
    expect(codesOf(only(await closed(moveTo(colleague))).violations)).toEqual(["APPT-66 HELD_BY_CITIZEN /startAt"]);
    const moved = only(await closed(moveTo(colleague, { acknowledge: ["HELD_BY_CITIZEN"] })));
    expect([moved.outcome, codesOf(moved.warnings)]).toEqual(["moved", ["APPT-66 HELD_BY_CITIZEN /startAt"]]);
    expect((await startsOf({ slotId }))[0]).toBe("09:00 busy");
  });

  test("CLOSE-10 the place is that of the slot they get into (MOVE-04), where they were, or the one that is said", async () => {
    const second = await aPlace(hub, clinic);
    await worksAt(colleague, second);
    const there = { ...clinic, ...colleague, placeId: second.placeId };
    await aSlot(hub, there, { startAt: at("09:00"), endAt: at("10:00") });
    const [inSlot, outside, late] = [await book("09:00"), await book("11:00"), await book("14:00")];
    const first = await closed(moveTo(colleague, { to: at("12:00") }));
    expect(first.appointments.map(({ to }) => to?.placeId)).toEqual([second.placeId, clinic.placeId]);
    expect([(await read(inSlot)).placeId, (await read(outside)).placeId]).toEqual([second.placeId, clinic.placeId]);
    const said = only(await closed(moveTo(colleague, { toPlaceId: second.placeId })));
    expect([said.appointmentId, said.to?.placeId]).toEqual([late.appointmentId, second.placeId]);
  });

  test("CLOSE-11 a slot of another place stands in the way of the place that is said (MOVE-05)", async () => {
    const second = await aPlace(hub, clinic);
    await worksAt(colleague, second);
    const appointment = await book("09:00");
    await aSlot(hub, { ...clinic, ...colleague }, { startAt: at("09:00"), endAt: at("10:00") });
    const answer = only(await closed(moveTo(colleague, { toPlaceId: second.placeId })));
    expect([answer.outcome, codesOf(answer.violations)]).toEqual(["refused", ["MOVE-05 PLACE_MISMATCH /placeId"]]);
    expect((await read(appointment)).professionalId).toBe(clinic.professionalId);
  });

  test("CLOSE-10 the same professional goes on at another place, for it is not they who are ill", async () => {
    const second = await aPlace(hub, clinic);
    await worksAt(clinic, second);
    await slot("09:00", "10:00");
    const appointment = await book("09:00");
    const answer = only(await closed(moveTo(clinic, { toPlaceId: second.placeId })));
    expect([answer.outcome, answer.to]).toEqual([
      "moved",
      { professionalId: clinic.professionalId, placeId: second.placeId },
    ]);
    expect(await read(appointment)).toMatchObject({ placeId: second.placeId, appointmentType: "GEN", slotId: null });
  });

  test("CLOSE-12 who can be reached, and who has to be phoned", async () => {
    const reachedBy = (time: string, communicationModes: string[], patient: object) =>
      book(time, { communicationModes, patient: { ...reachable, ...patient } });
    const email = await reachedBy("09:00", ["email"], {});
    const past = await reachedBy("08:00", ["email"], {});
    // As imported: the clinic's own software asked for less.
    const silent = [await reachedBy("09:30", ["email"], {}), await reachedBy("10:00", ["phone"], {})];
    await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`
      UPDATE appointment SET email = NULL, home_phone = NULL
      WHERE appointment_id IN (${[past, ...silent].map(({ appointmentId }) => appointmentId)[0] ?? ""},
        ${silent[0]?.appointmentId ?? ""}, ${silent[1]?.appointmentId ?? ""})`,
    );
    hub.clock.moveTo(at("08:30"));
    const kept = await closed(keep);
    expect([kept.appointments.map((each) => each.reachable), kept.unreachable]).toEqual([
      [false, true, false, false],
      [],
    ]);
    const answer = await closed(cancel);
    expect(answer.appointments.map((each) => [each.appointmentId, each.reachable])).toEqual(
      [past, email, ...silent].map(({ appointmentId }) => [appointmentId, appointmentId === email.appointmentId]),
    );
    expect(answer.unreachable).toEqual(silent.map(({ appointmentId }) => appointmentId));
    expect(JSON.stringify(answer)).not.toContain(reachable.lastName);
    const phoned = await hub.request<{ items: AppointmentBody[] }>(
      "GET",
      `/v1/appointments?ids=${answer.unreachable.join(",")}`,
      { as: clinic.admin.token },
    );
    expect(phoned.body.items.map(({ patient }) => patient.lastName)).toEqual(silent.map(() => reachable.lastName));
  });

  test("CLOSE-11, APPT-61 whom no phone reaches is not moved by a message either: contact is what a move asks for", async () => {
    const { appointmentId } = await book("09:00");
    await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`
      UPDATE appointment SET home_phone = NULL WHERE appointment_id = ${appointmentId}`,
    );
    const answer = only(await closed(moveTo(colleague)));
    expect([answer.outcome, codesOf(answer.violations)]).toEqual([
      "refused",
      ["APPT-61 CONTACT_REQUIRED /patient/homePhone"],
    ]);
  });
});

describe("one command", () => {
  test("CLOSE-11 a dry run answers what the command then does, and keeps nothing of it", async () => {
    await slot("09:00", "18:00");
    await book("09:00");
    await book("09:00");
    const before = await changesOf(hub, clinic.establishmentId);
    const tried = await closed(moveTo(colleague), { query: "?dryRun=true" });
    expect(await changesOf(hub, clinic.establishmentId)).toEqual(before);
    const done = await closed(moveTo(colleague));
    const plain = (answer: AgendaClosed) => ({
      ...answer,
      slots: { ...answer.slots, created: timesOf(answer.slots.created) },
    });
    expect(plain(done)).toEqual(plain(tried));
    expect(told(done)).toEqual(["09:00 moved CLOSE-10", "09:00 refused CLOSE-11"]);
  });

  test("CLOSE-09 under one key it is done once, and answered twice", async () => {
    await book("09:00");
    const [first, second] = [
      await close(cancel, { key: "the-same-key" }),
      await close(cancel, { key: "the-same-key" }),
    ];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    const other = await close<ProblemBody>(keep, { key: "the-same-key" });
    expect(other.body.code).toBe("IDEMPOTENCY_KEY_REUSED");
  });

  test("CLOSE-04, CLOSE-09 agenda software reads its own names, keeps those of what is left, and may push again", async () => {
    const { machine, professionalId, placeId, service } = clinic;
    const push = (name: string, from: string, to: string) =>
      hub.request<{ outcome: string }>("PUT", `/v1/slots/by-external-id/${name}`, {
        as: machine.token,
        body: {
          professionalId,
          placeId,
          startAt: at(from),
          endAt: at(to),
          serviceIds: [service.serviceId],
          visibility: "public",
        },
      });
    await push("gone", "09:00", "10:00");
    await push("cut", "16:00", "18:00");
    const appointment = {
      professionalId,
      placeId,
      startAt: at("09:00"),
      durationMinutes: 15,
      patient: reachable,
      communicationModes: ["email"],
    };
    const pushAppointment = () =>
      hub.request<{ outcome: string }>("PUT", "/v1/appointments/by-external-id/rv-1", {
        as: machine.token,
        body: appointment,
      });
    expect((await pushAppointment()).body.outcome).toBe("created");
    const answer = await closed(cancel, { as: machine.token });
    expect(answer.slots.deleted.map(({ externalId }) => externalId)).toEqual(["gone"]);
    expect(answer.slots.shortened.map(({ externalId }) => externalId)).toEqual(["cut"]);
    expect(only(answer)).toMatchObject({ externalId: "rv-1", outcome: "cancelled" });
    // Design, decision 6: by its own write the body that it pushed last is no longer what the hub holds.
    expect((await push("gone", "09:00", "10:00")).body.outcome).toBe("created");
    expect((await push("cut", "16:00", "18:00")).body.outcome).toBe("updated");
    expect((await pushAppointment()).status).toBe(409);
  });
});

describe("what is refused", () => {
  test("CLOSE-01 who may: WRITE on the agenda, and on the one it moves to", async () => {
    const person = () => anEmployee(hub, clinic, { places: [clinic.place] });
    const granted = async (access: "read" | "write", ...professionals: { professionalId: string }[]) => {
      const employee = await person();
      for (const { professionalId } of professionals)
        await aGrant(hub, employee, { placeId: clinic.placeId, professionalId, access });
      return employee.token;
    };
    const forbidden = [403, "CLOSE-01 FORBIDDEN "];
    const notThere = [403, "CLOSE-01 FORBIDDEN /toProfessionalId"];
    expect(await refused(cancel, { as: (await person()).token })).toEqual(forbidden);
    expect(await refused(cancel, { as: await granted("read", clinic) })).toEqual(forbidden);
    const one = await granted("write", clinic);
    expect((await close(cancel, { as: one })).status).toBe(200);
    expect(await refused(moveTo(colleague), { as: one })).toEqual(notThere);
    expect(await refused(moveTo(colleague, { toPlaceId: clinic.placeId }), { as: one })).toEqual(notThere);
    expect((await close(moveTo(colleague), { as: await granted("write", clinic, colleague) })).status).toBe(200);
    const { token, professionalId } = colleague;
    expect((await close(keep, { as: token, of: professionalId })).status).toBe(200);
    expect(await refused(keep, { as: token })).toEqual(forbidden);
  });

  test("CLOSE-01 agenda software: linked with the place, with both scopes", async () => {
    const second = await aPlace(hub, clinic);
    await worksAt(clinic, second);
    const away = await aProfessional(hub, [second]);
    const { machine } = clinic;
    expect((await close(cancel, { as: machine.token })).status).toBe(200);
    expect(await refused({ ...cancel, placeId: second.placeId }, { as: machine.token })).toEqual([
      ...[403, "LCGA-02 MACHINE_NOT_LINKED "],
    ]);
    expect(await refused(moveTo(away), { as: machine.token })).toEqual([
      ...[403, "LCGA-02 MACHINE_NOT_LINKED /toProfessionalId"],
    ]);
    for (const scope of ["slots.write", "appointments.write"] as const) {
      const half = await aMachine(hub, { scopes: [scope], vendorId: machine.vendorId });
      expect((await close<ProblemBody>(cancel, { as: half.token })).body.code).toBe("INSUFFICIENT_SCOPE");
    }
  });

  test("CLOSE-11, PERM-14 a place of the other agenda that the caller may not write refuses that appointment alone", async () => {
    const second = await aPlace(hub, clinic);
    await worksAt(colleague, second);
    await aSlot(
      hub,
      { ...clinic, ...colleague, placeId: second.placeId },
      { startAt: at("09:00"), endAt: at("10:00") },
    );
    await book("09:00");
    await book("11:00");
    const secretary = await anEmployee(hub, clinic, { places: [clinic.place] });
    for (const { professionalId } of [clinic, colleague])
      await aGrant(hub, secretary, { placeId: clinic.placeId, professionalId, access: "write" });
    const answer = await closed(moveTo(colleague), { as: secretary.token });
    expect(told(answer)).toEqual(["09:00 refused CLOSE-11", "11:00 moved CLOSE-10"]);
    expect(codesOf(answer.appointments[0]?.violations ?? [])).toEqual(["APPT-49 FORBIDDEN "]);
  });

  test("CLOSE-02 the interval, and everything else that is wrong with it", async () => {
    expect(await refused({ ...cancel, to: day.from })).toEqual([422, "CLOSE-02 OUT_OF_RANGE /to"]);
    expect(await refused({ ...cancel, to: at("09:00", "2027-04-09") })).toEqual([422, "CLOSE-02 OUT_OF_RANGE /to"]);
    expect((await close({ ...cancel, to: at("08:00", "2027-04-08") })).status).toBe(200);
    const nowhere = "plc_01m8qk5v0e7kqv8f0a3n6c9d2h";
    expect(await refused({ ...moveTo(clinic), placeId: nowhere, to: day.from })).toEqual([
      ...[
        422,
        "CLOSE-02 OUT_OF_RANGE /to",
        "CONTRACT NOT_FOUND /placeId",
        "CLOSE-10 MOVE_TO_SAME_AGENDA /toProfessionalId",
      ],
    ]);
    expect(await refused({ ...cancel, from: "2027-03-08T08:00:00.500-05:00" })).toEqual([
      400,
      "CONTRACT INVALID_REQUEST /from",
    ]);
    expect(await refused({ ...cancel, ...moveTo(colleague), appointments: "cancel" })).toEqual([
      ...[400, "CONTRACT UNKNOWN_FIELD /toProfessionalId"],
    ]);
    expect(await refused({ appointments: "move" })).toEqual([400, "CONTRACT INVALID_REQUEST /toProfessionalId"]);
  });

  test("CLOSE-02 the same while time goes on", async () => {
    const now = vi.spyOn(hub.deps.clock, "now");
    const still = now.getMockImplementation() ?? hub.clock.wall;
    let read = 0;
    now.mockImplementation(() => still() + 7 * read++);
    try {
      expect(await refused({ ...cancel, to: day.from })).toEqual([422, "CLOSE-02 OUT_OF_RANGE /to"]);
      expect(await refused({ ...cancel, to: at("09:00", "2027-04-09") })).toEqual([422, "CLOSE-02 OUT_OF_RANGE /to"]);
      expect(await refused({ ...cancel, from: undefined, to: at("08:00", "2026-12-01") })).toEqual([
        ...[422, "CLOSE-02 OUT_OF_RANGE /to"],
      ]);
      await slot("08:00", "12:00");
      expect((await closed({ ...cancel, from: undefined })).slots.deleted).toHaveLength(1);
    } finally {
      now.mockRestore();
    }
    expect(read).toBeGreaterThan(10);
  });

  test("CLOSE-03 more than a thousand at once, and nothing is done", async () => {
    const appointment = await book("09:00");
    const { slotId } = await slot("10:00", "10:15");
    await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`
      INSERT INTO slot SELECT (jsonb_populate_record(o, jsonb_build_object('slot_id', 'slt_' || lpad(n::text, 26, '0')))).*
      FROM slot o, generate_series(1, 1000) n WHERE o.slot_id = ${slotId}`,
    );
    const answer = await close<ProblemBody>(cancel);
    expect([answer.status, ...refusalsOf(answer)]).toEqual([422, "CLOSE-03 CLOSURE_TOO_LARGE /to"]);
    expect(answer.body.detail).toContain("1001");
    expect((await read(appointment)).status).toBe("active");
    expect(told(await closed({ ...cancel, to: at("10:00") }))).toEqual(["09:00 cancelled CLOSE-09"]);
  });

  test("CLOSE-10 where it moves to: another agenda, where that professional works", async () => {
    const second = await aPlace(hub, clinic);
    const same = [422, "CLOSE-10 MOVE_TO_SAME_AGENDA /toProfessionalId"];
    expect(await refused(moveTo(clinic))).toEqual(same);
    expect(await refused(moveTo(clinic, { toPlaceId: clinic.placeId }))).toEqual(same);
    expect(await refused(moveTo(colleague, { toPlaceId: second.placeId }))).toEqual([
      ...[422, "MOVE-07 PLACE_NOT_WORK_PLACE /toPlaceId"],
    ]);
  });

  test("another clinic's professional and places answer like none at all", async () => {
    const other = await aClinic(hub);
    const none = { pro: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h", plc: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h" };
    const ask = async (body: object, of?: string): Promise<TestAnswer<ProblemBody>> =>
      withoutRequestId(await close<ProblemBody>(body, of === undefined ? {} : { of })) as TestAnswer<ProblemBody>;
    expect(await ask(cancel, other.professionalId)).toEqual(await ask(cancel, none.pro));
    expect((await ask(cancel, other.professionalId)).status).toBe(404);
    for (const [foreign, missing, pointer] of [
      [{ ...cancel, placeId: other.placeId }, { ...cancel, placeId: none.plc }, "/placeId"],
      [moveTo(other), moveTo({ professionalId: none.pro }), "/toProfessionalId"],
      [moveTo(colleague, { toPlaceId: other.placeId }), moveTo(colleague, { toPlaceId: none.plc }), "/toPlaceId"],
    ] as const) {
      const answer = await ask(foreign);
      expect(answer).toEqual(await ask(missing));
      expect([answer.status, ...refusalsOf(answer)]).toEqual([404, `CONTRACT NOT_FOUND ${pointer}`]);
    }
    expect(await changesOf(hub, other.establishmentId)).toEqual([]);
  });
});
