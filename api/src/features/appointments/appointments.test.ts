import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, appointmentInput, changesOf, openingsOf, reachable } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import {
  aCitizen,
  aClinic,
  aGrant,
  aLink,
  anEmployee,
  anEstablishment,
  aPlace,
  aProfessional,
  aTeam,
  inventedNam,
} from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { newPlaceExample } from "../places/schema.ts";
import type { AppointmentBody } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
/** A fresh day of the clinic, so that tests do not meet. */
let days = 0;
const freshDay = () => {
  days += 1;
  return new Date(Date.parse("2027-04-01T00:00:00Z") + days * 86_400_000).toISOString().slice(0, 10);
};
const at = (day: string, time = "09:00") => `${day}T${time}:00-04:00`;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(async () => hub.close());

type Answer = TestAnswer<AppointmentBody & Omit<ProblemBody, "status">>;
/** An answer that the test expects to be a refusal. */
const refused = ({ status, headers, body }: Answer): TestAnswer<ProblemBody> => ({
  status,
  headers,
  body: { ...body, status },
});
const create = (fields: object = {}, as = clinic.machine.token): Promise<Answer> =>
  hub.request("POST", "/v1/appointments", {
    as,
    body: appointmentInput(clinic, { startAt: at(freshDay()), ...fields }),
  });
const post = (
  appointment: AppointmentBody,
  verb: "move" | "cancel",
  body: object,
  as = clinic.machine.token,
): Promise<Answer> =>
  hub.request("POST", `/v1/appointments/${appointment.appointmentId}/${verb}`, {
    as,
    version: appointment.version,
    body,
  });
const patch = (appointment: AppointmentBody, body: object, as = clinic.machine.token): Promise<Answer> =>
  hub.request("PATCH", `/v1/appointments/${appointment.appointmentId}`, { as, version: appointment.version, body });
const get = (appointmentId: string, as = clinic.machine.token): Promise<Answer> =>
  hub.request("GET", `/v1/appointments/${appointmentId}`, { as });
/** Of `rule field` lines: the fields, and how they are refused. */
const namesIn = (lines: readonly string[]) => lines.map((line) => line.slice(line.indexOf(" ") + 1));
const notEditable = (lines: readonly string[]) => lines.map((line) => line.replace(" ", " FIELD_NOT_EDITABLE /"));
const made = (fields: object = {}, as?: string) =>
  anAppointment(hub, clinic, { startAt: at(freshDay()), ...fields }, as);

describe("creating", () => {
  test("APPT-39, APPT-41, APPT-48 a machine's appointment, as it is answered and read again", async () => {
    const day = freshDay();
    const created = await create({ startAt: at(day), clinicNote: "Résultats de laboratoire." });
    expect(created.status).toBe(201);
    expect(created.headers.get("etag")).toBe('"v1"');
    expect(created.body).toMatchObject({
      version: 1,
      date: day,
      startTime: "09:00",
      startAt: at(day),
      durationMinutes: 15,
      status: "active",
      attendance: "unconfirmed",
      appointmentType: "GEN",
      placeId: clinic.placeId,
      slotId: null,
      communicationModes: ["email"],
      communicationLanguage: "fr",
      professionalNameVisible: true,
      cancellationDelay: { value: 24, unit: "hours" },
      author: { type: "machine", label: clinic.machine.machineId },
      createdAt: "2027-03-01T12:00:00.000Z",
      hasNotes: true,
      access: "write",
      cancellable: true,
    });
    expect(created.body.referenceNumber).toMatch(/^[0-9]{10}$/);
    expect((await get(created.body.appointmentId)).body).toEqual(created.body);
  });

  test("APPT-39 reference numbers increase", async () => {
    const [first, second] = [await made(), await made()];
    expect(Number(second.referenceNumber)).toBeGreaterThan(Number(first.referenceNumber));
  });

  test("APPT-42 an employee's appointment bears the employee's name", async () => {
    const { author } = await made({}, clinic.admin.token);
    expect(author).toMatchObject({ type: "employee", label: expect.stringContaining("Camille Employé") as string });
  });

  test("APPT-46 the clinic's own shows the professional's name, whatever the place masks and whoever the patient is", async () => {
    const gmfNumber = "46-046";
    const masking = await aClinic(hub, {
      establishment: { isGmf: true, gmfNumber },
      place: { maskGmf: true, maskGen: true },
    });
    const ofTheGroup = await aCitizen(hub, { registeredWith: { practiceNumber: "100001", gmfNumber } });
    for (const as of [masking.machine.token, masking.admin.token])
      for (const [nam, appointmentType] of [
        [ofTheGroup.nam, "GMF"],
        [null, "GEN"],
      ] as const) {
        const fields = { startAt: at(freshDay()), patient: { ...reachable, nam } };
        const appointment = await anAppointment(hub, masking, fields, as);
        expect(appointment).toMatchObject({ appointmentType, professionalNameVisible: true });
        expect((await get(appointment.appointmentId, as)).body.professionalNameVisible).toBe(true);
      }
  });

  test("APPT-08 a second one at the same start is concurrent; both are told so", async () => {
    const startAt = at(freshDay());
    const first = await made({ startAt });
    expect(first.concurrent).toBe(false);
    const second = await made({ startAt });
    expect(second.concurrent).toBe(true);
    expect((await get(first.appointmentId)).body).toMatchObject({ concurrent: true, version: 1 });
  });

  test("APPT-10 a patient may have several on a day when the clinic makes them", async () => {
    const { nam } = await aCitizen(hub);
    const day = freshDay();
    for (const time of ["09:00", "10:00", "11:00"])
      expect((await create({ startAt: at(day, time), patient: { ...reachable, nam } })).status).toBe(201);
  });

  test("APPT-12, APPT-16, APPT-21 in a public slot that is named, all else comes from it", async () => {
    const day = freshDay();
    const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00"), durationMinutes: 20 });
    const created = await create({
      professionalId: undefined,
      startAt: undefined,
      durationMinutes: undefined,
      slotId: slot.slotId,
    });
    expect(created.body).toMatchObject({ slotId: slot.slotId, startAt: at(day), durationMinutes: 20 });
    expect(await openingsOf(hub, clinic.establishmentId, slot.slotId)).toEqual([
      "13:00 busy",
      "13:20 free",
      "13:40 free",
    ]);
  });

  test("APPT-13 an appointment outside any slot fills the openings it overlaps", async () => {
    const day = freshDay();
    const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00"), durationMinutes: 20 });
    await made({ startAt: at(day, "08:50"), durationMinutes: 35 });
    expect(await openingsOf(hub, clinic.establishmentId, slot.slotId)).toEqual([
      "13:00 busy",
      "13:20 busy",
      "13:40 free",
    ]);
  });

  test("APPT-14, APPT-17, APPT-19 where it may be", async () => {
    const other = await aPlace(hub, clinic);
    const elsewhere = await aPlace(hub, clinic);
    const two = await aProfessional(hub, [clinic.place, other]);
    const day = freshDay();
    await aSlot(hub, { ...clinic, professionalId: two.professionalId }, { startAt: at(day), endAt: at(day, "10:00") });
    const of = (fields: object) => create({ professionalId: two.professionalId, ...fields }, clinic.admin.token);
    expect(refusalsOf(await of({ startAt: at(day, "15:00") }))).toEqual(["APPT-14 REQUIRED_FIELD /placeId"]);
    expect(refusalsOf(await of({ startAt: at(day), placeId: other.placeId }))).toEqual([
      "APPT-17 PLACE_MISMATCH /placeId",
    ]);
    expect(refusalsOf(await of({ startAt: at(day, "15:00"), placeId: elsewhere.placeId }))).toEqual([
      "APPT-19 PLACE_NOT_WORK_PLACE /placeId",
    ]);
    expect((await of({ startAt: at(day) })).body.placeId).toBe(clinic.placeId);
  });

  test("APPT-01, APPT-02, APPT-04, APPT-24 the past within the limit needs no contact", async () => {
    const past = { patient: { ...reachable, homePhone: null, email: null }, attendance: "present" };
    const last = await create({ ...past, startAt: "2026-12-01T00:00:00-05:00" });
    expect(last.body).toMatchObject({ communicationModes: [], attendance: "present" });
    const tooOld = await create({ ...past, startAt: "2026-11-30T23:59:00-05:00" });
    expect(refusalsOf(tooOld)).toEqual(["APPT-01 PAST_LIMIT_EXCEEDED /startAt"]);
    const extended = await aClinic(hub, { establishment: { pastLimitDays: 365 } });
    const body = appointmentInput(extended, { ...past, startAt: "2026-03-01T09:00:00-05:00" });
    expect((await hub.request("POST", "/v1/appointments", { as: extended.machine.token, body })).status).toBe(201);
  });

  test("APPT-22, APPT-23, APPT-27 everything that is missing is named at once", async () => {
    const answer = await create({ patient: { firstName: "Alice" } });
    expect(refusalsOf(answer)).toEqual([
      "APPT-22 REQUIRED_FIELD /patient/lastName",
      "APPT-22 REQUIRED_FIELD /patient/sex",
      "APPT-22 REQUIRED_FIELD /patient/birthDate",
      "APPT-23 CONTACT_REQUIRED /patient/homePhone",
      "APPT-27 CONTACT_REQUIRED /patient/email",
    ]);
  });

  test("SEARCH-12, Appointment.startTime without a slot, a professional and a start are sent", async () => {
    expect(refusalsOf(await create({ professionalId: undefined }))).toEqual([
      "SEARCH-12 REQUIRED_FIELD /professionalId",
    ]);
    expect(refusalsOf(await create({ startAt: undefined }))).toEqual(["Appointment.startTime REQUIRED_FIELD /startAt"]);
  });

  test("APPT-22 nobody is born after today, as the place has it, when an appointment is made or changed", async () => {
    const refused = ["APPT-22 OUT_OF_RANGE /patient/birthDate"];
    const born = (birthDate: string) => create({ patient: { ...reachable, birthDate } });
    const before = await made();
    // Still 1 March in Québec, already the 2nd in UTC.
    hub.clock.moveTo("2027-03-01T23:30:00-05:00");
    const [today, tomorrow] = [await born("2027-03-01"), await born("2027-03-02")];
    const changedToTomorrow = await patch(before, { patient: { birthDate: "2027-03-02" } });
    const changedToToday = await patch(before, { patient: { birthDate: "2027-03-01" } });
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
    expect(refusalsOf(tomorrow)).toEqual(refused);
    expect(refusalsOf(changedToTomorrow)).toEqual(refused);
    for (const accepted of [today, changedToToday])
      expect(accepted.body.patient).toMatchObject({ birthDate: "2027-03-01", isMinor: true });
  });

  test("APPT-34, APPT-35, APPT-44, APPT-46, APPT-48, APPT-68, CANCEL-15, PAT-02, PAT-16 what the hub gives, freezes or computes", async () => {
    const expected = [
      ...["APPT-34 patientNote", "APPT-68 referenceNumber", "APPT-68 author", "APPT-68 nurse", "APPT-68 createdAt"],
      ...["APPT-44 appointmentType", "APPT-46 professionalNameVisible", "APPT-48 cancellationDelay"],
      ...["Appointment.onlineCancelUntil onlineCancelUntil", "APPT-35 hasNotes", "Appointment.status status"],
      ...["CANCEL-15 cancelledAt", "CANCEL-15 cancelledBy", "CANCEL-16 cancellable"],
      ...["Appointment.concurrent concurrent", "Appointment.access access"],
      ...["PAT-16 patient/registration", "PAT-02 patient/namMatched", "Patient.isMinor patient/isMinor"],
    ];
    const fields = namesIn(expected).filter((field) => !field.startsWith("patient/"));
    const patient = { ...reachable, registration: {}, namMatched: true, isMinor: false };
    const answer = await create({ ...Object.fromEntries(fields.map((field) => [field, null])), patient });
    expect([answer.status, refusalsOf(answer)]).toEqual([422, notEditable(expected)]);
  });

  test("APPT-34, APPT-22, APPT-23 a field that nobody may send hides nothing else", async () => {
    const { firstName, lastName, sex, email } = reachable;
    const answer = await create({ patientNote: "x", patient: { firstName, lastName, sex, email } });
    expect(refusalsOf(answer)).toEqual([
      "APPT-34 FIELD_NOT_EDITABLE /patientNote",
      "APPT-22 REQUIRED_FIELD /patient/birthDate",
      "APPT-23 CONTACT_REQUIRED /patient/homePhone",
    ]);
  });

  test("APPT-24 a past slot that is named needs no contact, also where it cannot be", async () => {
    const day = freshDay();
    const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00") });
    hub.clock.moveTo(at(day, "11:00"));
    const elsewhere = await aPlace(hub, clinic);
    const answer = await create({
      ...{ slotId: slot.slotId, startAt: undefined, placeId: elsewhere.placeId },
      patient: { ...reachable, homePhone: null },
      communicationModes: [],
    });
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
    expect(refusalsOf(answer)).toEqual(["APPT-17 PLACE_MISMATCH /placeId", "APPT-19 PLACE_NOT_WORK_PLACE /placeId"]);
  });

  test("PAT-02, PAT-03, APPT-44 a number that RAMQ knows fills the identity and tells the type", async () => {
    const { nam, person } = await aCitizen(hub, { registeredWith: clinic.professional });
    const { homePhone, email } = reachable;
    const { body } = await create({ patient: { nam: `${nam.slice(0, 4)} ${nam.slice(4)}`, homePhone, email } });
    expect(body.patient).toMatchObject({
      nam,
      namMatched: true,
      firstName: person.firstName,
      lastName: person.lastName,
    });
    expect(body.appointmentType).toBe("MF");
  });

  test("PAT-05, PAT-07 a number that RAMQ does not know is kept unmatched; the clinic's own identity wins over RAMQ's", async () => {
    const unknown = await create({ patient: { ...reachable, nam: "INCO 8056 1500" } });
    expect(unknown.body.patient).toMatchObject({ nam: "INCO80561500", namMatched: false, firstName: "Alice" });
    const { nam } = await aCitizen(hub);
    const known = await create({ patient: { ...reachable, nam, lastName: "Gagnon" } });
    expect(known.body.patient).toMatchObject({ namMatched: true, lastName: "Gagnon" });
  });

  test("PAT-01, PAT-04 what is no number, and a number without a match and without identity", async () => {
    expect(refusalsOf(await create({ patient: { ...reachable, nam: "ABC" } }))).toEqual([
      "PAT-01 INVALID_NAM /patient/nam",
    ]);
    const { homePhone, email } = reachable;
    const unmatched = await create({ patient: { nam: "INCO80561500", homePhone, email } });
    expect(refusalsOf(unmatched)[0]).toBe("PAT-04 REQUIRED_FIELD /patient/firstName");
  });

  test("PAT-06, PAT-09 the clinic is told nothing of coverage, and RAMQ's record is not changed by the clinic's", async () => {
    const { nam, person } = await aCitizen(hub, { eligible: false });
    const changed = await create({ patient: { ...reachable, nam, lastName: "Gagnon" } });
    expect(JSON.stringify(changed.body)).not.toMatch(/eligib/i);
    const { homePhone, email } = reachable;
    const again = await create({ patient: { nam, homePhone, email } });
    expect(again.body.patient).toMatchObject({ firstName: person.firstName, lastName: person.lastName });
  });

  test("APPT-31 French unless English is asked for, and no third language", async () => {
    expect((await create({ communicationLanguage: "en" })).body.communicationLanguage).toBe("en");
    expect((await create()).body.communicationLanguage).toBe("fr");
    expect((await create({ communicationLanguage: "es" })).status).toBe(400);
  });

  test("APPT-32, REASON-08 the reason informs and decides nothing: another age, another slot, none", async () => {
    const day = freshDay();
    await aSlot(hub, clinic, {
      startAt: at(day),
      endAt: at(day, "10:00"),
      durationMinutes: 20,
      consultationReasons: ["pregnancy"],
    });
    const of = async (fields: object) =>
      (await create({ startAt: at(day), durationMinutes: undefined, ...fields })).body;
    const [child, none] = [await of({ consultationReason: "childZeroToFive" }), await of({})];
    expect([child.consultationReason, none.consultationReason]).toEqual(["childZeroToFive", null]);
    expect([child.durationMinutes, child.appointmentType]).toEqual([none.durationMinutes, none.appointmentType]);
  });

  test("the stored number is encrypted for its own row, and its index is keyed", async () => {
    const { nam } = await aCitizen(hub);
    const { appointmentId } = await made({ patient: { ...reachable, nam } });
    const [row] = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql<{ sealed: Uint8Array; index: string }[]>`
        SELECT nam_encrypted AS sealed, nam_index AS index FROM appointment WHERE appointment_id = ${appointmentId}`,
    );
    expect(Buffer.from(row?.sealed ?? []).includes(nam)).toBe(false);
    expect(row?.index).toBe(hub.deps.secrets.namIndex(nam));
    expect(() => hub.deps.secrets.open(row?.sealed ?? Buffer.alloc(0), "appointment|apt_other|nam")).toThrow();
  });

  test("the log says what happened and nothing of the patient", async () => {
    const created = await made();
    const [change] = (await changesOf(hub, clinic.establishmentId)).filter(
      ({ objectId }) => objectId === created.appointmentId,
    );
    expect(change).toEqual({
      objectType: "appointment",
      objectId: created.appointmentId,
      operation: "created",
      version: 1,
      changed: [],
      status: "active",
    });
    expect(hub.logs.join("")).not.toMatch(/Tremblay|alice|418-555/i);
  });
});

describe("the same request again", () => {
  test("one key is one appointment, and the answer is the first one", async () => {
    const body = appointmentInput(clinic, { startAt: at(freshDay()) });
    const send = (key: string, sent: object = body): Promise<Answer> =>
      hub.request("POST", "/v1/appointments", { as: clinic.machine.token, body: sent, key });
    const first = await send("key-of-one-appointment");
    const again = await send("key-of-one-appointment");
    expect(again.body).toEqual(first.body);
    expect([first.headers.get("idempotency-replayed"), again.headers.get("idempotency-replayed")]).toEqual([
      null,
      "true",
    ]);
    const other = await send("key-of-one-appointment", { ...body, durationMinutes: 20 });
    expect([other.status, other.body.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  });

  test("a refusal is kept with its key", async () => {
    const body = appointmentInput(clinic, { startAt: "2026-01-01T09:00:00-05:00" });
    const send = (): Promise<Answer> =>
      hub.request("POST", "/v1/appointments", { as: clinic.machine.token, body, key: "key-of-a-refusal" });
    const [first, again] = [await send(), await send()];
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(withoutRequestId(refused(again))).toEqual(withoutRequestId(refused(first)));
  });

  test("without a key a creation is refused", async () => {
    const answer = await hub.request("POST", "/v1/appointments", {
      as: clinic.machine.token,
      body: appointmentInput(clinic),
      key: null,
    });
    expect([answer.status, answer.body["code"]]).toEqual([400, "IDEMPOTENCY_KEY_REQUIRED"]);
  });
});

describe("changing", () => {
  test("APPT-60, ATT-03, ATT-04, ATT-05 attendance, contact, reason and note; what is not sent stays", async () => {
    const before = await made({ clinicNote: "Apporter la liste." });
    const after = await patch(before, {
      attendance: "absent",
      consultationReason: "regular",
      patient: { mobilePhone: "581-555-0103" },
    });
    expect(after.body).toEqual({
      ...before,
      version: 2,
      attendance: "absent",
      consultationReason: "regular",
      patient: { ...before.patient, mobilePhone: "581-555-0103" },
    });
    const changes = (await changesOf(hub, clinic.establishmentId)).filter(
      ({ objectId }) => objectId === before.appointmentId,
    );
    expect(changes.at(-1)).toMatchObject({
      operation: "updated",
      version: 2,
      changed: ["attendance", "consultationReason", "contact"],
    });
  });

  test("APPT-30 modes are a set: said twice or in another order, they are the same ones", async () => {
    const patient = { ...reachable, homePhone: "418-555-0192", mobilePhone: "581-555-0103" };
    const before = await made({ patient, communicationModes: ["phone", "sms", "email"] });
    expect(before.communicationModes).toEqual(["email", "sms", "phone"]);
    const since = (await changesOf(hub, clinic.establishmentId)).length;
    const same = await patch(before, { communicationModes: ["sms", "phone", "email"] });
    expect([same.status, same.body]).toEqual([200, before]);
    expect(await changesOf(hub, clinic.establishmentId)).toHaveLength(since);
    const one = await patch(before, { communicationModes: ["sms", "sms", "sms"] });
    expect([one.body.version, one.body.communicationModes]).toEqual([2, ["sms"]]);
  });

  test("what changes nothing writes nothing", async () => {
    const before = await made();
    expect((await patch(before, { attendance: "unconfirmed" })).body).toEqual(before);
  });

  test.each([
    [
      "APPT-60 an identity field taken away",
      { patient: { lastName: null } },
      "APPT-60 REQUIRED_FIELD /patient/lastName",
    ],
    [
      "APPT-61 the only phone taken away",
      { patient: { homePhone: null } },
      "APPT-61 CONTACT_REQUIRED /patient/homePhone",
    ],
    ["APPT-61 no mode left", { communicationModes: [] }, "APPT-61 CONTACT_REQUIRED /communicationModes"],
    [
      "APPT-28 a mode without its number",
      { communicationModes: ["sms"] },
      "APPT-28 CONTACT_REQUIRED /patient/mobilePhone",
    ],
  ])("%s", async (_title, body, expected) => {
    expect(refusalsOf(await patch(await made(), body))).toEqual([expected]);
  });

  test("APPT-29, APPT-34, APPT-60 everything that stands against a change is said at once", async () => {
    const body = { patientNote: "x", communicationModes: ["phone"], patient: { lastName: null, homePhone: null } };
    expect(refusalsOf(await patch(await made(), body))).toEqual([
      "APPT-34 FIELD_NOT_EDITABLE /patientNote",
      "APPT-60 REQUIRED_FIELD /patient/lastName",
      "APPT-61 CONTACT_REQUIRED /patient/homePhone",
      "APPT-29 CONTACT_REQUIRED /patient/homePhone",
    ]);
  });

  const frozen = [
    ...["APPT-34 patientNote", "APPT-68 referenceNumber", "APPT-68 author", "APPT-68 nurse", "APPT-68 createdAt"],
    ...["APPT-44 appointmentType", "APPT-46 professionalNameVisible", "APPT-48 cancellationDelay"],
    ...["MOVE-09 onlineCancelUntil", "APPT-35 hasNotes", "Appointment.slotId slotId", "Appointment.status status"],
    ...["CANCEL-15 cancelledAt", "CANCEL-15 cancelledBy", "CANCEL-16 cancellable"],
    ...["Appointment.concurrent concurrent", "Appointment.access access"],
  ];

  test("APPT-34, APPT-35, APPT-44, APPT-46, APPT-48, APPT-68, CANCEL-15, PAT-02 what is frozen or computed, as it was read", async () => {
    const before = await made();
    const asRead = Object.entries(before).filter(([field]) => namesIn(frozen).includes(field));
    const { namMatched, isMinor } = before.patient;
    const answer = await patch(before, { ...Object.fromEntries(asRead), patient: { namMatched, isMinor } });
    expect([answer.status, refusalsOf(answer)]).toEqual([
      422,
      notEditable([...frozen, "PAT-02 patient/namMatched", "Patient.isMinor patient/isMinor"]),
    ]);
    expect((await get(before.appointmentId)).body).toEqual(before);
  });

  test("MOVE-09, APPT-44, APPT-48, CANCEL-15 nor by a move, which names a slot", async () => {
    const before = await made();
    const fields = namesIn(frozen).filter((field) => field !== "slotId");
    const answer = await post(before, "move", {
      startAt: at(freshDay()),
      ...Object.fromEntries(fields.map((field) => [field, null])),
    });
    expect([answer.status, refusalsOf(answer)]).toEqual([
      422,
      notEditable(frozen.filter((each) => !each.endsWith(" slotId"))),
    ]);
    expect((await get(before.appointmentId)).body).toEqual(before);
  });

  test("APPT-62 of a past one contact may be taken away", async () => {
    const before = await made({ startAt: "2027-02-20T09:00:00-05:00" });
    expect((await patch(before, { communicationModes: [], patient: { homePhone: null } })).status).toBe(200);
  });

  test("APPT-67, APPT-44 a number added later is matched, and the type follows", async () => {
    const { nam, token } = await aCitizen(hub, { registeredWith: clinic.professional });
    const before = await made();
    const after = await patch(before, { patient: { nam } });
    expect(after.body).toMatchObject({
      appointmentType: "MF",
      patient: { namMatched: true, firstName: "Alice", lastName: "Tremblay" },
    });
    const cancelled = await hub.request("POST", "/v1/citizen/appointments/cancel", {
      as: token,
      body: { referenceNumber: before.referenceNumber, nam },
    });
    expect(cancelled.status).toBe(200);
    const removed = await patch(await made({ patient: { ...reachable, nam } }), { patient: { nam: null } });
    expect(removed.body).toMatchObject({ appointmentType: "GEN", patient: { nam: null, namMatched: false } });
  });

  test("APPT-44, APPT-67 a number that RAMQ comes to know tells the type when it is said again", async () => {
    const nam = inventedNam(hub.count());
    const before = await made({ patient: { ...reachable, nam } });
    await aCitizen(hub, { nam, registeredWith: clinic.professional });
    expect([before.appointmentType, before.patient.namMatched]).toEqual(["GEN", false]);
    const after = await patch(before, { patient: { nam } });
    expect(after.body).toMatchObject({ appointmentType: "MF", patient: { namMatched: true } });
  });

  test("PAT-03, PAT-04 another number is another person: filled by RAMQ where not sent, sent where RAMQ knows none", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub, { registeredWith: clinic.professional })];
    const before = await made({ patient: { ...reachable, nam: alice.nam } });
    const { firstName, lastName, sex, birthDate } = bob.person;
    const after = await patch(before, { patient: { nam: bob.nam, lastName: "Gagnon" } });
    const identity = { nam: bob.nam, namMatched: true, firstName, lastName: "Gagnon", sex, birthDate };
    expect(after.body).toMatchObject({ appointmentType: "MF", patient: identity });
    const again = await patch(after.body, { patient: { nam: bob.nam, firstName: "Robert" } });
    expect(again.body.patient).toMatchObject({ ...identity, firstName: "Robert" });
    const nam = "INCO80561500";
    expect(refusalsOf(refused(await patch(again.body, { patient: { nam, firstName, sex } })))).toEqual([
      "PAT-04 REQUIRED_FIELD /patient/lastName",
      "PAT-04 REQUIRED_FIELD /patient/birthDate",
    ]);
    const unmatched = await patch(again.body, { patient: { nam, firstName: "Carole", lastName, sex, birthDate } });
    expect(unmatched.body.patient).toMatchObject({ nam, namMatched: false, firstName: "Carole", lastName });
  });

  test("ATT-01 a fourth value of attendance does not exist", async () => {
    expect((await patch(await made(), { attendance: "late" })).status).toBe(400);
  });

  test("APPT-01 nothing older than the limit changes", async () => {
    const before = await made({ startAt: "2026-12-05T09:00:00-05:00" });
    hub.clock.moveTo("2027-03-06T07:00:00-05:00");
    const answers = [
      await patch(before, { attendance: "present" }),
      await post(before, "move", { startAt: "2027-03-05T09:00:00-05:00" }),
      await post(before, "cancel", {}),
    ];
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
    expect(answers.map(refusalsOf)).toEqual([
      ["APPT-01 PAST_LIMIT_EXCEEDED "],
      ["MOVE-01 PAST_LIMIT_EXCEEDED "],
      ["CANCEL-03 PAST_LIMIT_EXCEEDED "],
    ]);
  });

  test("If-Match is required, and a stale one is answered with the appointment as it is", async () => {
    const before = await made();
    const after = (await patch(before, { attendance: "present" })).body;
    const stale = await patch(before, { attendance: "absent" });
    expect([stale.status, stale.body.code, stale.body.current]).toEqual([412, "PRECONDITION_FAILED", after]);
    const bare = await hub.request("PATCH", `/v1/appointments/${before.appointmentId}`, {
      as: clinic.machine.token,
      body: { attendance: "absent" },
    });
    expect(bare.status).toBe(428);
  });
});

describe("moving", () => {
  test("MOVE-09, MOVE-10, MOVE-11 to another day: number and delay stay, openings follow", async () => {
    const [from, to] = [freshDay(), freshDay()];
    const slot = await aSlot(hub, clinic, { startAt: at(from), endAt: at(from, "09:30") });
    const target = await aSlot(hub, clinic, { startAt: at(to), endAt: at(to, "09:30") });
    const before = await made({ startAt: at(from) });
    const after = await post(before, "move", { slotId: target.slotId });
    expect(after.body).toMatchObject({
      referenceNumber: before.referenceNumber,
      cancellationDelay: before.cancellationDelay,
      createdAt: before.createdAt,
      version: 2,
      startAt: at(to),
      durationMinutes: 15,
      slotId: target.slotId,
    });
    expect(await openingsOf(hub, clinic.establishmentId, slot.slotId)).toEqual(["13:00 free", "13:15 free"]);
    expect(await openingsOf(hub, clinic.establishmentId, target.slotId)).toEqual(["13:00 busy", "13:15 free"]);
    const changes = (await changesOf(hub, clinic.establishmentId)).filter(
      ({ objectId }) => objectId === before.appointmentId,
    );
    expect(changes.at(-1)).toMatchObject({ operation: "updated", changed: ["endAt", "startAt"] });
  });

  test("MOVE-06 onto a reserved time: a warning that passes when acknowledged", async () => {
    const day = freshDay();
    await made({ startAt: at(day, "10:00") });
    const before = await made({ startAt: at(day) });
    const warned = await post(before, "move", { startAt: at(day, "10:05") });
    expect([warned.status, refusalsOf(warned)]).toEqual([409, ["MOVE-06 OVERLAPS_APPOINTMENT /startAt"]]);
    const moved = await post(before, "move", { startAt: at(day, "10:05"), acknowledge: ["OVERLAPS_APPOINTMENT"] });
    expect(moved.body).toMatchObject({ version: 2, startTime: "10:05", concurrent: false });
  });

  test("MOVE-06 by a few minutes over its own old time: nothing to warn about", async () => {
    const day = freshDay();
    expect((await post(await made({ startAt: at(day) }), "move", { startAt: at(day, "09:05") })).status).toBe(200);
  });

  test("MOVE-06 a team's other seats are no conflict until they are all taken", async () => {
    const team = await aTeam(hub, [clinic.place], 2);
    const day = freshDay();
    const of = (time: string) => made({ professionalId: team.professionalId, startAt: at(day, time) });
    await of("10:00");
    const second = await post(await of("08:00"), "move", { startAt: at(day, "10:00") });
    expect(second.status).toBe(200);
    expect(refusalsOf(await post(await of("08:00"), "move", { startAt: at(day, "10:00") }))).toEqual([
      "MOVE-06 OVERLAPS_APPOINTMENT /startAt",
    ]);
  });

  test("MOVE-04, MOVE-05, MOVE-08, APPT-64 into a slot of another place, whose mask and delay are not taken over", async () => {
    const other = await aPlace(hub, clinic, { maskGen: true, cancellationValue: 2 });
    const two = await aProfessional(hub, [clinic.place, other]);
    const day = freshDay();
    await aSlot(
      hub,
      { ...clinic, professionalId: two.professionalId, placeId: other.placeId },
      { startAt: at(day), endAt: at(day, "10:00") },
    );
    const fields = { professionalId: two.professionalId, startAt: at(day, "15:00"), placeId: clinic.placeId };
    const before = await made(fields, clinic.admin.token);
    const refused = await post(before, "move", { startAt: at(day), placeId: clinic.placeId }, clinic.admin.token);
    expect(refusalsOf(refused)).toEqual(["MOVE-05 PLACE_MISMATCH /placeId"]);
    const moved = await post(before, "move", { startAt: at(day) }, clinic.admin.token);
    expect(moved.body).toMatchObject({
      placeId: other.placeId,
      professionalNameVisible: true,
      cancellationDelay: { value: 24, unit: "hours" },
    });
  });

  test("APPT-18 a slot of another place created over it changes nothing", async () => {
    const other = await aPlace(hub, clinic);
    const two = await aProfessional(hub, [clinic.place, other]);
    const day = freshDay();
    const before = await made(
      { professionalId: two.professionalId, startAt: at(day), placeId: clinic.placeId },
      clinic.admin.token,
    );
    await aSlot(
      hub,
      { ...clinic, professionalId: two.professionalId, placeId: other.placeId },
      { startAt: at(day), endAt: at(day, "10:00") },
    );
    const after = await patch(before, { attendance: "present" }, clinic.admin.token);
    expect(after.body).toMatchObject({ placeId: clinic.placeId, slotId: null, attendance: "present" });
    const longer = await post(after.body, "move", { durationMinutes: 30 }, clinic.admin.token);
    expect(longer.body).toMatchObject({ placeId: clinic.placeId, durationMinutes: 30 });
  });

  test("MOVE-07, MOVE-12 to another professional: their places, and the type anew", async () => {
    const other = await aPlace(hub, clinic);
    const colleague = await aProfessional(hub, [other]);
    const { nam } = await aCitizen(hub, { registeredWith: colleague });
    const before = await made({ patient: { ...reachable, nam } });
    expect(before.appointmentType).toBe("GEN");
    const target = { professionalId: colleague.professionalId };
    const refused = await post(before, "move", { ...target, placeId: clinic.placeId }, clinic.admin.token);
    expect(refusalsOf(refused)).toEqual(["MOVE-07 PLACE_NOT_WORK_PLACE /placeId"]);
    const moved = await post(before, "move", target, clinic.admin.token);
    expect(moved.body).toMatchObject({ ...target, placeId: other.placeId, appointmentType: "MF" });
    expect((await get(before.appointmentId, clinic.admin.token)).body).toEqual(moved.body);
  });

  test("MOVE-01, MOVE-02, MOVE-03, ATT-06 across the present", async () => {
    const past = await made({
      startAt: "2027-02-20T09:00:00-05:00",
      attendance: "absent",
      patient: { ...reachable, homePhone: null },
    });
    const unreached = await post(past, "move", { startAt: at(freshDay()) });
    expect(refusalsOf(unreached)).toEqual([
      "MOVE-02 CONTACT_REQUIRED /patient/homePhone",
      "MOVE-02 CONTACT_REQUIRED /communicationModes",
    ]);
    // A move takes neither: it is told where they are saved.
    expect(unreached.body.detail).toBe(
      "Un téléphone et un mode de communication joignable sont requis : enregistrez-les d'abord (appointments.update).",
    );
    const elsewhere = { placeId: (await aPlace(hub, clinic)).placeId };
    expect(refusalsOf(await post(past, "move", { startAt: at(freshDay()), ...elsewhere }))).toEqual([
      "MOVE-07 PLACE_NOT_WORK_PLACE /placeId",
      ...refusalsOf(unreached),
    ]);
    const day = freshDay();
    const { slotId } = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00") });
    expect(refusalsOf(await post(past, "move", { slotId, ...elsewhere }))).toEqual([
      "MOVE-05 PLACE_MISMATCH /placeId",
      "MOVE-07 PLACE_NOT_WORK_PLACE /placeId",
      ...refusalsOf(unreached),
    ]);
    const reached = (await patch(past, { patient: { homePhone: "418-555-0192" }, communicationModes: ["phone"] })).body;
    const moved = await post(reached, "move", { startAt: at(freshDay()) });
    expect(moved.body.attendance).toBe("unconfirmed");
    expect(refusalsOf(await post(moved.body, "move", { startAt: "2027-02-20T09:00:00-05:00" }))).toEqual([
      "MOVE-03 FUTURE_TO_PAST_MOVE /startAt",
    ]);
  });
});

describe("cancelling", () => {
  test("CANCEL-08 the place's delay is 24 hours unless it says otherwise: up to 59 minutes, up to 24 hours", async () => {
    const own = await aClinic(hub);
    const operator = await hub.tokens.operator();
    const body = { ...newPlaceExample, establishmentId: own.establishmentId };
    const created = await hub.request<{ placeId: string }>("POST", "/v1/places", { as: operator, body });
    const { placeId } = created.body;
    const path = `/v1/places/${placeId}/options`;
    const options = (await hub.request("GET", path, { as: own.admin.token })).body;
    expect(options).toMatchObject({ cancellationPolicy: { value: 24, unit: "hours" } });
    const professional = await aProfessional(hub, [{ ...own.place, placeId }]);
    let version = 1;
    for (const [value, unit, accepted] of [
      [0, "minutes", true],
      [59, "minutes", true],
      [60, "minutes", false],
      [0, "hours", true],
      [24, "hours", true],
      [25, "hours", false],
    ] as const) {
      const { displayMode, maskProfessionalName, noShowMessageEnabled } = options;
      const answer = await hub.request<{ version: number }>("PUT", path, {
        as: own.admin.token,
        version,
        body: { displayMode, maskProfessionalName, noShowMessageEnabled, cancellationPolicy: { value, unit } },
      });
      expect([value, unit, answer.status]).toEqual([value, unit, accepted ? 200 : 422]);
      if (!accepted) continue;
      version = answer.body.version;
      const { cancellationDelay } = await made({ professionalId: professional.professionalId }, own.admin.token);
      expect(cancellationDelay).toEqual({ value, unit });
    }
  });

  test("CANCEL-02, CANCEL-13, CANCEL-14, CANCEL-15, CANCEL-16 at any time; again, nothing changes", async () => {
    const slot = await aSlot(hub, clinic, { startAt: "2027-03-01T08:00:00-05:00", endAt: "2027-03-01T08:15:00-05:00" });
    const before = await made({ startAt: "2027-03-01T08:00:00-05:00" });
    const after = await post(before, "cancel", {});
    expect(after.body).toMatchObject({
      status: "cancelled",
      cancelledBy: "clinic",
      cancelledAt: "2027-03-01T12:00:00.000Z",
      version: 2,
      cancellable: false,
    });
    expect(await openingsOf(hub, clinic.establishmentId, slot.slotId)).toEqual(["13:00 free"]);
    const again = await post(before, "cancel", {});
    expect([again.status, again.body]).toEqual([200, after.body]);
    const changes = (await changesOf(hub, clinic.establishmentId)).filter(
      ({ objectId }) => objectId === before.appointmentId,
    );
    expect(changes.map(({ operation, status }) => `${operation} ${status ?? ""}`)).toEqual([
      "created active",
      "updated cancelled",
    ]);
  });

  test("CANCEL-04 with a change in it, or from a version that is not the last", async () => {
    const before = await made();
    expect(refusalsOf(await post(before, "cancel", { clinicNote: "x" }))).toEqual([
      "CANCEL-04 UNSAVED_CHANGES /clinicNote",
    ]);
    await patch(before, { attendance: "present" });
    const stale = await post(before, "cancel", {});
    expect([stale.status, refusalsOf(stale)]).toEqual([412, ["CANCEL-04 PRECONDITION_FAILED "]]);
  });

  test("APPT-69 a cancelled one is neither changed nor moved, and SEARCH-27 is not listed", async () => {
    const day = freshDay();
    const before = await made({ startAt: at(day) });
    const { body: cancelled } = await post(before, "cancel", {});
    expect(refusalsOf(await patch(cancelled, { attendance: "present" }))).toEqual(["APPT-69 APPOINTMENT_CANCELLED "]);
    expect(refusalsOf(await post(cancelled, "move", { startAt: at(day, "10:00") }))).toEqual([
      "APPT-69 APPOINTMENT_CANCELLED ",
    ]);
    const window = `from=${encodeURIComponent(at(day, "00:00"))}&to=${encodeURIComponent(at(day, "23:00"))}`;
    const listed = await hub.request<{ items: unknown[] }>(
      "GET",
      `/v1/appointments?professionalId=${clinic.professionalId}&${window}`,
      { as: clinic.machine.token },
    );
    expect(listed.body.items).toEqual([]);
    const byId = await hub.request<{ items: AppointmentBody[] }>(
      "GET",
      `/v1/appointments?ids=${before.appointmentId}`,
      { as: clinic.machine.token },
    );
    expect(byId.body.items).toEqual([cancelled]);
  });
});

describe("listing", () => {
  test("by agenda and window, in order, page by page, stable under inserts", async () => {
    const other = await aClinic(hub);
    const day = freshDay();
    const times = ["09:00", "09:15", "09:15", "09:30", "10:00"];
    for (const time of times) await anAppointment(hub, other, { startAt: at(day, time) });
    await anAppointment(hub, other, { startAt: at(freshDay()) });
    const window = `placeId=${other.placeId}&from=${encodeURIComponent(at(day, "09:15"))}&to=${encodeURIComponent(at(day, "10:00"))}`;
    const page = (cursor = "") =>
      hub.request<{ items: AppointmentBody[]; nextCursor: string | null }>(
        "GET",
        `/v1/appointments?${window}&limit=2${cursor}`,
        { as: other.machine.token },
      );
    const first = await page();
    expect(first.body.items.map(({ startTime, concurrent }) => [startTime, concurrent])).toEqual([
      ["09:15", true],
      ["09:15", true],
    ]);
    await anAppointment(hub, other, { startAt: at(day, "09:16") });
    const second = await page(`&cursor=${encodeURIComponent(first.body.nextCursor ?? "")}`);
    expect(second.body.items.map(({ startTime }) => startTime)).toEqual(["09:16", "09:30"]);
    expect(second.body.nextCursor).toBeNull();
  });

  test("by ids, up to a hundred", async () => {
    const two = [await made(), await made()];
    const answer = await hub.request<{ items: AppointmentBody[] }>(
      "GET",
      `/v1/appointments?ids=${two.map(({ appointmentId }) => appointmentId).join(",")},apt_unknown`,
      { as: clinic.machine.token },
    );
    expect(answer.body.items).toEqual(two);
    const tooMany = await hub.request(
      "GET",
      `/v1/appointments?ids=${Array.from({ length: 101 }, () => "apt_0").join(",")}`,
      { as: clinic.machine.token },
    );
    expect(tooMany.status).toBe(400);
  });
});

describe("who may", () => {
  test("APPT-49, PERM-15, PERM-16, PERM-17, MOVE-13 employees by their grants", async () => {
    const before = await made();
    const reader = await anEmployee(hub, clinic, { places: [clinic.place] });
    await aGrant(hub, reader, { placeId: clinic.placeId, professionalId: clinic.professionalId, access: "read" });
    const stranger = await anEmployee(hub, clinic, { places: [clinic.place] });
    expect((await get(before.appointmentId, reader.token)).body).toEqual({
      ...before,
      access: "read",
      cancellable: false,
    });
    expect(refusalsOf(await get(before.appointmentId, stranger.token))).toEqual(["PERM-16 FORBIDDEN "]);
    for (const token of [reader.token, stranger.token]) {
      expect(refusalsOf(await create({}, token))).toEqual(["APPT-49 FORBIDDEN "]);
      expect(refusalsOf(await patch(before, { attendance: "present" }, token))).toEqual(["APPT-49 FORBIDDEN "]);
      expect(refusalsOf(await post(before, "move", { startAt: at(freshDay()) }, token))).toEqual([
        "APPT-49 FORBIDDEN ",
      ]);
      expect(refusalsOf(await post(before, "cancel", {}, token))).toEqual(["APPT-49 FORBIDDEN "]);
    }
    const list = (token: string) =>
      hub.request<{ items: AppointmentBody[] }>(
        "GET",
        `/v1/appointments?professionalId=${clinic.professionalId}&limit=1000`,
        { as: token },
      );
    expect((await list(stranger.token)).body.items).toEqual([]);
    expect((await list(reader.token)).body.items.map(({ appointmentId }) => appointmentId)).toContain(
      before.appointmentId,
    );
    expect((await patch(before, { attendance: "present" }, clinic.professional.token)).status).toBe(200);
  });

  test("PERM-14 creating needs WRITE on that professional at that place", async () => {
    const other = await aPlace(hub, clinic);
    const { professionalId } = await aProfessional(hub, [clinic.place, other]);
    const at = { professionalId, placeId: clinic.placeId };
    const user = async (...grants: Parameters<typeof aGrant>[2][]) => {
      const person = await anEmployee(hub, clinic, { places: [clinic.place, other] });
      for (const grant of grants) await aGrant(hub, person, grant);
      return person.token;
    };
    const tooLittle = [
      await user(),
      await user({ ...at, access: "read" }),
      await user({ ...at, placeId: other.placeId, access: "write" }),
      await user({ ...at, professionalId: clinic.professionalId, access: "write" }),
    ];
    for (const token of tooLittle) expect(refusalsOf(await create(at, token))).toEqual(["APPT-49 FORBIDDEN "]);
    expect((await create(at, await user({ ...at, access: "write" }))).status).toBe(201);
  });

  test("LCGA-02 a machine on a place that is not linked with it: no reading, no writing", async () => {
    const other = await aPlace(hub, clinic);
    const both = await aProfessional(hub, [clinic.place, other]);
    const there = await made({ professionalId: both.professionalId, placeId: other.placeId }, clinic.admin.token);
    expect((await get(there.appointmentId)).status).toBe(404);
    expect(refusalsOf(await patch(there, { attendance: "present" }))).toEqual(["LCGA-02 MACHINE_NOT_LINKED "]);
    const fields = { professionalId: both.professionalId, placeId: other.placeId };
    expect(refusalsOf(await create(fields))).toEqual(["LCGA-02 MACHINE_NOT_LINKED "]);
    const here = await made({ professionalId: both.professionalId, placeId: clinic.placeId });
    expect(refusalsOf(await post(here, "move", { placeId: other.placeId, startAt: at(freshDay()) }))).toEqual([
      "LCGA-02 MACHINE_NOT_LINKED ",
    ]);
  });

  test("another establishment's appointment, professional and slot answer like what does not exist", async () => {
    const before = await made();
    const other = await aClinic(hub);
    const token = other.machine.token;
    const unknown = { ...before, appointmentId: `apt_${"0".repeat(26)}` };
    const calls = [
      (each: AppointmentBody) => get(each.appointmentId, token),
      (each: AppointmentBody) => patch(each, { attendance: "present" }, token),
      (each: AppointmentBody) => post(each, "move", { startAt: at(freshDay()) }, token),
      (each: AppointmentBody) => post(each, "cancel", {}, token),
    ];
    for (const call of calls) {
      const [foreign, missing] = [await call(before), await call(unknown)];
      expect(foreign.status).toBe(404);
      expect(withoutRequestId(refused(foreign))).toEqual(withoutRequestId(refused(missing)));
    }
    expect(refusalsOf(await create({}, token))).toEqual(["CONTRACT NOT_FOUND /professionalId"]);
    const day = freshDay();
    const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00") });
    expect(refusalsOf(await create({ professionalId: other.professionalId, slotId: slot.slotId }, token))).toEqual([
      "CONTRACT NOT_FOUND /slotId",
    ]);
    const own = await anAppointment(hub, other, { startAt: at(day) });
    expect(refusalsOf(await post(own, "move", { professionalId: clinic.professionalId }, token))).toEqual([
      "CONTRACT NOT_FOUND /professionalId",
    ]);
    expect(
      (await hub.request<{ items: unknown[] }>("GET", `/v1/appointments?ids=${before.appointmentId}`, { as: token }))
        .body.items,
    ).toEqual([]);
  });

  test("a machine of two establishments moves nothing from one to the other", async () => {
    const second = await aClinic(hub, { machine: { vendorId: clinic.machine.vendorId, places: [] } });
    await hub.write(
      [second.establishmentId],
      (tx) => tx.sql`DELETE FROM machine_link WHERE place_id = ${second.placeId}`,
    );
    await aLink(hub, clinic.machine, second.place);
    const before = await made();
    expect(refusalsOf(await post(before, "move", { professionalId: second.professionalId }))).toEqual([
      "CONTRACT NOT_FOUND /professionalId",
    ]);
    await hub.write(
      [second.establishmentId],
      (tx) => tx.sql`DELETE FROM machine_link WHERE place_id = ${second.placeId}`,
    );
  });
});

test("every read of patient data is recorded: who, what, why", async () => {
  const other = await aClinic(hub);
  const one = await anAppointment(hub, other, { startAt: at(freshDay()) });
  await get(one.appointmentId, other.admin.token);
  await hub.request("GET", `/v1/appointments?placeId=${other.placeId}`, { as: other.machine.token });
  const records = await hub.write(
    [other.establishmentId],
    (tx) => tx.sql<{ actor: string; purpose: string; ids: string[] }[]>`
      SELECT actor_type || ' ' || actor_id AS actor, purpose, object_ids AS ids FROM access_record
      WHERE establishment_id = ${other.establishmentId} ORDER BY access_id`,
  );
  const ids = [one.appointmentId];
  expect(records).toEqual([
    { actor: `machine ${other.machine.machineId}`, purpose: "appointments.create", ids },
    { actor: `employee ${other.admin.employeeId}`, purpose: "appointments.get", ids },
    { actor: `machine ${other.machine.machineId}`, purpose: "appointments.list", ids },
  ]);
});

test("a place's own zone tells date and time", async () => {
  const { establishmentId } = await anEstablishment(hub);
  const islands = await aPlace(hub, { establishmentId }, { timeZone: "America/Halifax" });
  const professional = await aProfessional(hub, [islands], { profile: "localAdmin" });
  const body = appointmentInput(professional, { startAt: "2027-03-08T23:30:00-05:00" });
  const answer: Answer = await hub.request("POST", "/v1/appointments", { as: professional.token, body });
  expect(answer.body).toMatchObject({ startAt: "2027-03-09T00:30:00-04:00", date: "2027-03-09", startTime: "00:30" });
});
