import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, changesOf, openingsOf, reachable } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import type { SlotFields } from "../../../test/a-slot.ts";
import { aCitizen, aClinic, aProfessional, aTeam } from "../../../test/factories.ts";
import type { ACitizen, AClinic } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { AppointmentBody } from "../appointments/schema.ts";
import type { Booked, CitizenAppointment } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
let days = 0;
/** A day of its own for each test, from 16 March 2027 (EDT). */
const freshDay = () =>
  new Date(Date.parse("2027-03-16T00:00:00Z") + (days += 1) * 86_400_000).toISOString().slice(0, 10);
const at = (day: string, time = "09:00") => `${day}T${time}:00-04:00`;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(async () => hub.close());

type Answer = TestAnswer<Booked & Omit<ProblemBody, "status">>;
const contact = { homePhone: reachable.homePhone, email: reachable.email };
const book = (
  { token }: Pick<ACitizen, "token">,
  body: { slotId: string; startAt: string } & Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  hub.request("POST", "/v1/citizen/appointments", {
    ...{ as: token, headers },
    body: { consultationReason: "regular", ...contact, ...body },
  });
const cancel = (
  { token }: Pick<ACitizen, "token">,
  body: object,
): Promise<TestAnswer<CitizenAppointment & Omit<ProblemBody, "status">>> =>
  hub.request("POST", "/v1/citizen/appointments/cancel", { as: token, body });
const find = (
  { token }: Pick<ACitizen, "token">,
  body: object = {},
): Promise<TestAnswer<{ items: CitizenAppointment[] } & ProblemBody>> =>
  hub.request("POST", "/v1/citizen/appointments/find", { as: token, body });
/** Somebody who signs in with a number that RAMQ does not know. */
const aStranger = async (nam: string): Promise<Pick<ACitizen, "nam" | "token">> => ({
  nam,
  token: await hub.tokens.citizen(nam),
});
/** RAMQ knows the number no more. */
const forget = ({ nam }: Pick<ACitizen, "nam">) =>
  hub.write([], ({ sql }) => sql`DELETE FROM registry_person WHERE nam_index = ${hub.deps.secrets.namIndex(nam)}`);
/** A slot of an hour on a fresh day. */
const slotOn = (day: string, fields: Partial<SlotFields> = {}, agenda: Parameters<typeof aSlot>[1] = clinic) =>
  aSlot(hub, agenda, { startAt: at(day), endAt: at(day, "10:00"), ...fields });

describe("booking", () => {
  test("PAT-03, APPT-39, APPT-42, APPT-48 what the citizen and the clinic read of it", async () => {
    const day = freshDay();
    const slot = await slotOn(day);
    const alice = await aCitizen(hub, { registeredWith: clinic.professional });
    const booked = await book(alice, {
      slotId: slot.slotId,
      startAt: at(day, "09:15"),
      patientNote: "Douleur depuis deux jours.",
    });
    expect(booked.status).toBe(201);
    expect(booked.body).toMatchObject({
      version: 1,
      startAt: at(day, "09:15"),
      durationMinutes: 15,
      firstName: alice.person.firstName,
      lastName: alice.person.lastName,
      appointmentType: "MF",
      professionalId: clinic.professionalId,
      communicationModes: ["email"],
      onlineCancelUntil:
        new Date(Date.parse(at(day, "09:15")) - 86_400_000).toISOString().slice(0, 11) + "09:15:00-04:00",
      cancellable: true,
      notices: [],
    });
    const { body } = await hub.request("GET", `/v1/appointments/${booked.body.appointmentId}`, {
      as: clinic.machine.token,
    });
    expect(body).toMatchObject({
      referenceNumber: booked.body.referenceNumber,
      slotId: slot.slotId,
      author: { type: "citizen", label: `${alice.person.firstName} ${alice.person.lastName}` },
      patient: { nam: alice.nam, namMatched: true, birthDate: alice.person.birthDate },
      patientNote: "Douleur depuis deux jours.",
      hasNotes: true,
      attendance: "unconfirmed",
      consultationReason: "regular",
    });
    expect(await openingsOf(hub, clinic.establishmentId, slot.slotId)).toEqual([
      "13:00 free",
      "13:15 busy",
      "13:30 free",
      "13:45 free",
    ]);
  });

  test("the log names the citizen's booking, its professional and time, and nobody", async () => {
    const day = freshDay();
    const { body } = await book(await aCitizen(hub), { slotId: (await slotOn(day)).slotId, startAt: at(day) });
    const rows = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql<{ row: string; actorId: string | null }[]>`
        SELECT change::text AS row, actor_id AS "actorId" FROM change WHERE object_id = ${body.appointmentId}`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ actorId: null, row: expect.stringContaining("citizen") as string });
    expect(rows[0]?.row).not.toMatch(/Citoyenne|Alice|@|418/);
  });

  test("APPT-33, ATT-09 neither the clinic's note nor attendance is the citizen's to read", async () => {
    const alice = await aCitizen(hub);
    await anAppointment(hub, clinic, {
      startAt: at(freshDay()),
      clinicNote: "secret",
      attendance: "present",
      patient: { ...reachable, nam: alice.nam },
    });
    const { body } = await find(alice);
    expect(body.items).toHaveLength(1);
    expect(JSON.stringify(body)).not.toMatch(/secret|present|attendance|clinicNote/);
  });

  test("APPT-09 a taken opening is lost, and others are offered, the nearest first, which can be booked", async () => {
    const other = await aClinic(hub);
    const day = freshDay();
    const slot = await slotOn(day, {}, other);
    await anAppointment(hub, other, { startAt: at(day, "09:10"), durationMinutes: 10 });
    const lost = await book(await aCitizen(hub), { slotId: slot.slotId, startAt: at(day) });
    expect([lost.status, refusalsOf(lost)]).toEqual([409, ["APPT-09 OPENING_NOT_AVAILABLE /startAt"]]);
    // The problem's schema leaves the form of an alternative open; it is that of citizenOpenings.search.
    const alternatives = lost.body.alternatives as { slotId: string; startAt: string }[];
    expect(alternatives.map(({ startAt }) => startAt)).toEqual([at(day, "09:30"), at(day, "09:45")]);
    for (const { slotId, startAt } of alternatives)
      expect((await book(await aCitizen(hub), { slotId, startAt })).status).toBe(201);
  });

  test("APPT-11 one a day online, whoever made the first, at whatever place; the next day is another day", async () => {
    const other = await aClinic(hub);
    const [day, next] = [freshDay(), freshDay()];
    const alice = await aCitizen(hub);
    const [here, there, tomorrow] = [await slotOn(day), await slotOn(day, {}, other), await slotOn(next, {}, other)];
    expect((await book(alice, { slotId: here.slotId, startAt: at(day) })).status).toBe(201);
    const second = await book(alice, { slotId: there.slotId, startAt: at(day, "09:30") });
    expect(refusalsOf(second)).toEqual(["APPT-11 PATIENT_ALREADY_BOOKED_THAT_DAY /startAt"]);
    expect((await book(alice, { slotId: tomorrow.slotId, startAt: at(next) })).status).toBe(201);
    const bob = await aCitizen(hub);
    await anAppointment(hub, clinic, { startAt: at(day, "15:00"), patient: { ...reachable, nam: bob.nam } });
    expect((await book(bob, { slotId: here.slotId, startAt: at(day, "09:30") })).body.code).toBe(
      "PATIENT_ALREADY_BOOKED_THAT_DAY",
    );
  });

  test("APPT-11 the day follows moves, cancellations and changes of the number", async () => {
    const [day, next] = [freshDay(), freshDay()];
    const slot = await slotOn(day);
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const as = clinic.machine.token;
    const made = await anAppointment(hub, clinic, {
      startAt: at(day, "15:00"),
      patient: { ...reachable, nam: alice.nam },
    });
    const path = `/v1/appointments/${made.appointmentId}`;
    const isRefused = async (citizen: ACitizen) => {
      const answer = await book(citizen, { slotId: slot.slotId, startAt: at(day, "09:30"), homePhone: null });
      return answer.body.violations.some(({ rule }) => rule === "APPT-11");
    };
    expect([await isRefused(alice), await isRefused(bob)]).toEqual([true, false]);
    await hub.request("PATCH", path, { as, version: 1, body: { patient: { nam: bob.nam } } });
    expect([await isRefused(alice), await isRefused(bob)]).toEqual([false, true]);
    await hub.request("POST", `${path}/move`, { as, version: 2, body: { startAt: at(next, "15:00") } });
    expect(await isRefused(bob)).toBe(false);
    await hub.request("POST", `${path}/move`, { as, version: 3, body: { startAt: at(day, "15:00") } });
    expect(await isRefused(bob)).toBe(true);
    await hub.request("POST", `${path}/cancel`, { as, version: 4, body: {} });
    expect(await isRefused(bob)).toBe(false);
  });

  test("APPT-23, APPT-27, APPT-28 the citizen can be reached", async () => {
    const day = freshDay();
    const slot = await slotOn(day);
    const answer = await book(await aCitizen(hub), {
      slotId: slot.slotId,
      startAt: at(day),
      homePhone: null,
      email: null,
      communicationModes: ["email", "sms"],
    });
    expect(refusalsOf(answer)).toEqual([
      "APPT-23 CONTACT_REQUIRED /homePhone",
      "APPT-27 CONTACT_REQUIRED /email",
      "APPT-28 CONTACT_REQUIRED /mobilePhone",
    ]);
  });

  test("APPT-31 the language that the citizen chose for messages, French when they chose none", async () => {
    for (const [chosen, expected] of [
      [{ communicationLanguage: "en" }, "en"],
      [{}, "fr"],
    ] as const) {
      const alice = await aCitizen(hub);
      const day = freshDay();
      const { body } = await book(alice, { slotId: (await slotOn(day)).slotId, startAt: at(day), ...chosen });
      const read = await hub.request<AppointmentBody>("GET", `/v1/appointments/${body.appointmentId}`, {
        as: clinic.machine.token,
      });
      const found = (await find(alice)).body.items;
      const languages = [body, read.body, ...found].map(({ communicationLanguage }) => communicationLanguage);
      expect(languages).toEqual([expected, expected, expected]);
    }
  });

  test("PAT-02 a person RAMQ does not know books nothing; PAT-15, MSG-09 one who is not covered does, and is told", async () => {
    const day = freshDay();
    const slot = await slotOn(day);
    const stranger = await aStranger("INCO80561510");
    expect(refusalsOf(await book(stranger, { slotId: slot.slotId, startAt: at(day) }))).toEqual([
      "PAT-02 IDENTITY_UNKNOWN ",
    ]);
    const uncovered = await book(await aCitizen(hub, { eligible: false }), { slotId: slot.slotId, startAt: at(day) });
    expect([uncovered.status, uncovered.body.notices]).toMatchObject([
      201,
      [{ rule: "MSG-09", code: "PATIENT_NOT_ELIGIBLE" }],
    ]);
  });

  test("MSG-01, MSG-02, MSG-09, MSG-12, PAT-15 what the citizen should know, in their language; they book all the same", async () => {
    const day = freshDay();
    const slot = await slotOn(day);
    const ends = { endDate: "2027-06-30", gmfNumber: "03-117", gmfEndDate: "2027-05-31" };
    const registeredWith = { practiceNumber: clinic.professional.practiceNumber, ...ends };
    const citizen = await aCitizen(hub, { eligible: false, registeredWith });
    const booked = await book(citizen, { slotId: slot.slotId, startAt: at(day) }, { "accept-language": "en" });
    expect(booked.status).toBe(201);
    expect(booked.body.notices.map(({ rule, detail }) => [rule, detail])).toEqual([
      ["MSG-09", expect.stringContaining("Settle your health insurance eligibility with RAMQ")],
      ["MSG-01", expect.stringContaining("2027-05-31: changes are planned at your clinic. Please contact it.")],
      [
        "MSG-02",
        expect.stringContaining("After 2027-06-30 you will no longer have a health professional of your own."),
      ],
    ]);
    const past = await aCitizen(hub, { registeredWith: { ...registeredWith, endDate: "2027-02-28" } });
    const later = await book(past, { slotId: slot.slotId, startAt: at(day, "09:15") });
    expect([later.status, later.body.notices]).toEqual([201, []]);
  });

  test("MSG-02, MSG-09, PAT-02 the same key is answered the same, whatever RAMQ says since, and if it knows nobody", async () => {
    const day = freshDay();
    const slot = await slotOn(day);
    const registration = { practiceNumber: clinic.professional.practiceNumber, endDate: "2027-06-30" };
    const citizen = await aCitizen(hub, { eligible: false, registeredWith: registration });
    const send = (startAt = at(day)): Promise<Answer> =>
      hub.request("POST", "/v1/citizen/appointments", {
        ...{ as: citizen.token, key: `noticed-${citizen.nam}` },
        body: { consultationReason: "regular", ...contact, slotId: slot.slotId, startAt },
      });
    const first = await send();
    expect([first.status, first.body.notices.map(({ rule }) => rule)]).toEqual([201, ["MSG-09", "MSG-02"]]);
    const isFirst = (again: Answer) => {
      expect([again.status, again.body, again.headers.get("idempotency-replayed")]).toEqual([201, first.body, "true"]);
    };
    await aCitizen(hub, { nam: citizen.nam });
    isFirst(await send());
    hub.clock.moveTo("2027-07-01T12:00:00Z");
    isFirst(await send());
    hub.clock.moveTo(defaultNow);
    await forget(citizen);
    isFirst(await send());
    expect((await send(at(day, "09:15"))).body.code).toBe("IDEMPOTENCY_KEY_REUSED");
    const other = await book(citizen, { slotId: slot.slotId, startAt: at(day, "09:15") });
    expect(refusalsOf(other)).toEqual(["PAT-02 IDENTITY_UNKNOWN "]);
  });

  test.each([
    ["CASC-24 a start between two openings", { startAt: "09:05" }, {}, "CASC-24 OPENING_NOT_AVAILABLE"],
    [
      "SLOT-31 the remainder of a slot that is too short",
      { startAt: "09:45" },
      { durationMinutes: 25 },
      "CASC-24 OPENING_NOT_AVAILABLE",
    ],
    ["SLOT-21 a private slot", {}, { visibility: "private" }, "CASC-24 OPENING_NOT_AVAILABLE"],
    ["SLOT-08 an incomplete slot", {}, { placeId: null }, "CASC-24 OPENING_NOT_AVAILABLE"],
    ["SLOT-22 a slot that opens later", {}, { openFrom: "2027-03-02T08:00:00-05:00" }, "SLOT-22 OPENING_NOT_AVAILABLE"],
    ["SVC-05 another professional's own patients' slot", {}, { serviceType: "MF" }, "SVC-05 OPENING_NOT_AVAILABLE"],
    ["SVC-09 a slot for another reason", {}, { consultationReasons: ["pregnancy"] }, "SVC-09 OPENING_NOT_AVAILABLE"],
    [
      "REASON-08 a reason of another age",
      { consultationReason: "childZeroToFive" },
      {},
      "REASON-08 REASON_NOT_ALLOWED",
    ],
    ["CASC-23 the reason of triage nurses", { consultationReason: "redirection" }, {}, "CASC-23 REASON_NOT_ALLOWED"],
  ] as const)(
    "%s",
    async (
      _title,
      { startAt = "09:00", ...asked }: { startAt?: string; consultationReason?: string },
      fields,
      expected,
    ) => {
      const day = freshDay();
      const slot = await slotOn(day, fields);
      const answer = await book(await aCitizen(hub), { slotId: slot.slotId, startAt: at(day, startAt), ...asked });
      expect(answer.body.violations.map(({ rule, code }) => `${rule} ${code}`)).toEqual([expected]);
    },
  );

  test("CASC-24 a start that has passed; one that is now is still to come", async () => {
    const slot = await aSlot(hub, clinic, { startAt: "2027-03-01T06:45:00-05:00", endAt: "2027-03-01T07:30:00-05:00" });
    const of = async (time: string) =>
      (await book(await aCitizen(hub), { slotId: slot.slotId, startAt: `2027-03-01T${time}:00-05:00` })).status;
    expect([await of("06:45"), await of("07:00")]).toEqual([409, 201]);
  });

  test("OPT-07 beyond the professional's limit in weeks", async () => {
    const professional = await aProfessional(hub, [clinic.place], { limitFutureBooking: true, maxWeeks: 1 });
    const agenda = { ...clinic, professionalId: professional.professionalId };
    const inside = await aSlot(hub, agenda, {
      startAt: "2027-03-06T09:00:00-05:00",
      endAt: "2027-03-06T09:15:00-05:00",
    });
    const beyond = await aSlot(hub, agenda, {
      startAt: "2027-03-07T09:00:00-05:00",
      endAt: "2027-03-07T09:15:00-05:00",
    });
    expect(
      (await book(await aCitizen(hub), { slotId: inside.slotId, startAt: "2027-03-06T09:00:00-05:00" })).status,
    ).toBe(201);
    const answer = await book(await aCitizen(hub), { slotId: beyond.slotId, startAt: "2027-03-07T09:00:00-05:00" });
    expect(refusalsOf(answer)).toEqual(["OPT-07 OPENING_NOT_AVAILABLE /startAt"]);
  });

  test("APPT-44, APPT-45, CASC-13 to CASC-15 who may book which type, and what the appointment's own type is", async () => {
    const gmf = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-117" } });
    const own = { registeredWith: { ...gmf.professional, gmfNumber: "03-117" } };
    const group = { registeredWith: { practiceNumber: "100001", gmfNumber: "03-117" } };
    const types = ["MF", "GMF", "GEN"] as const;
    const outcome = async (serviceType: (typeof types)[number], of: Parameters<typeof aCitizen>[1]) => {
      const day = freshDay();
      const slot = await slotOn(day, { serviceType }, gmf);
      const { status, body } = await book(await aCitizen(hub, of), { slotId: slot.slotId, startAt: at(day) });
      return status === 201 ? body.appointmentType : status;
    };
    // The place shows by clientele (factories): an own patient finds MF in cascade 1, GMF in 2.3, GEN in 3.
    expect(await Promise.all(types.map((type) => outcome(type, own)))).toEqual(["MF", "MF", "MF"]);
    expect(await Promise.all(types.map((type) => outcome(type, group)))).toEqual([409, "GMF", "GMF"]);
    expect(await Promise.all(types.map((type) => outcome(type, {})))).toEqual([409, 409, "GEN"]);
  });

  test("APPT-47, APPT-63, PLACE-27 a masked name stays masked, also when the place unmasks it", async () => {
    const masking = await aClinic(hub, { place: { maskGen: true } });
    const day = freshDay();
    const slot = await slotOn(day, {}, masking);
    const alice = await aCitizen(hub);
    const { body } = await book(alice, { slotId: slot.slotId, startAt: at(day) });
    expect([body.professionalId, body.professionalName]).toEqual([null, null]);
    await hub.write(
      [masking.establishmentId],
      (tx) => tx.sql`UPDATE place SET mask_gen = false WHERE place_id = ${masking.placeId}`,
    );
    const found = await find(alice);
    expect(found.body.items[0]).toMatchObject({ professionalId: null, professionalName: null });
    expect(JSON.stringify([body, found.body])).not.toContain(masking.professionalId);
    const read = await hub.request("GET", `/v1/appointments/${body.appointmentId}`, { as: masking.machine.token });
    expect(read.body).toMatchObject({ professionalNameVisible: false, professionalId: masking.professionalId });
  });

  test("PLACE-27 the mask of the cascade that is used holds for the hold, the booking, what is found and the cancellation", async () => {
    const gmfNumber = "27-027";
    const masking = await aClinic(hub, {
      establishment: { isGmf: true, gmfNumber },
      place: { maskGmf: true, displayMode: "byRelationship" },
    });
    const own = { practiceNumber: masking.professional.practiceNumber, gmfNumber };
    const said = async (cascade: string, serviceType: "MF" | "GMF") => {
      const day = freshDay();
      const opening = { slotId: (await slotOn(day, { serviceType }, masking)).slotId, startAt: at(day), cascade };
      const alice = await aCitizen(hub, { registeredWith: own });
      const hold = await hub.request("POST", "/v1/citizen/holds", { as: alice.token, body: opening });
      expect(hold.status).toBe(201);
      const booked = await book(alice, opening);
      const { referenceNumber } = booked.body;
      const named = { referenceNumber, nam: alice.nam };
      const answers = [hold, booked, await find(alice), await find(alice, named), await cancel(alice, named)];
      return answers.map(({ body }) => JSON.stringify(body));
    };
    for (const answer of await said("2.3", "GMF"))
      expect(answer).not.toMatch(new RegExp(`${masking.professionalId}|Professionnelle`));
    const [, ...unmasked] = await said("1", "MF");
    for (const answer of unmasked) expect(answer).toContain("Professionnelle");
  });

  test("PLACE-28 what the clinic booked shows its professional, to staff and to the patient who finds it, whatever the masks", async () => {
    const masking = await aClinic(hub, { place: { maskGmf: true, maskGen: true } });
    const shown = { professionalId: masking.professionalId };
    for (const as of [masking.admin.token, masking.machine.token]) {
      const alice = await aCitizen(hub);
      const startAt = at(freshDay());
      await slotOn(startAt.slice(0, 10), {}, masking);
      const patient = { ...reachable, nam: alice.nam };
      const made = await anAppointment(hub, masking, { startAt, patient }, as);
      expect(made).toMatchObject({ ...shown, professionalNameVisible: true });
      const named = { referenceNumber: made.referenceNumber, nam: alice.nam };
      const found = [await find(alice), await find(alice, named)];
      const expected = { ...shown, professionalName: expect.stringContaining("Professionnelle") as string };
      for (const { body } of found) expect(body.items).toMatchObject([expected]);
      expect((await cancel(alice, named)).body).toMatchObject(expected);
    }
  });

  test("PLACE-05 the citizen reads where to go and whom to call: name, address in its parts, phone", async () => {
    const place = {
      name: "Clinique du Port",
      civicNumber: "12",
      street: "rue du Quai",
      city: "Matane",
      province: "QC",
      postalCode: "G4W 1A1",
      phone: "418-555-0142",
    };
    const [withSuite, without] = [
      { ...place, suite: "bureau 3" },
      { ...place, suite: null },
    ];
    for (const [fields, address] of [
      [withSuite, "12, rue du Quai, bureau 3, Matane (QC) G4W 1A1"],
      [without, "12, rue du Quai, Matane (QC) G4W 1A1"],
    ] as const) {
      const own = await aClinic(hub, { place: fields });
      const day = freshDay();
      const alice = await aCitizen(hub);
      const { body } = await book(alice, { slotId: (await slotOn(day, {}, own)).slotId, startAt: at(day) });
      const expected = { placeId: own.placeId, ...fields, address };
      expect(body.place).toEqual(expected);
      expect((await find(alice)).body.items[0]?.place).toEqual(expected);
    }
  });

  test("APPT-48, APPT-65 the place's delay is frozen with the booking", async () => {
    const strict = await aClinic(hub, { place: { cancellationValue: 45, cancellationUnit: "minutes" } });
    const day = freshDay();
    const slot = await slotOn(day, {}, strict);
    const alice = await aCitizen(hub);
    const { body } = await book(alice, { slotId: slot.slotId, startAt: at(day) });
    await hub.write(
      [strict.establishmentId],
      (tx) =>
        tx.sql`UPDATE place SET cancellation_value = 24, cancellation_unit = 'hours' WHERE place_id = ${strict.placeId}`,
    );
    expect((await find(alice)).body.items[0]).toMatchObject({
      cancellationDelay: { value: 45, unit: "minutes" },
      onlineCancelUntil: at(day, "08:15"),
    });
    expect(body.cancellationDelay).toEqual({ value: 45, unit: "minutes" });
  });

  test("a team has as many seats as its capacity; a clinic's overbooking fills the time when seat 1 is freed", async () => {
    const team = await aTeam(hub, [clinic.place], 2);
    const day = freshDay();
    const slot = await slotOn(day, {}, { ...clinic, professionalId: team.professionalId });
    const status = async () => (await book(await aCitizen(hub), { slotId: slot.slotId, startAt: at(day) })).status;
    expect([await status(), await status(), await status()]).toEqual([201, 201, 409]);
    const single = await slotOn(freshDay());
    const startAt = new Date(single.startAt).toISOString();
    const first = await anAppointment(hub, clinic, { startAt });
    await anAppointment(hub, clinic, { startAt });
    await hub.request("POST", `/v1/appointments/${first.appointmentId}/cancel`, {
      as: clinic.machine.token,
      version: 1,
      body: {},
    });
    expect((await book(await aCitizen(hub), { slotId: single.slotId, startAt })).body.code).toBe(
      "OPENING_NOT_AVAILABLE",
    );
  });

  test("an unknown slot answers like a private one", async () => {
    const day = freshDay();
    const secret = await slotOn(day, { visibility: "private" });
    const [hidden, missing] = [
      await book(await aCitizen(hub), { slotId: secret.slotId, startAt: at(day) }),
      await book(await aCitizen(hub), { slotId: `slt_${"0".repeat(26)}`, startAt: at(day) }),
    ];
    expect({ ...hidden.body, requestId: "", instance: "" }).toEqual({ ...missing.body, requestId: "", instance: "" });
    expect(hidden.status).toBe(missing.status);
  });

  test("the clinic does not book as a citizen", async () => {
    expect(
      (
        await book(
          { ...(await aCitizen(hub)), token: clinic.machine.token },
          { slotId: `slt_${"0".repeat(26)}`, startAt: at(freshDay()) },
        )
      ).status,
    ).toBe(403);
  });
});

describe("cancelling online", () => {
  const booked = async (citizen: ACitizen, agenda: Parameters<typeof aSlot>[1] = clinic) => {
    const day = freshDay();
    const slot = await slotOn(day, {}, agenda);
    const { body } = await book(citizen, { slotId: slot.slotId, startAt: at(day) });
    return { ...body, slotId: slot.slotId, day };
  };

  test("CANCEL-13, CANCEL-14, CANCEL-15, PAT-11 by reference and NAM; again, nothing changes; the opening is free again", async () => {
    const alice = await aCitizen(hub);
    const { referenceNumber, slotId, appointmentId, day } = await booked(alice);
    const spaced = `${alice.nam.slice(0, 4)} ${alice.nam.slice(4)}`.toLowerCase();
    const first = await cancel(alice, { referenceNumber, nam: spaced });
    expect(first.body).toMatchObject({
      status: "cancelled",
      version: 2,
      cancellable: false,
      cancelledAt: "2027-03-01T12:00:00.000Z",
    });
    expect(await openingsOf(hub, clinic.establishmentId, slotId)).toContain("13:00 free");
    const again = await cancel(alice, { referenceNumber, nam: alice.nam });
    expect([again.status, again.body]).toEqual([200, first.body]);
    const changes = (await changesOf(hub, clinic.establishmentId)).filter(({ objectId }) => objectId === appointmentId);
    expect(changes.map(({ status }) => status)).toEqual(["active", "cancelled"]);
    const read = await hub.request("GET", `/v1/appointments/${appointmentId}`, { as: clinic.machine.token });
    expect(read.body).toMatchObject({ cancelledBy: "patient" });
    expect((await book(await aCitizen(hub), { slotId, startAt: at(day) })).status).toBe(201);
  });

  test("CANCEL-06, CANCEL-07, MSG-05 exactly the delay before, and one second later", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const [early, late] = [await booked(alice), await booked(bob)];
    hub.clock.moveTo(Date.parse(early.onlineCancelUntil));
    expect((await cancel(alice, { referenceNumber: early.referenceNumber, nam: alice.nam })).status).toBe(200);
    hub.clock.moveTo(Date.parse(late.onlineCancelUntil) + 1000);
    const refused = await cancel(bob, { referenceNumber: late.referenceNumber, nam: bob.nam });
    hub.clock.moveTo(defaultNow);
    expect([refused.status, refusalsOf(refused)]).toEqual([409, ["CANCEL-06 CANCELLATION_WINDOW_CLOSED "]]);
    expect(refused.body.detail).toContain("24 h");
  });

  test("PLACE-31 exactly the place's delay before the start is accepted; one second less is refused, with the way to the clinic", async () => {
    const short = await aClinic(hub, { place: { cancellationValue: 45, cancellationUnit: "minutes" } });
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const [early, late] = [await booked(alice, short), await booked(bob, short)];
    hub.clock.moveTo(at(early.day, "08:15"));
    const accepted = await cancel(alice, { referenceNumber: early.referenceNumber, nam: alice.nam });
    hub.clock.moveTo(Date.parse(at(late.day, "08:15")) + 1000);
    const refused = await cancel(bob, { referenceNumber: late.referenceNumber, nam: bob.nam });
    hub.clock.moveTo(defaultNow);
    expect([accepted.status, refused.status, refused.body.code]).toEqual([200, 409, "CANCELLATION_WINDOW_CLOSED"]);
    expect(refused.body.detail).toMatch(/45 min .*téléphonez à la clinique/);
  });

  test("PLACE-31 the delay is the one copied at booking, whatever the place's has become", async () => {
    const place = await aClinic(hub, { place: { cancellationValue: 0, cancellationUnit: "minutes" } });
    const alice = await aCitizen(hub);
    const { referenceNumber, day } = await booked(alice, place);
    const options = {
      displayMode: "byRelationship",
      maskProfessionalName: { gmf: false, gen: false },
      cancellationPolicy: { value: 24, unit: "hours" },
      noShowMessageEnabled: false,
    };
    const replaced = { as: place.admin.token, version: 1, body: options };
    expect((await hub.request("PUT", `/v1/places/${place.placeId}/options`, replaced)).status).toBe(200);
    hub.clock.moveTo(at(day, "08:59"));
    const { status } = await cancel(alice, { referenceNumber, nam: alice.nam });
    hub.clock.moveTo(defaultNow);
    expect(status).toBe(200);
  });

  test("PLACE-32 with a delay of 0, until the start itself and not after it", async () => {
    const open = await aClinic(hub, { place: { cancellationValue: 0, cancellationUnit: "hours" } });
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const [early, late] = [await booked(alice, open), await booked(bob, open)];
    hub.clock.moveTo(at(early.day));
    const accepted = await cancel(alice, { referenceNumber: early.referenceNumber, nam: alice.nam });
    hub.clock.moveTo(Date.parse(at(late.day)) + 1000);
    const refused = await cancel(bob, { referenceNumber: late.referenceNumber, nam: bob.nam });
    hub.clock.moveTo(defaultNow);
    expect([accepted.status, refused.status]).toEqual([200, 409]);
  });

  test("PLACE-33 the delay is the patient's: the clinic cancels one minute before the start", async () => {
    const alice = await aCitizen(hub);
    for (const as of [clinic.admin.token, clinic.machine.token]) {
      const { appointmentId, day } = await booked(alice);
      hub.clock.moveTo(at(day, "08:59"));
      const request = { as, version: 1, body: {} };
      const cancelled = await hub.request("POST", `/v1/appointments/${appointmentId}/cancel`, request);
      hub.clock.moveTo(defaultNow);
      expect([cancelled.status, cancelled.body]).toMatchObject([200, { status: "cancelled", cancelledBy: "clinic" }]);
    }
  });

  test("CANCEL-10, MSG-03 an unknown reference number", async () => {
    const alice = await aCitizen(hub);
    const answer = await cancel(alice, { referenceNumber: "9999999999", nam: alice.nam });
    expect([answer.status, refusalsOf(answer)]).toEqual([404, ["CANCEL-10 REFERENCE_NOT_FOUND /referenceNumber"]]);
  });

  test("CANCEL-11, CANCEL-12, PAT-10, MSG-04 made by the clinic without a number, or with one RAMQ does not know", async () => {
    const alice = await aCitizen(hub);
    const without = await anAppointment(hub, clinic, { startAt: at(freshDay()) });
    const refused = await cancel(alice, { referenceNumber: without.referenceNumber, nam: alice.nam });
    expect([refused.status, refusalsOf(refused)]).toEqual([
      409,
      ["CANCEL-11 ONLINE_ACTION_UNAVAILABLE /referenceNumber"],
    ]);
    expect(refused.body.detail).toContain("418-555-0100");
    const bob = await aStranger("INCO80561520");
    const unmatched = await anAppointment(hub, clinic, {
      startAt: at(freshDay()),
      patient: { ...reachable, nam: bob.nam },
    });
    expect(refusalsOf(await cancel(bob, { referenceNumber: unmatched.referenceNumber, nam: bob.nam }))).toEqual([
      "CANCEL-12 ONLINE_ACTION_UNAVAILABLE /referenceNumber",
    ]);
    expect((await find(bob)).body.items).toEqual([]);
  });

  test("PAT-12 without the NAM, with another's, or signed in as somebody else", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const { referenceNumber } = await booked(alice);
    const refusal = ["PAT-12 IDENTITY_CHECK_FAILED /nam"];
    for (const action of [cancel, find]) {
      expect(refusalsOf((await action(alice, { referenceNumber })) as TestAnswer<ProblemBody>)).toEqual(refusal);
      expect(refusalsOf((await action(bob, { referenceNumber, nam: alice.nam })) as TestAnswer<ProblemBody>)).toEqual(
        refusal,
      );
      expect(refusalsOf((await action(bob, { referenceNumber, nam: bob.nam })) as TestAnswer<ProblemBody>)).toEqual(
        refusal,
      );
      expect(refusalsOf((await action(alice, { referenceNumber, nam: "ABC" })) as TestAnswer<ProblemBody>)).toEqual([
        "PAT-01 INVALID_NAM /nam",
      ]);
    }
  });
});

describe("finding", () => {
  test("PAT-11 one's own to come, at any clinic, in order; by reference also what is cancelled", async () => {
    const other = await aClinic(hub);
    const alice = await aCitizen(hub);
    const [first, second] = [freshDay(), freshDay()];
    const later = await book(alice, { slotId: (await slotOn(second, {}, other)).slotId, startAt: at(second) });
    const sooner = await book(alice, { slotId: (await slotOn(first)).slotId, startAt: at(first) });
    await book(await aCitizen(hub), { slotId: (await slotOn(first)).slotId, startAt: at(first, "09:45") });
    const listed = await find(alice);
    const { notices: _sooner, ...one } = sooner.body as Booked;
    const { notices: _later, ...two } = later.body as Booked;
    expect(listed.body.items).toEqual([one, two]);
    await cancel(alice, { referenceNumber: one.referenceNumber, nam: alice.nam });
    expect((await find(alice)).body.items).toEqual([two]);
    expect((await find(alice, { referenceNumber: one.referenceNumber, nam: alice.nam })).body.items).toMatchObject([
      { status: "cancelled" },
    ]);
    hub.clock.moveTo(Date.parse(two.startAt) + 1);
    const past = await find(alice);
    hub.clock.moveTo(defaultNow);
    expect(past.body.items).toEqual([]);
  });

  test("a citizen's reading is recorded where the appointments are", async () => {
    const other = await aClinic(hub);
    const alice = await aCitizen(hub);
    const day = freshDay();
    const { body } = await book(alice, { slotId: (await slotOn(day, {}, other)).slotId, startAt: at(day) });
    await find(alice);
    const records = await hub.write(
      [other.establishmentId],
      (tx) => tx.sql<{ actor: string; actorId: string; purpose: string; ids: string[] }[]>`
        SELECT actor_type AS actor, actor_id AS "actorId", purpose, object_ids AS ids FROM access_record
        WHERE establishment_id = ${other.establishmentId} ORDER BY access_id`,
    );
    const read = { actor: "citizen", actorId: hub.deps.secrets.namIndex(alice.nam), ids: [body.appointmentId] };
    expect(records).toEqual([
      { ...read, purpose: "citizenAppointments.book" },
      { ...read, purpose: "citizenAppointments.find" },
    ]);
  });
});
