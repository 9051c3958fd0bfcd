import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, openingsOf, reachable, statusesOf } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import type { SlotFields } from "../../../test/a-slot.ts";
import { asOwner } from "../../../test/database.ts";
import { aCitizen, aClinic, aNurse } from "../../../test/factories.ts";
import type { ACitizen, AClinic, ANurse } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { expectSound } from "../../../test/invariants.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import { connect } from "../../db/connection.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { AppointmentBody } from "../appointments/schema.ts";
import type { OfferedOpening } from "../openings/schema.ts";
import type { Booked } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
let of811: ANurse;
let ofTriage: ANurse;
let days = 0;
/** A day of its own for each test, from 16 March 2027 (EDT). */
const freshDay = () =>
  new Date(Date.parse("2027-03-16T00:00:00Z") + (days += 1) * 86_400_000).toISOString().slice(0, 10);
const at = (day: string, time = "09:00") => `${day}T${time}:00-04:00`;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
  [of811, ofTriage] = [await aNurse(hub), await aNurse(hub, { mention: "redirection" })];
});
afterAll(async () => hub.close());

type Answer = TestAnswer<Booked & Omit<ProblemBody, "status">>;
type Opening = { slotId: string; startAt: string } & Record<string, unknown>;
const contact = { consultationReason: "regular", homePhone: reachable.homePhone, email: reachable.email };
const book = (
  { token }: ANurse,
  { nam }: Pick<ACitizen, "nam">,
  body: Opening,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  hub.request("POST", "/v1/nurse/appointments", { as: token, headers, body: { nam, ...contact, ...body } });
const bookOneself = ({ token }: ACitizen, body: Opening): Promise<Answer> =>
  hub.request("POST", "/v1/citizen/appointments", { as: token, body: { ...contact, ...body } });
/** A slot of an hour on a fresh day. */
const slotOn = (day: string, fields: Partial<SlotFields> = {}, agenda: Parameters<typeof aSlot>[1] = clinic) =>
  aSlot(hub, agenda, { startAt: at(day), endAt: at(day, "10:00"), ...fields });
const read = async (appointmentId: string): Promise<AppointmentBody> =>
  (await hub.request<AppointmentBody>("GET", `/v1/appointments/${appointmentId}`, { as: clinic.machine.token })).body;

describe("who made it", () => {
  test.each(["811", "redirection"] as const)(
    "APPT-42, APPT-43 the patient is the author, and a nurse of %s is kept in addition",
    async (mention) => {
      const day = freshDay();
      const { slotId } = await slotOn(day);
      const nurse = await aNurse(hub, { name: "Nathalie Gagnon", mention });
      const patient = await aCitizen(hub, { registeredWith: clinic.professional });
      const booked = await book(nurse, patient, { slotId, startAt: at(day), patientNote: "Fièvre depuis hier." });
      expect(booked.status).toBe(201);
      const { firstName, lastName } = patient.person;
      expect(booked.body).toMatchObject({ firstName, lastName, appointmentType: "MF", cancellable: true, notices: [] });
      const { appointmentId } = booked.body;
      expect(await read(appointmentId)).toMatchObject({
        author: { type: "citizen", label: `${firstName} ${lastName}` },
        nurse: { name: "Nathalie Gagnon", mention },
        patient: { nam: patient.nam, namMatched: true },
        patientNote: "Fièvre depuis hier.",
        consultationReason: "regular",
      });
      expect(await openingsOf(hub, clinic.establishmentId, slotId)).toContain("13:00 busy");
    },
  );

  test("APPT-43 the clinic reads it in its lists and its agenda; of the others it reads that there is none", async () => {
    const [day, as] = [freshDay(), clinic.machine.token];
    const { slotId } = await slotOn(day);
    const patient = await aCitizen(hub);
    const { appointmentId } = (await book(of811, patient, { slotId, startAt: at(day) })).body;
    const own = await bookOneself(await aCitizen(hub), { slotId, startAt: at(day, "09:15") });
    const made = await anAppointment(hub, clinic, { startAt: at(day, "09:30") });
    const nurse = { name: of811.name, mention: "811" };
    const nurses = (body: unknown) =>
      [...JSON.stringify(body).matchAll(/"nurse":(null|\{[^}]*\})/g)].map(([, text = ""]): unknown => JSON.parse(text));
    const ids = [appointmentId, own.body.appointmentId, made.appointmentId].join();
    const byId = await hub.request("GET", `/v1/appointments?ids=${ids}`, { as });
    expect(nurses(byId.body)).toEqual([nurse, null, null]);
    const agenda = await hub.request("GET", `/v1/agendas/${clinic.professionalId}?date=${day}`, { as });
    expect(nurses(agenda.body)).toEqual([nurse, null, null]);
    const found = await hub.request("POST", "/v1/appointments/search", { as, body: { nam: patient.nam } });
    expect([found.status, nurses(found.body)]).toEqual([200, [nurse]]);
  });

  test("APPT-43, APPT-68 it stays, through changes, moves, another patient and a cancellation; nobody may say otherwise", async () => {
    const [day, next] = [freshDay(), freshDay()];
    const { slotId } = await slotOn(day);
    const { appointmentId } = (await book(ofTriage, await aCitizen(hub), { slotId, startAt: at(day) })).body;
    const path = `/v1/appointments/${appointmentId}`;
    const as = clinic.machine.token;
    const nurse = { name: ofTriage.name, mention: "redirection" };
    const refused = await hub.request<ProblemBody>("PATCH", path, { as, version: 1, body: { nurse: null } });
    expect(refusalsOf(refused)).toEqual(["APPT-68 FIELD_NOT_EDITABLE /nurse"]);
    const pushed = await hub.request<ProblemBody>("PUT", "/v1/appointments/by-external-id/of-a-nurse", {
      ...{ as, body: { professionalId: clinic.professionalId, startAt: at(day, "15:00"), nurse } },
    });
    expect(refusalsOf(pushed)).toContain("APPT-68 FIELD_NOT_EDITABLE /nurse");
    const { nam } = await aCitizen(hub);
    for (const [version, [method, to, body]] of [
      ["PATCH", path, { clinicNote: "À jeun.", patient: { nam, lastName: "Roy" } }],
      ["POST", `${path}/move`, { startAt: at(next, "15:00") }],
      ["POST", `${path}/cancel`, {}],
    ].entries() as unknown as [number, [string, string, object]][]) {
      const changed = await hub.request<AppointmentBody>(method, to, { as, version: version + 1, body });
      expect([changed.status, changed.body.nurse]).toEqual([200, nurse]);
    }
    expect((await read(appointmentId)).nurse).toEqual(nurse);
  });

  test("APPT-43 the patient finds, changes and cancels it as their own, and does not read of the nurse", async () => {
    const day = freshDay();
    const { slotId } = await slotOn(day);
    const { nam, token } = await aCitizen(hub);
    const { body } = await book(of811, { nam }, { slotId, startAt: at(day) });
    expect(JSON.stringify(body)).not.toMatch(/nurse|Infirmière/i);
    const own = (path: string, fields: object = {}) =>
      hub.request<Record<string, unknown> & { items?: unknown[] }>("POST", `/v1/citizen/appointments/${path}`, {
        ...{ as: token, body: { referenceNumber: body.referenceNumber, nam, ...fields } },
      });
    const { notices: _, ...asFound } = body;
    expect((await own("find")).body).toEqual({ items: [asFound] });
    expect((await own("update-contact", { mobilePhone: "581-555-0107" })).body).toMatchObject({ version: 2 });
    const cancelled = await own("cancel");
    expect(cancelled.body).toMatchObject({ status: "cancelled" });
    expect(JSON.stringify(cancelled.body)).not.toMatch(/nurse|Infirmière/i);
    expect(await read(body.appointmentId)).toMatchObject({ cancelledBy: "patient", nurse: { name: of811.name } });
  });

  test("the log names the nurse by kind and identifier, and nobody by name", async () => {
    const day = freshDay();
    const { slotId } = await slotOn(day);
    const { appointmentId } = (await book(of811, await aCitizen(hub), { slotId, startAt: at(day) })).body;
    const rows = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql<{ actor: string; row: string }[]>`
        SELECT actor_type || ' ' || actor_id AS actor, change::text AS row FROM change
        WHERE object_id = ${appointmentId}`,
    );
    expect(rows.map(({ actor }) => actor)).toEqual([`nurse ${of811.nurseId}`]);
    expect(rows[0]?.row).not.toMatch(/Infirmière|Citoyenne|Alice|@|418/);
    const changes = await hub.request<{ items: { objectId: string; origin: unknown }[] }>(
      "GET",
      "/v1/changes?limit=1000",
      { as: clinic.machine.token },
    );
    const told = changes.body.items.filter(({ objectId }) => objectId === appointmentId);
    expect(told.map(({ origin }) => origin)).toEqual([{ actorType: "nurse", own: false }]);
  });

  test("who read of the patient is recorded: the appointment in its establishment, the look-up apart", async () => {
    const day = freshDay();
    const { slotId } = await slotOn(day);
    const patient = await aCitizen(hub);
    const headers = { "x-request-id": "of-a-booking" };
    const { appointmentId } = (await book(of811, patient, { slotId, startAt: at(day) }, headers)).body;
    const actor = `nurse ${of811.nurseId}`;
    const [records, lookups] = await asOwner(hub.database.url, (sql) =>
      Promise.all([
        sql`SELECT actor_type || ' ' || actor_id AS actor, purpose, object_ids[1] AS id FROM access_record
          WHERE request_id = 'of-a-booking'`,
        sql`SELECT actor_type || ' ' || actor_id AS actor, purpose, nam_index AS index FROM person_lookup
          WHERE request_id = 'of-a-booking'`,
      ]),
    );
    const purpose = "nurseAppointments.book";
    expect([...records]).toEqual([{ actor, purpose, id: appointmentId }]);
    expect([...lookups]).toEqual([{ actor, purpose, index: hub.deps.secrets.namIndex(patient.nam) }]);
    expect(hub.logs.join("")).not.toContain(patient.nam);
  });
});

describe("what a nurse may book", () => {
  test("CASC-23, SVC-11 for redirection, with that mention only; nobody else sees a slot for it alone", async () => {
    const day = freshDay();
    const { slotId } = await slotOn(day, { consultationReasons: ["redirection"] });
    const patient = await aCitizen(hub);
    const opening = { slotId, startAt: at(day), consultationReason: "redirection" };
    const refused = ["CASC-23 REASON_NOT_ALLOWED /consultationReason"];
    expect(refusalsOf(await book(of811, patient, opening))).toEqual(refused);
    expect(refusalsOf(await bookOneself(patient, opening))).toEqual(refused);
    for (const nurse of [of811, ofTriage])
      expect(refusalsOf(await book(nurse, patient, { ...opening, consultationReason: "regular" }))).toEqual([
        "SVC-09 OPENING_NOT_AVAILABLE /startAt",
      ]);
    const { status, body } = await book(ofTriage, patient, opening);
    expect([status, body.consultationReason]).toEqual([201, "redirection"]);
    expect(await read(body.appointmentId)).toMatchObject({
      ...{ consultationReason: "redirection", nurse: { mention: "redirection" } },
    });
  });

  test("APPT-09, CASC-23 a lost opening names others that this nurse can book, for the same reason", async () => {
    const other = await aClinic(hub);
    const day = freshDay();
    const { slotId } = await slotOn(day, { consultationReasons: ["redirection"] }, other);
    await slotOn(day, { startAt: at(day, "10:00"), endAt: at(day, "10:15"), consultationReasons: ["regular"] }, other);
    await anAppointment(hub, other, { startAt: at(day) });
    const opening = { slotId, startAt: at(day), consultationReason: "redirection" };
    const lost = await book(ofTriage, await aCitizen(hub), opening);
    expect(refusalsOf(lost)).toEqual(["APPT-09 OPENING_NOT_AVAILABLE /startAt"]);
    // The problem's schema leaves the form of an alternative open; it is that of nurseOpenings.search.
    const alternatives = lost.body.alternatives as OfferedOpening[];
    expect(alternatives.map(({ startAt, consultationReasons }) => [startAt, consultationReasons])).toEqual([
      [at(day, "09:15"), ["redirection"]],
      [at(day, "09:30"), ["redirection"]],
      [at(day, "09:45"), ["redirection"]],
    ]);
    for (const { startAt } of alternatives)
      expect((await book(ofTriage, await aCitizen(hub), { ...opening, startAt })).status).toBe(201);
  });

  test("APPT-11 on a day on which the patient has an appointment; it counts for the patient's own bookings", async () => {
    const [day, next] = [freshDay(), freshDay()];
    const [today, tomorrow] = [await slotOn(day), await slotOn(next)];
    const patient = await aCitizen(hub);
    expect((await bookOneself(patient, { slotId: today.slotId, startAt: at(day) })).status).toBe(201);
    expect((await book(of811, patient, { slotId: today.slotId, startAt: at(day, "09:15") })).status).toBe(201);
    expect((await book(ofTriage, patient, { slotId: tomorrow.slotId, startAt: at(next) })).status).toBe(201);
    const second = await bookOneself(patient, { slotId: tomorrow.slotId, startAt: at(next, "09:15") });
    expect(refusalsOf(second)).toEqual(["APPT-11 PATIENT_ALREADY_BOOKED_THAT_DAY /startAt"]);
  });

  test("APPT-11 at the same moment as the patient: each booking counts once", async () => {
    const day = freshDay();
    const { slotId } = await slotOn(day);
    const patient = await aCitizen(hub);
    const answers = await Promise.all([
      bookOneself(patient, { slotId, startAt: at(day) }),
      book(of811, patient, { slotId, startAt: at(day, "09:15") }),
      bookOneself(patient, { slotId, startAt: at(day, "09:30") }),
      book(of811, patient, { slotId, startAt: at(day, "09:45") }),
    ]);
    const { 201: made = 0, 409: refused = 0 } = statusesOf(answers);
    expect([answers[1].status, answers[3].status, made + refused]).toEqual([201, 201, 4]);
    expect(made).toBeLessThanOrEqual(3);
    const owner = connect(hub.database.url, { max: 1 });
    await expectSound(owner, clinic.establishmentId);
    await owner.end();
  });

  test("APPT-47, PLACE-27 where the place masks names, the patient's appointment has none", async () => {
    const masked = await aClinic(hub, { place: { maskGen: true } });
    const day = freshDay();
    const { slotId } = await slotOn(day, {}, masked);
    const { body } = await book(of811, await aCitizen(hub), { slotId, startAt: at(day) });
    expect([body.professionalId, body.professionalName]).toEqual([null, null]);
    const { body: kept } = await hub.request("GET", `/v1/appointments/${body.appointmentId}`, {
      as: masked.admin.token,
    });
    expect(kept).toMatchObject({ professionalNameVisible: false, professionalId: masked.professionalId });
  });

  test.each([
    ["APPT-23 the patient can be reached", { homePhone: null }, "APPT-23 CONTACT_REQUIRED /homePhone"],
    [
      "CASC-07 not in a cascade that is closed to the patient",
      { cascade: "1" },
      "CASC-07 CASCADE_NOT_AVAILABLE /cascade",
    ],
    [
      "REASON-08 not for another age than the patient's",
      { consultationReason: "childZeroToFive" },
      "REASON-08 REASON_NOT_ALLOWED /consultationReason",
    ],
    ["PAT-01 not for what is no number", { nam: "ABC" }, "PAT-01 INVALID_NAM /nam"],
    ["PAT-02 not for whom RAMQ does not know", { nam: "INCO80561540" }, "PAT-02 IDENTITY_UNKNOWN /nam"],
  ])("%s", async (_title, fields, expected) => {
    const day = freshDay();
    const { slotId } = await slotOn(day);
    const refused = await book(of811, await aCitizen(hub), { slotId, startAt: at(day), ...fields });
    expect(refusalsOf(refused)).toEqual([expected]);
  });

  test("MSG-09, MSG-12 what the patient should know is told to the nurse, who books all the same", async () => {
    const day = freshDay();
    const { slotId } = await slotOn(day);
    const { status, body } = await book(of811, await aCitizen(hub, { eligible: false }), { slotId, startAt: at(day) });
    expect([status, body.notices]).toMatchObject([201, [{ rule: "MSG-09", code: "PATIENT_NOT_ELIGIBLE" }]]);
  });

  test("a key is the nurse's own: repeated it answers the same booking, and another nurse's is another command", async () => {
    const day = freshDay();
    const { slotId } = await slotOn(day);
    const { nam } = await aCitizen(hub);
    const send = ({ token }: ANurse): Promise<Answer> =>
      hub.request("POST", "/v1/nurse/appointments", {
        ...{ as: token, key: "one-key-of-a-nurse", body: { nam, ...contact, slotId, startAt: at(day) } },
      });
    const first = await send(of811);
    const again = await send(of811);
    expect([again.body, again.headers.get("idempotency-replayed")]).toEqual([first.body, "true"]);
    expect(refusalsOf(await send(ofTriage))).toEqual(["APPT-09 OPENING_NOT_AVAILABLE /startAt"]);
  });
});
