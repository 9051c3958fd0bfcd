import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reachable } from "../../../test/an-appointment.ts";
import {
  aCitizen,
  aClinic,
  aGrant,
  aLink,
  aMachine,
  anEmployee,
  aPlace,
  aProfessional,
} from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { PatientFound } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-117" } });
});
afterAll(async () => hub.close());

type Answer = TestAnswer<PatientFound & Omit<ProblemBody, "status">>;
const lookUp = (nam: string, as = clinic.machine.token, fields: object = {}): Promise<Answer> =>
  hub.request("POST", "/v1/patients/lookup", { as, body: { nam, ...fields }, key: null });
const unknownNam = "INCO80561500";

describe("a number", () => {
  test("PAT-02, PAT-03 that RAMQ knows, however it is written: whose it is", async () => {
    const { nam, person } = await aCitizen(hub, { sex: "M", birthDate: "1956-02-29" });
    const { firstName, lastName, sex, birthDate } = person;
    const expected = { matched: true, firstName, lastName, sex, birthDate, registration: null };
    for (const written of [nam, `${nam.slice(0, 4).toLowerCase()}-${nam.slice(4, 8)} ${nam.slice(8)}`]) {
      const answer = await lookUp(written);
      expect([answer.status, answer.body]).toEqual([200, expected]);
    }
  });

  test("PAT-02 that RAMQ does not know: an answer, not an error", async () => {
    const answer = await lookUp(unknownNam);
    expect([answer.status, answer.body]).toEqual([200, { matched: false }]);
  });

  test("PAT-01 that is none", async () => {
    for (const text of ["ABC", "TREA80991502", ""]) {
      const answer = await lookUp(text);
      expect([answer.status, refusalsOf(answer)]).toEqual([422, ["PAT-01 INVALID_NAM /nam"]]);
    }
  });

  test("PAT-06, PAT-15 nothing is told of coverage, which the clinic checks itself, and nothing refused for lack of it", async () => {
    const covered = await aCitizen(hub);
    const uncovered = await aCitizen(hub, { eligible: false });
    const [first, second] = [await lookUp(covered.nam), await lookUp(uncovered.nam)];
    expect(Object.keys(second.body)).toEqual(Object.keys(first.body));
    expect(JSON.stringify(second.body)).not.toMatch(/eligib|cover/i);
    const made = await hub.request("POST", "/v1/appointments", {
      as: clinic.machine.token,
      body: {
        professionalId: clinic.professionalId,
        startAt: "2027-04-05T09:00:00-04:00",
        durationMinutes: 15,
        patient: { nam: uncovered.nam, homePhone: reachable.homePhone, email: reachable.email },
      },
    });
    expect(made.status).toBe(201);
  });

  test("PAT-09 is RAMQ's as it was, whatever the clinic has written of its bearer", async () => {
    const { nam } = await aCitizen(hub);
    const before = (await lookUp(nam)).body;
    const patient = { ...reachable, nam, firstName: "Autre", lastName: "Gagnon", sex: "M", birthDate: "1970-01-01" };
    const made = await hub.request("POST", "/v1/appointments", {
      as: clinic.machine.token,
      body: {
        professionalId: clinic.professionalId,
        startAt: "2027-04-06T09:00:00-04:00",
        durationMinutes: 15,
        patient,
      },
    });
    expect(made.body).toMatchObject({ patient: { lastName: "Gagnon", namMatched: true } });
    await hub.request("PATCH", `/v1/appointments/${String(made.body["appointmentId"])}`, {
      as: clinic.machine.token,
      version: 1,
      body: { patient: { lastName: "Roy" } },
    });
    expect((await lookUp(nam)).body).toEqual(before);
  });
});

describe("registration", () => {
  const nothing = {
    ...{
      professionalId: null,
      delegatedProfessionalId: null,
      inGmf: false,
      endDate: null,
      gmfEndDate: null,
      placeNumber: null,
      placeEndDate: null,
    },
  };
  const told = async (nam: string, as?: string) => {
    const { body } = await lookUp(nam, as);
    return body.matched ? body.registration : body;
  };

  test("PAT-16 with a professional of the clinic, with another of its GMF, elsewhere: only what concerns the clinic", async () => {
    const { professionalId, practiceNumber } = clinic.professional;
    const of = (registeredWith: { practiceNumber: string; gmfNumber: string | null }) =>
      aCitizen(hub, { registeredWith });
    const own = await of({ practiceNumber, gmfNumber: "03-117" });
    expect(await told(own.nam)).toEqual({ ...nothing, professionalId, inGmf: true });
    const group = await of({ practiceNumber: "900001", gmfNumber: "03-117" });
    expect(await told(group.nam)).toEqual({ ...nothing, inGmf: true });
    const elsewhere = await aClinic(hub);
    const other = await of({ practiceNumber: elsewhere.professional.practiceNumber, gmfNumber: null });
    const answer = await lookUp(other.nam);
    expect(answer.body).toMatchObject({ registration: null });
    expect(JSON.stringify(answer.body)).not.toContain(elsewhere.professional.practiceNumber);
    expect(await told(other.nam, elsewhere.admin.token)).toEqual({
      ...{ ...nothing, professionalId: elsewhere.professionalId },
    });
  });

  test("PAT-16 with somebody who has left the clinic, or who works where the machine has nothing", async () => {
    const gone = await aProfessional(hub, [clinic.place], { departureDate: "2027-02-28" });
    const away = await aProfessional(hub, [await aPlace(hub, clinic)]);
    const [first, second] = [
      await aCitizen(hub, { registeredWith: gone }),
      await aCitizen(hub, { registeredWith: away }),
    ];
    expect(await told(first.nam, clinic.admin.token)).toBeNull();
    expect(await told(second.nam, clinic.admin.token)).toEqual({ ...nothing, professionalId: away.professionalId });
    expect(await told(second.nam)).toBeNull();
  });

  test("PAT-16, CASC-02 whom a delegation assigns, here or elsewhere", async () => {
    const { practiceNumber, professionalId } = clinic.professional;
    const colleague = await aProfessional(hub, [clinic.place]);
    const of = async (registeredWith: { practiceNumber: string; delegatedPracticeNumber: string }) =>
      told((await aCitizen(hub, { registeredWith })).nam);
    const within = { practiceNumber, delegatedPracticeNumber: colleague.practiceNumber };
    const both = { professionalId, delegatedProfessionalId: colleague.professionalId };
    expect(await of(within)).toEqual({ ...nothing, ...both });
    const toUs = { practiceNumber: "900001", delegatedPracticeNumber: colleague.practiceNumber };
    expect(await of(toUs)).toEqual({ ...nothing, delegatedProfessionalId: colleague.professionalId });
    expect(await of({ practiceNumber, delegatedPracticeNumber: "900001" })).toEqual({ ...nothing, professionalId });
    const away = await aProfessional(hub, [await aPlace(hub, clinic)]);
    const toAway = { practiceNumber: "900001", delegatedPracticeNumber: away.practiceNumber };
    expect(await of(toAway)).toBeNull();
  });

  test("PAT-16 its ends by RAMQ's calendar: those to come are told, and what has ended is not", async () => {
    const { practiceNumber, professionalId } = clinic.professional;
    const of = async (fields: object) =>
      told((await aCitizen(hub, { registeredWith: { practiceNumber, gmfNumber: "03-117", ...fields } })).nam);
    const ends = { endDate: "2027-06-30", gmfEndDate: "2027-05-31" };
    expect(await of({ ...ends, placeNumber: "55231", placeEndDate: "2027-04-30" })).toEqual({
      ...{ ...nothing, ...ends, professionalId, inGmf: true, placeNumber: "55231", placeEndDate: "2027-04-30" },
    });
    expect(await of({ gmfEndDate: "2027-02-28" })).toEqual({ ...nothing, professionalId });
    expect(await of({ endDate: "2027-03-01" })).toMatchObject({ professionalId, endDate: "2027-03-01" });
    expect(await of({ endDate: "2027-02-28" })).toBeNull();
    hub.clock.moveTo("2027-03-02T00:30:00-04:00");
    expect(await of({ endDate: "2027-03-01" })).toMatchObject({ professionalId });
    hub.clock.moveTo("2027-03-02T00:00:00-05:00");
    expect(await of({ endDate: "2027-03-01" })).toBeNull();
    hub.clock.moveTo(defaultNow);
  });

  test("PAT-16 the clinic does not write it", async () => {
    const body = {
      professionalId: clinic.professionalId,
      startAt: "2027-04-07T09:00:00-04:00",
      durationMinutes: 15,
      patient: { ...reachable, registration: { professionalId: clinic.professionalId } },
    };
    const refused = ["PAT-16 FIELD_NOT_EDITABLE /patient/registration"];
    const as = clinic.machine.token;
    expect(refusalsOf(await hub.request<ProblemBody>("POST", "/v1/appointments", { as, body }))).toEqual(refused);
    const pushed = await hub.request<ProblemBody>("PUT", "/v1/appointments/by-external-id/reg-1", { as, body });
    expect(refusalsOf(pushed)).toEqual(refused);
    const { patient: _, ...rest } = body;
    const made = await hub.request("POST", "/v1/appointments", { as, body: { ...rest, patient: reachable } });
    const path = `/v1/appointments/${String(made.body["appointmentId"])}`;
    const change = { patient: { registration: null } };
    expect(refusalsOf(await hub.request<ProblemBody>("PATCH", path, { as, version: 1, body: change }))).toEqual(
      refused,
    );
  });
});

describe("who may", () => {
  test("APPT-49, PAT-02 who may make an appointment somewhere", async () => {
    const { nam } = await aCitizen(hub);
    const user = async (access?: "read" | "write") => {
      const person = await anEmployee(hub, clinic, { places: [clinic.place] });
      if (access !== undefined)
        await aGrant(hub, person, { placeId: clinic.placeId, professionalId: clinic.professionalId, access });
      return person.token;
    };
    for (const token of [clinic.admin.token, clinic.professional.token, await user("write")])
      expect((await lookUp(nam, token)).status).toBe(200);
    for (const token of [await user("read"), await user()])
      expect(refusalsOf(await lookUp(nam, token))).toEqual(["APPT-49 FORBIDDEN "]);
    const unlinked = await aMachine(hub);
    expect(refusalsOf(await lookUp(nam, unlinked.token))).toEqual(["LCGA-02 MACHINE_NOT_LINKED "]);
  });

  test("a machine of several establishments names for which; another's is as one that does not exist", async () => {
    const [first, second] = [await aClinic(hub), await aClinic(hub)];
    const { machine } = first;
    await aLink(hub, machine, await aPlace(hub, second));
    const { nam } = await aCitizen(hub, { registeredWith: first.professional });
    expect(refusalsOf(await lookUp(nam, machine.token))).toEqual(["CONTRACT ESTABLISHMENT_REQUIRED /establishmentId"]);
    const named = await lookUp(nam, machine.token, { establishmentId: first.establishmentId });
    expect(named.body).toMatchObject({ registration: { professionalId: first.professionalId } });
    const other = await lookUp(nam, machine.token, { establishmentId: second.establishmentId });
    expect(other.body).toMatchObject({ matched: true, registration: null });
    const [foreign, missing] = [clinic.establishmentId, `est_${"0".repeat(26)}`];
    for (const establishmentId of [foreign, missing])
      expect(refusalsOf(await lookUp(nam, machine.token, { establishmentId }))).toEqual([
        "CONTRACT NOT_FOUND /establishmentId",
      ]);
  });
});

test("each look-up leaves an access record, of a number that RAMQ does not know too; never the number itself", async () => {
  const own = await aClinic(hub);
  const { nam } = await aCitizen(hub);
  await lookUp(nam, own.admin.token);
  await lookUp(unknownNam, own.machine.token);
  await lookUp("ABC", own.machine.token);
  const records = await hub.write(
    [own.establishmentId],
    (tx) => tx.sql<{ actor: string; what: string; ids: string[]; requestId: string; whole: string }[]>`
      SELECT actor_type || ' ' || actor_id AS actor, purpose || ' ' || object_type AS what, object_ids AS ids,
        request_id AS "requestId", r::text AS whole
      FROM access_record r WHERE establishment_id = ${own.establishmentId} ORDER BY access_id`,
  );
  const index = (of: string) => hub.deps.secrets.namIndex(of);
  expect(records.map(({ actor, what, ids }) => ({ actor, what, ids }))).toEqual([
    { actor: `employee ${own.admin.employeeId}`, what: "patients.lookup patient", ids: [index(nam)] },
    { actor: `machine ${own.machine.machineId}`, what: "patients.lookup patient", ids: [index(unknownNam)] },
  ]);
  for (const { whole, requestId } of records) {
    expect(whole).not.toMatch(new RegExp(`${nam}|${unknownNam}|Citoyenne`));
    expect(requestId).toMatch(/^req_/);
  }
  expect(hub.logs.join("")).not.toMatch(new RegExp(`${nam}|${unknownNam}`));
});
