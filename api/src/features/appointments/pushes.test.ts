import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appointmentInput, changesOf, reachable } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import { aCitizen, aClinic, aLink, aMachine, aPlace, aProfessional } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { createHttpRegistry } from "../registry/http-registry.ts";
import type { AppointmentBody, BatchResult, PushResult } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
let pushes = 0;
const freshId = () => `A-${String((pushes += 1))}`;
const at = (day: number, time = "09:00") => `2027-04-${String(day).padStart(2, "0")}T${time}:00-04:00`;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(async () => hub.close());

type Answer = TestAnswer<PushResult & ProblemBody>;
const push = (externalId: string, body: object, options: { as?: string; version?: number } = {}): Promise<Answer> =>
  hub.request("PUT", `/v1/appointments/by-external-id/${externalId}`, { as: clinic.machine.token, ...options, body });
const input = (fields: object = {}) => appointmentInput(clinic, { startAt: at(1), ...fields });
const asStaff = (appointment: AppointmentBody, body: object): Promise<TestAnswer<AppointmentBody>> =>
  hub.request("PATCH", `/v1/appointments/${appointment.appointmentId}`, {
    as: clinic.admin.token,
    version: appointment.version,
    body,
  });
const outcome = ({ status, body }: Answer) => `${String(status)} ${body.outcome} v${String(body.appointment.version)}`;

describe("under the vendor's own identifier", () => {
  test("created, unchanged, updated, unchanged; only what changes is announced", async () => {
    const other = await aClinic(hub);
    const of = (fields: object = {}) => push("1207", appointmentInput(other, fields), { as: other.machine.token });
    const first = await of();
    expect([outcome(first), first.headers.get("etag")]).toEqual(["200 created v1", '"v1"']);
    expect(first.body.appointment.externalId).toBe("1207");
    expect(outcome(await of())).toBe("200 unchanged v1");
    const moved = await of({ startAt: at(2) });
    expect([outcome(moved), moved.body.appointment.startAt]).toEqual(["200 updated v2", at(2)]);
    expect(outcome(await of({ startAt: at(2) }))).toBe("200 unchanged v2");
    const changes = await changesOf(hub, other.establishmentId);
    expect(changes.map(({ operation, version, changed }) => [operation, version, changed])).toEqual([
      ["created", 1, []],
      ["updated", 2, ["endAt", "startAt"]],
    ]);
    const read = await hub.request("GET", "/v1/appointments/by-external-id/1207", { as: other.machine.token });
    expect(read.body).toEqual(moved.body.appointment);
  });

  test("the same body again undoes nobody's work; another one needs the version it was made from", async () => {
    const [externalId, body] = [freshId(), input()];
    const { appointment } = (await push(externalId, body)).body;
    const changed = (await asStaff(appointment, { attendance: "present" })).body;
    const same = await push(externalId, body);
    expect([outcome(same), same.body.appointment.attendance]).toEqual(["200 unchanged v2", "present"]);
    const other = { ...body, clinicNote: "Rappeler." };
    const stale = await push(externalId, other);
    expect([stale.status, stale.body.code]).toEqual([412, "PRECONDITION_FAILED"]);
    expect(stale.body.current).toMatchObject({ version: 2, attendance: "present", externalId });
    expect((await push(externalId, other, { version: 1 })).status).toBe(412);
    const known = await push(externalId, other, { version: changed.version });
    expect([outcome(known), known.body.appointment.attendance]).toEqual(["200 updated v3", "present"]);
  });

  test("the same body again undoes what others did when it names their version, once", async () => {
    const externalId = freshId();
    const body = input({ attendance: "present" });
    const { appointment } = (await push(externalId, body)).body;
    await asStaff(appointment, { attendance: "absent" });
    expect(outcome(await push(externalId, body, { version: 1 }))).toBe("200 unchanged v2");
    const undone = await push(externalId, body, { version: 2 });
    expect([outcome(undone), undone.body.appointment.attendance]).toEqual(["200 updated v3", "present"]);
    expect(outcome(await push(externalId, body, { version: 2 }))).toBe("200 unchanged v3");
  });

  test("the vendor's own write by id is no stranger's; after it the old body is a different one", async () => {
    const [externalId, body] = [freshId(), input()];
    const { appointment } = (await push(externalId, body)).body;
    await hub.request("PATCH", `/v1/appointments/${appointment.appointmentId}`, {
      as: clinic.machine.token,
      version: 1,
      body: { attendance: "present" },
    });
    expect(outcome(await push(externalId, { ...body, attendance: "absent" }))).toBe("200 updated v3");
  });

  test("If-Match of something that does not exist", async () => {
    expect((await push(freshId(), input(), { version: 1 })).status).toBe(412);
  });

  test("ATT-04, PAT-05, APPT-34 attendance and an unmatched number pass, the patient's note does not", async () => {
    const pushed = await push(
      freshId(),
      input({ attendance: "present", patient: { ...reachable, nam: "INCO80561500" } }),
    );
    expect(pushed.body.appointment).toMatchObject({
      attendance: "present",
      patient: { nam: "INCO80561500", namMatched: false },
    });
    expect(refusalsOf(await push(freshId(), input({ patientNote: "x", communicationModes: ["sms"] })))).toEqual([
      "APPT-34 FIELD_NOT_EDITABLE /patientNote",
      "APPT-28 CONTACT_REQUIRED /patient/mobilePhone",
    ]);
    const externalId = freshId();
    await push(externalId, input());
    for (const fields of [{}, { status: "cancelled" }, { startAt: at(2) }])
      expect(refusalsOf(await push(externalId, input({ ...fields, referenceNumber: "1" })))).toEqual([
        "APPT-68 FIELD_NOT_EDITABLE /referenceNumber",
      ]);
  });

  test("APPT-30 the modes in another order are the same body, alone and in a batch", async () => {
    const externalId = freshId();
    const body = (...communicationModes: string[]) => input({ communicationModes });
    const first = await push(externalId, body("phone", "email", "phone"));
    expect(first.body.appointment.communicationModes).toEqual(["email", "phone"]);
    expect(outcome(await push(externalId, body("email", "phone")))).toBe("200 unchanged v1");
    const { body: lines } = await hub.request<BatchResult[]>("POST", "/v1/appointments/batch", {
      ...{ as: clinic.machine.token, ndjson: true, key: null },
      body: [{ externalId, ...body("phone", "email") }],
    });
    expect(lines.map(({ outcome, version }) => [outcome, version])).toEqual([["unchanged", 1]]);
  });

  test("Appointment.slotId, APPT-44, APPT-48 what is computed or frozen does not pass, at the first push or later", async () => {
    const externalId = freshId();
    const body = input();
    const sent = { ...body, slotId: null, appointmentType: "MF", cancellationDelay: { value: 0, unit: "hours" } };
    const expected = [
      "APPT-44 FIELD_NOT_EDITABLE /appointmentType",
      "APPT-48 FIELD_NOT_EDITABLE /cancellationDelay",
      "Appointment.slotId FIELD_NOT_EDITABLE /slotId",
    ];
    const first = await push(externalId, sent);
    expect([first.status, refusalsOf(first)]).toEqual([422, expected]);
    expect(outcome(await push(externalId, { ...body, status: "active" }))).toBe("200 created v1");
    expect(refusalsOf(await push(externalId, sent))).toEqual(expected);
  });

  test("MOVE-12 another professional asks for the type again, whether the number is sent or not", async () => {
    const colleague = await aProfessional(hub, [clinic.place]);
    const { nam } = await aCitizen(hub, { registeredWith: colleague });
    const [externalId, body] = [freshId(), input({ patient: { ...reachable, nam } })];
    expect((await push(externalId, body)).body.appointment.appointmentType).toBe("GEN");
    const moved = await push(externalId, {
      ...body,
      patient: { firstName: "Alice" },
      professionalId: colleague.professionalId,
    });
    expect(moved.body.appointment).toMatchObject({ appointmentType: "MF", patient: { nam } });
    const back = await push(externalId, body);
    expect(back.body.appointment).toMatchObject({ appointmentType: "GEN", professionalId: clinic.professionalId });
  });

  test("PAT-03, PAT-04 another number pushed alone is another person's", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const externalId = freshId();
    await push(externalId, input({ patient: { ...reachable, nam: alice.nam } }));
    const { firstName, lastName, sex, birthDate } = bob.person;
    const replaced = await push(externalId, { patient: { nam: bob.nam } });
    expect(replaced.body.appointment.patient).toMatchObject({ nam: bob.nam, firstName, lastName, sex, birthDate });
    const unmatched = await push(externalId, { patient: { nam: "INCO80561500" } });
    expect(refusalsOf(unmatched)[0]).toBe("PAT-04 REQUIRED_FIELD /patient/firstName");
  });

  test("the same number pushed again keeps its sealed form", async () => {
    const { nam } = await aCitizen(hub);
    const [externalId, body] = [freshId(), input({ patient: { ...reachable, nam } })];
    await push(externalId, body);
    const again = await push(externalId, { ...body, attendance: "absent" });
    expect(again.body.appointment.patient.nam).toBe(nam);
    const { objectId } = (await changesOf(hub, clinic.establishmentId)).at(-1) ?? {};
    expect((await changesOf(hub, clinic.establishmentId)).at(-1)).toMatchObject({ objectId, changed: ["attendance"] });
  });
});

describe("warnings never stop it", () => {
  test("APPT-08, SYNC-16 a double booking is accepted beside the other, with a warning", async () => {
    const [first, second] = [
      await push(freshId(), input({ startAt: at(5) })),
      await push(freshId(), input({ startAt: at(5) })),
    ];
    expect([outcome(first), outcome(second)]).toEqual(["200 created v1", "200 created v1"]);
    expect(second.body.appointment.concurrent).toBe(true);
    const warned = [first, second].map(({ body }) => body.warnings.map(({ rule, code }) => `${rule} ${code}`));
    expect(warned).toEqual([[], ["SYNC-16 OVERLAPS_APPOINTMENT"]]);
  });

  test("MOVE-06 onto a reserved time, HOLD-03 onto a colleague's hold: answered, not refused", async () => {
    await push(freshId(), input({ startAt: at(6, "10:00") }));
    await hub.request("POST", "/v1/holds", {
      as: clinic.admin.token,
      body: { professionalId: clinic.professionalId, startAt: at(6, "10:00"), durationMinutes: 15 },
    });
    const held = await push(freshId(), input({ startAt: at(6, "10:00") }));
    expect(held.body.warnings.map(({ rule, code }) => `${rule} ${code}`)).toEqual([
      "SYNC-16 OVERLAPS_APPOINTMENT",
      "HOLD-03 HELD_BY_COLLEAGUE",
    ]);
    const [externalId, body] = [freshId(), input({ startAt: at(6) })];
    await push(externalId, body);
    const moved = await push(externalId, { ...body, startAt: at(6, "10:00") });
    expect(moved.body.warnings.map(({ rule, code }) => `${rule} ${code}`)).toEqual([
      "MOVE-06 OVERLAPS_APPOINTMENT",
      "HOLD-03 HELD_BY_COLLEAGUE",
    ]);
  });

  test("MOVE-03 a violation does stop it", async () => {
    const [externalId, body] = [freshId(), input({ startAt: at(7) })];
    await push(externalId, body);
    expect(refusalsOf(await push(externalId, { ...body, startAt: "2027-02-20T09:00:00-05:00" }))).toEqual([
      "MOVE-03 FUTURE_TO_PAST_MOVE /startAt",
    ]);
  });
});

describe("cancelling", () => {
  test("CANCEL-14, APPT-69 cancelled by a push; nothing revives it", async () => {
    const [externalId, body] = [freshId(), input({ startAt: at(8) })];
    await push(externalId, body);
    const cancelled = await push(externalId, { ...body, status: "cancelled" });
    expect([outcome(cancelled), cancelled.body.appointment]).toMatchObject([
      "200 updated v2",
      { status: "cancelled", cancelledBy: "clinic" },
    ]);
    expect(outcome(await push(externalId, { ...body, status: "cancelled" }))).toBe("200 unchanged v2");
    expect(outcome(await push(externalId, { status: "cancelled" }))).toBe("200 unchanged v2");
    const revived = await push(externalId, body);
    expect([revived.status, refusalsOf(revived)]).toEqual([409, ["APPT-69 APPOINTMENT_CANCELLED "]]);
  });

  test("the old body after a stranger's cancellation changes nothing and revives nothing", async () => {
    const [externalId, body] = [freshId(), input({ startAt: at(9) })];
    const { appointment } = (await push(externalId, body)).body;
    await hub.request("POST", `/v1/appointments/${appointment.appointmentId}/cancel`, {
      as: clinic.admin.token,
      version: 1,
      body: {},
    });
    const same = await push(externalId, body);
    expect([outcome(same), same.body.appointment.status]).toEqual(["200 unchanged v2", "cancelled"]);
    expect(refusalsOf(await push(externalId, { ...body, clinicNote: "x" }))).toEqual([
      "APPT-69 APPOINTMENT_CANCELLED ",
    ]);
  });

  test("CANCEL-04 each field that a cancelling push changes is refused, and it stays as it was", async () => {
    const { nam } = await aCitizen(hub);
    const colleague = await aProfessional(hub, [clinic.place]);
    const [externalId, body] = [freshId(), input({ startAt: at(10), communicationModes: ["email", "phone"] })];
    const { appointment } = (await push(externalId, body)).body;
    const other = {
      professionalId: colleague.professionalId,
      placeId: (await aPlace(hub, clinic)).placeId,
      startAt: at(10, "10:00"),
      durationMinutes: 20,
      patient: {
        ...{ nam, firstName: "Bob", lastName: "Roy", sex: "M", birthDate: "1981-06-15" },
        ...{ homePhone: "418-555-0193", mobilePhone: "581-555-0103", email: "bob@example.org" },
      },
      communicationModes: ["email"],
      consultationReason: "regular",
      communicationLanguage: "en",
      clinicNote: "Rappeler.",
      attendance: "present",
    };
    const refusals = [
      "/professionalId",
      "/placeId",
      "/startAt",
      "/durationMinutes",
      ...Object.keys(other.patient).map((field) => `/patient/${field}`),
      ...["/communicationModes", "/consultationReason", "/communicationLanguage", "/clinicNote", "/attendance"],
    ].map((pointer) => `CANCEL-04 UNSAVED_CHANGES ${pointer}`);
    const refused = await push(externalId, { ...other, status: "cancelled" });
    expect([refused.status, refusalsOf(refused)]).toEqual([422, refusals]);
    const line = { externalId, status: "cancelled", clinicNote: "Rappeler." };
    const { body: lines } = await hub.request<BatchResult[]>("POST", "/v1/appointments/batch", {
      as: clinic.machine.token,
      body: [line],
      ndjson: true,
      key: null,
    });
    expect(lines[0]?.problem?.violations).toMatchObject([
      { rule: "CANCEL-04", code: "UNSAVED_CHANGES", pointer: "/clinicNote" },
    ]);
    const read = await hub.request("GET", `/v1/appointments/by-external-id/${externalId}`, {
      as: clinic.machine.token,
    });
    expect(read.body).toEqual(appointment);
  });

  test("CANCEL-04 the whole of what is there may be said again, however it is written", async () => {
    const { nam } = await aCitizen(hub);
    const patient = { ...reachable, nam };
    const [externalId, body] = [
      freshId(),
      input({ startAt: at(12), patient, communicationModes: ["email", "phone"], clinicNote: null }),
    ];
    await push(externalId, body);
    const same = {
      ...body,
      startAt: "2027-04-12T13:00:00Z",
      patient: { ...patient, nam: `${nam.slice(0, 4)} ${nam.slice(4)}`, mobilePhone: null },
      communicationModes: ["phone", "email"],
      attendance: "unconfirmed",
    };
    expect(outcome(await push(externalId, { ...same, status: "cancelled" }))).toBe("200 updated v2");
  });

  test("CANCEL-04, APPT-36 the reason of a minor that has been erased is no change", async () => {
    const patient = { ...reachable, birthDate: "2020-06-15" };
    const [externalId, body] = [freshId(), input({ startAt: "2027-02-20T09:00:00-05:00", patient })];
    await push(externalId, { ...body, consultationReason: "childZeroToFive" });
    const cancelling = { ...body, consultationReason: "childZeroToFive", status: "cancelled" };
    expect(outcome(await push(externalId, cancelling))).toBe("200 updated v2");
  });

  test("what the hub never knew cannot be cancelled", async () => {
    const answer = await push(freshId(), input({ status: "cancelled" }));
    expect([answer.status, refusalsOf(answer)]).toEqual([404, ["CONTRACT NOT_FOUND /path/externalId"]]);
  });
});

describe("whose identifier", () => {
  test("a machine of several establishments names the one it means", async () => {
    const second = await aClinic(hub, { machine: { places: [] } });
    const machine = await aMachine(hub, { places: [] });
    await hub.write(
      [second.establishmentId],
      (tx) => tx.sql`DELETE FROM machine_link WHERE place_id = ${second.placeId}`,
    );
    const third = await aClinic(hub);
    await hub.write(
      [third.establishmentId],
      (tx) => tx.sql`DELETE FROM machine_link WHERE place_id = ${third.placeId}`,
    );
    for (const place of [second.place, third.place]) await aLink(hub, machine, place);
    const as = machine.token;
    const body = appointmentInput(second, { startAt: at(1) });
    const unsaid = ["CONTRACT ESTABLISHMENT_REQUIRED /query/establishmentId"];
    expect(refusalsOf(await push("7", body, { as }))).toEqual(unsaid);
    const of = (establishmentId: string) => push(`7?establishmentId=${establishmentId}`, body, { as });
    expect(outcome(await of(second.establishmentId))).toBe("200 created v1");
    expect(refusalsOf(await of(clinic.establishmentId))).toEqual(["CONTRACT NOT_FOUND /query/establishmentId"]);
    expect(refusalsOf(await of(third.establishmentId))).toEqual(["CONTRACT NOT_FOUND /professionalId"]);
    const read = await hub.request(
      "GET",
      `/v1/appointments/by-external-id/7?establishmentId=${second.establishmentId}`,
      { as },
    );
    expect(read.status).toBe(200);
    expect(refusalsOf(await hub.request("GET", "/v1/appointments/by-external-id/7", { as }))).toEqual(unsaid);
    const { body: lines } = await hub.request<BatchResult[]>("POST", "/v1/appointments/batch", {
      ...{ as, ndjson: true, key: null },
      body: [
        { externalId: "7", ...body },
        { externalId: "7", establishmentId: clinic.establishmentId, ...body },
        { externalId: "8", establishmentId: second.establishmentId, ...body, status: "cancelled" },
      ],
    });
    expect(lines.map(({ problem }) => problem?.violations.map(({ code, pointer }) => `${code} ${pointer}`))).toEqual([
      ["ESTABLISHMENT_REQUIRED /establishmentId"],
      ["NOT_FOUND /establishmentId"],
      ["NOT_FOUND /externalId"],
    ]);
  });

  test("another vendor's identifier of the same text is another one", async () => {
    const [externalId, body] = [freshId(), input({ startAt: at(11) })];
    await push(externalId, body);
    const other = await aClinic(hub);
    const read = await hub.request<ProblemBody>("GET", `/v1/appointments/by-external-id/${externalId}`, {
      as: other.machine.token,
    });
    const missing = await hub.request<ProblemBody>("GET", "/v1/appointments/by-external-id/none", {
      as: other.machine.token,
    });
    expect(read.status).toBe(404);
    expect(withoutRequestId(read)).toEqual(withoutRequestId(missing));
    expect(outcome(await push(externalId, appointmentInput(other), { as: other.machine.token }))).toBe(
      "200 created v1",
    );
  });

  test("employees have no identifiers of their own", async () => {
    expect((await push(freshId(), input(), { as: clinic.admin.token })).status).toBe(403);
  });
});

describe("many at once", () => {
  const batch = (lines: readonly unknown[], as = clinic.machine.token) =>
    hub.request<BatchResult[]>("POST", "/v1/appointments/batch", { as, body: lines, ndjson: true, key: null });
  const line = (externalId: string, fields: object = {}) => ({ externalId, ...input(fields) });

  test("a result per line, in order; a refused line stops no other", async () => {
    const lines = [
      line("B-1", { startAt: at(20) }),
      line("B-2", { startAt: "2026-01-01T09:00:00-05:00" }),
      { externalId: "B-3" },
      { nothing: true },
      line("B-4", { startAt: at(20, "10:00"), patient: { ...reachable, homePhone: null } }),
      line("B-5", { startAt: at(20) }),
    ];
    const { status, body } = await batch(lines);
    expect(status).toBe(200);
    expect(
      body.map(({ index, externalId, outcome, problem }) => [index, externalId, outcome, problem?.code ?? null]),
    ).toEqual([
      [0, "B-1", "created", null],
      [1, "B-2", "refused", "PAST_LIMIT_EXCEEDED"],
      [2, "B-3", "refused", "REQUIRED_FIELD"],
      [3, null, "refused", "INVALID_REQUEST"],
      [4, "B-4", "refused", "CONTACT_REQUIRED"],
      [5, "B-5", "created", null],
    ]);
    expect(body[4]?.problem?.violations).toMatchObject([{ rule: "APPT-23", pointer: "/patient/homePhone" }]);
  });

  test("the same lines again: nothing is written, nothing announced", async () => {
    const other = await aClinic(hub);
    const lines = Array.from({ length: 300 }, (_, index) => ({
      externalId: `C-${String(index)}`,
      ...appointmentInput(other, { startAt: new Date(Date.parse(at(21)) + index * 900_000).toISOString() }),
    }));
    const first = await batch(lines, other.machine.token);
    expect(new Set(first.body.map(({ outcome }) => outcome))).toEqual(new Set(["created"]));
    const before = await changesOf(hub, other.establishmentId);
    const second = await batch(lines, other.machine.token);
    expect(second.body.map(({ outcome, appointmentId }) => `${outcome} ${appointmentId ?? ""}`)).toEqual(
      first.body.map(({ appointmentId }) => `unchanged ${appointmentId ?? ""}`),
    );
    expect(await changesOf(hub, other.establishmentId)).toEqual(before);
    expect(before).toHaveLength(300);
  });

  test("lines of one appointment follow each other; baseVersion is a line's If-Match", async () => {
    const lines = [
      line("D-1", { startAt: at(22) }),
      line("D-1", { startAt: at(22, "10:00") }),
      line("D-1", { startAt: at(22, "11:00"), baseVersion: 1 }),
      line("D-1", { startAt: at(22, "11:00"), baseVersion: 2 }),
      { externalId: "D-1", status: "cancelled" },
    ];
    const { body } = await batch(lines);
    expect(body.map(({ outcome, version, problem }) => [outcome, version, problem?.code])).toEqual([
      ["created", 1, undefined],
      ["updated", 2, undefined],
      ["refused", 2, "PRECONDITION_FAILED"],
      ["updated", 3, undefined],
      ["updated", 4, undefined],
    ]);
  });
});

test("a registry that does not answer: one call says so, a batch's lines say so and the others go on", async () => {
  const { registry } = hub.deps;
  const away = createHttpRegistry("https://registry.example", () => Promise.reject(new TypeError("fetch failed")));
  const withNumber = { patient: { ...reachable, nam: "INCO80561500" } };
  hub.deps.registry = away;
  try {
    const one = await push(freshId(), input(withNumber));
    expect([one.status, one.body.code, one.headers.get("retry-after")]).toEqual([503, "UNAVAILABLE", "5"]);
    const many = await hub.request<BatchResult[]>("POST", "/v1/appointments/batch", {
      as: clinic.machine.token,
      ndjson: true,
      body: [
        { externalId: freshId(), ...input(withNumber) },
        { externalId: freshId(), ...input() },
      ],
    });
    expect(many.body.map(({ outcome, problem }) => [outcome, problem?.code])).toEqual([
      ["refused", "UNAVAILABLE"],
      ["created", undefined],
    ]);
  } finally {
    hub.deps.registry = registry;
  }
});

test("the reference number, the author and what a citizen wrote survive a push after an adoption", async () => {
  const slot = await aSlot(hub, clinic, { startAt: at(25), endAt: at(25, "10:00") });
  const citizen = await aCitizen(hub);
  const booked = await hub.request<{ appointmentId: string; referenceNumber: string }>(
    "POST",
    "/v1/citizen/appointments",
    {
      as: citizen.token,
      body: {
        slotId: slot.slotId,
        startAt: at(25),
        consultationReason: "regular",
        homePhone: reachable.homePhone,
        email: reachable.email,
        patientNote: "Douleur.",
      },
    },
  );
  const { appointmentId, referenceNumber } = booked.body;
  await hub.write(
    [clinic.establishmentId],
    (tx) => tx.sql`
      INSERT INTO external_binding (establishment_id, vendor_id, object_type, external_id, object_id, body_hash, vendor_version)
      VALUES (${clinic.establishmentId}, ${clinic.machine.vendorId}, 'appointment', 'E-1', ${appointmentId}, NULL, 1)`,
  );
  const same = await push("E-1", { professionalId: clinic.professionalId, startAt: at(25), durationMinutes: 15 });
  expect(outcome(same)).toBe("200 unchanged v1");
  const after = await push("E-1", { professionalId: clinic.professionalId, startAt: at(25), attendance: "present" });
  expect([outcome(after), after.body.appointment]).toMatchObject([
    "200 updated v2",
    {
      referenceNumber,
      author: { type: "citizen" },
      patientNote: "Douleur.",
      consultationReason: "regular",
      attendance: "present",
    },
  ]);
});
