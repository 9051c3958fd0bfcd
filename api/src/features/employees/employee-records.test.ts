import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { anAppointment, appointmentInput, changesOf } from "../../../test/an-appointment.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import {
  aCitizen,
  aClinic,
  aGrant,
  anEmployee,
  aPlace,
  aProfessional,
  aRegisteredPerson,
  aService,
} from "../../../test/factories.ts";
import type { AClinic, AnEmployee, APlace } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { AppointmentBody } from "../appointments/schema.ts";
import type { Professional } from "../professionals/schema.ts";
import type { WorkGroup } from "../work-groups/schema.ts";
import type { Employee } from "./schema.ts";

/** What becomes of a record after it was made: changed, left, deleted. */

let hub: TestHub;
let clinic: AClinic;
let second: APlace;
let operator: string;
let superUser: AnEmployee;
let user: AnEmployee;

beforeAll(async () => {
  hub = await createTestHub();
  operator = await hub.tokens.operator();
  clinic = await aClinic(hub);
  second = await aPlace(hub, clinic);
  superUser = await anEmployee(hub, clinic, { profile: "superUser", places: [clinic.place] });
  user = await anEmployee(hub, clinic, { places: [clinic.place] });
});
afterAll(() => hub.close());

const nobody = { employeeId: "emp_00000000000000000000000000" };
const get = <T = Employee>({ employeeId }: { employeeId: string }, as: string) =>
  hub.request<T>("GET", `/v1/employees/${employeeId}`, { as });
const patch = <T = Employee>(of: { employeeId: string }, body: object, as = operator, version = 1) =>
  hub.request<T>("PATCH", `/v1/employees/${of.employeeId}`, { as, body, version });
const refusedPatch = async (...call: Parameters<typeof patch>) => refusalsOf(await patch<ProblemBody>(...call));
const remove = (of: { employeeId: string }, as = operator, query = "", version = 1) =>
  hub.request<ProblemBody | undefined>("DELETE", `/v1/employees/${of.employeeId}${query}`, { as, version });
const refusedRemoval = async (...call: Parameters<typeof remove>) => {
  const { status, body } = await remove(...call);
  return [status, ...(body?.violations ?? []).map(({ rule, code }) => `${rule} ${code}`)];
};
const colleague = (places = [clinic.place]) => anEmployee(hub, clinic, { places });
const signIn = async ({ token }: AnEmployee) => (await hub.request("GET", "/v1/caller", { as: token })).status;
const offered = async (as: string, query: string) =>
  (await hub.request<Page<object>>("GET", `/v1/openings?${query}`, { as })).body.items.length;
async function listed(professionalId: string, as = clinic.admin.token) {
  const { body } = await hub.request<Page<Professional>>("GET", "/v1/professionals?limit=1000", { as });
  return body.items.some((one) => one.professionalId === professionalId);
}
/** What the log says since there were so many changes in it, without ids. */
async function said(since: number) {
  const changes = (await changesOf(hub, clinic.establishmentId)).slice(since);
  return changes.map(({ objectType, operation, changed }) => [objectType, operation, ...changed].join(" "));
}
const changesSoFar = async () => (await changesOf(hub, clinic.establishmentId)).length;

describe("employees.update", () => {
  test("EMP-01 the operator, local administrators and super users change a record, a user not even their own", async () => {
    const person = await colleague();
    for (const [index, as] of [operator, clinic.admin.token, superUser.token].entries()) {
      const changed = await patch(person, { title: `Titre ${String(index)}` }, as, index + 1);
      expect([changed.status, changed.body.title, changed.body.version]).toEqual([
        200,
        `Titre ${String(index)}`,
        index + 2,
      ]);
    }
    expect(await refusedPatch(user, { title: "Dre" }, user.token)).toEqual(["EMP-01 FORBIDDEN "]);
    // Nor do they learn that a version is stale.
    expect(await refusedPatch(person, { title: "Dre" }, user.token, 9)).toEqual(["EMP-01 FORBIDDEN "]);
  });

  test("LCGA-04 agenda software is told that the record is kept in RVSQ", async () => {
    expect(await refusedPatch(user, { title: "Dre" }, clinic.machine.token)).toEqual(["LCGA-04 MANAGED_IN_RVSQ "]);
  });

  test("EMP-17 the log names the address that was filled in, and what else is not as it was", async () => {
    const person = await colleague();
    const since = await changesSoFar();
    const filled = await patch(person, { email: "c@example.org", title: null, workPhone: "418-555-0107" });
    expect(filled.body).toMatchObject({ email: "c@example.org", workPhone: "418-555-0107", version: 2 });
    expect((await get(person, operator)).body).toEqual(filled.body);
    await patch(person, { email: "c@example.org" }, operator, 2);
    await patch(person, { email: null }, operator, 2);
    expect(await said(since)).toEqual(["employee updated email workPhone", "employee updated email"]);
  });

  test.each(["ramqIdentifier", "pseudonym", "firstName", "lastName", "practiceNumber"])(
    "EMP-11 %s is the registry's",
    async (field) => {
      const refused = await patch<ProblemBody>(user, { [field]: null });
      expect([refused.status, ...refusalsOf(refused)]).toEqual([422, `EMP-11 FIELD_NOT_EDITABLE /${field}`]);
    },
  );

  test("EMP-13, EMP-14 there is always a start and a work place", async () => {
    expect(await refusedPatch(user, { startDate: null, workPlaceIds: [] })).toEqual([
      "EMP-13 REQUIRED_FIELD /startDate",
      "EMP-14 WORK_PLACE_REQUIRED /workPlaceIds",
    ]);
    const other = await aClinic(hub);
    expect(await refusedPatch(user, { workPlaceIds: [other.placeId] })).toEqual([
      "Employee.workPlaceIds NOT_FOUND /workPlaceIds/0",
    ]);
  });

  test("EMP-15, EMP-16 a work place taken away leaves the agenda there, and takes along what was granted there", async () => {
    const person = await aProfessional(hub, [clinic.place, second]);
    const { professionalId } = person;
    const { establishmentId } = clinic;
    const service = await aService(hub, person);
    const agenda = { establishmentId, professionalId, placeId: second.placeId, service };
    const { slotId } = await aSlot(hub, agenda, {
      startAt: "2027-03-08T09:00:00-05:00",
      endAt: "2027-03-08T10:00:00-05:00",
    });
    const machine = { professionalId, machine: { token: clinic.admin.token } };
    const appointment = await anAppointment(hub, machine, {
      placeId: second.placeId,
      startAt: "2027-03-09T09:00:00-05:00",
    });
    for (const placeId of [clinic.placeId, second.placeId])
      await aGrant(hub, person, { placeId, professionalId: clinic.professionalId, access: "read" });
    const keeper = await colleague([clinic.place, second]);
    await aGrant(hub, keeper, { placeId: second.placeId, professionalId, access: "write" });
    const search = `professionalId=${professionalId}`;
    expect(await offered(clinic.admin.token, search)).toBeGreaterThan(0);
    const since = await changesSoFar();

    const { body } = await patch(person, { workPlaceIds: [clinic.placeId] });

    expect(body.workPlaceIds).toEqual([clinic.placeId]);
    expect(body.grants.map(({ placeId }) => placeId)).toEqual([clinic.placeId]);
    expect(await said(since)).toEqual(["employee updated workPlaceIds grants", "professional updated placeIds"]);
    const told = await hub.write(
      [establishmentId],
      (tx) => tx.sql<{ places: string[] }[]>`
        SELECT place_ids AS places FROM change WHERE object_id IN (${person.employeeId}, ${professionalId})`,
    );
    expect(told.map(({ places }) => places)).toEqual(Array(2).fill([clinic.placeId, second.placeId].sort()));
    const read = async (path: string, as: string) => (await hub.request("GET", path, { as })).status;
    for (const as of [clinic.admin.token, person.token, keeper.token])
      for (const path of [`/v1/slots/${slotId}`, `/v1/appointments/${appointment.appointmentId}`])
        expect([path, await read(path, as)]).toEqual([path, 200]);
    // EMP-15: nothing new there.
    expect(await offered(clinic.admin.token, search)).toBe(0);
    const back = await patch(person, { workPlaceIds: [clinic.placeId, second.placeId] }, operator, 2);
    expect(back.body.grants).toHaveLength(1);
    expect(await offered(clinic.admin.token, search)).toBeGreaterThan(0);
  });

  test("EMP-15 a citizen is neither offered nor given what was kept at a place where the professional no longer works", async () => {
    const person = await aProfessional(hub, [clinic.place, second]);
    const { professionalId } = person;
    const service = await aService(hub, person);
    const agenda = { establishmentId: clinic.establishmentId, professionalId, placeId: second.placeId, service };
    const hours = { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T10:00:00-05:00" };
    const { slotId } = await aSlot(hub, agenda, hours);
    const citizen = await aCitizen(hub);
    const { token: as } = citizen;
    const offers = async () =>
      (await searchAsCitizen(hub, citizen, { cascade: "3", placeId: second.placeId })).body.items;
    expect((await offers()).map((one) => one.slotId)).toContain(slotId);
    await patch(person, { workPlaceIds: [clinic.placeId] });
    expect((await offers()).map((one) => one.slotId)).not.toContain(slotId);
    const opening = { slotId, startAt: hours.startAt };
    const held = await hub.request<ProblemBody>("POST", "/v1/citizen/holds", { as, body: opening });
    const details = { consultationReason: "regular", homePhone: "418-555-0192", communicationModes: ["phone"] };
    const body = { ...opening, ...details };
    const booked = await hub.request<ProblemBody>("POST", "/v1/citizen/appointments", { as, body });
    for (const refused of [held, booked])
      expect([refused.status, ...refusalsOf(refused)]).toEqual([409, "EMP-15 OPENING_NOT_AVAILABLE /startAt"]);
  });

  test("EMP-18, AUTH-03 the day of departure is the last on which they sign in, by the day of their first place", async () => {
    const islands = await aPlace(hub, clinic, { timeZone: "America/Halifax" });
    const [here, there] = [await colleague(), await colleague([islands])];
    for (const person of [here, there]) await patch(person, { departureDate: "2027-03-02" });
    try {
      const at = async (instant: string) => {
        hub.clock.moveTo(instant);
        return [await signIn(here), await signIn(there)];
      };
      expect(await at("2027-03-02T22:59:59.999-05:00")).toEqual([200, 200]);
      expect(await at("2027-03-02T23:00:00-05:00")).toEqual([200, 403]);
      expect(await at("2027-03-02T23:59:59.999-05:00")).toEqual([200, 403]);
      expect(await at("2027-03-03T00:00:00-05:00")).toEqual([403, 403]);
      // Nothing of it is gone, and it can be taken back.
      expect((await get(here, operator)).body).toMatchObject({
        departureDate: "2027-03-02",
        workPlaceIds: [clinic.placeId],
      });
      await patch(here, { departureDate: null }, operator, 2);
      expect(await signIn(here)).toBe(200);
    } finally {
      hub.clock.moveTo(defaultNow);
    }
  });

  test("EMP-18 before the day they start, a record is active: they prepare", async () => {
    const person = await colleague();
    expect((await patch(person, { startDate: "2027-06-01" })).body.startDate).toBe("2027-06-01");
    expect(await signIn(person)).toBe(200);
  });

  test("EMP-19 a professional is listed and offered through the day of departure, and not from the next", async () => {
    const person = await aProfessional(hub, [clinic.place]);
    const { professionalId } = person;
    const service = await aService(hub, person);
    await aSlot(
      hub,
      { establishmentId: clinic.establishmentId, professionalId, placeId: clinic.placeId, service },
      { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T10:00:00-05:00" },
    );
    const since = await changesSoFar();
    const { body } = await patch(person, { departureDate: "2027-03-02" });
    expect(body.departureDate).toBe("2027-03-02");
    expect(await said(since)).toEqual(["employee updated departureDate", "professional updated departureDate"]);
    try {
      const at = async (instant: string) => {
        hub.clock.moveTo(instant);
        return [
          await listed(professionalId),
          (await offered(clinic.admin.token, `professionalId=${professionalId}`)) > 0,
        ];
      };
      expect(await at("2027-03-02T23:59:59.999-05:00")).toEqual([true, true]);
      expect(await at("2027-03-03T00:00:00-05:00")).toEqual([false, false]);
    } finally {
      hub.clock.moveTo(defaultNow);
    }
  });

  test("Employee.departureDate is not before the start", async () => {
    expect(await refusedPatch(user, { departureDate: "2019-01-01" })).toEqual([
      "Employee.departureDate OUT_OF_RANGE /departureDate",
    ]);
  });

  test("what is so already changes nothing; If-Match is required; a stale one is answered with the record", async () => {
    const person = await colleague();
    const since = await changesSoFar();
    expect((await patch(person, { title: null, workPlaceIds: [clinic.placeId, clinic.placeId] })).body.version).toBe(1);
    expect(await said(since)).toEqual([]);
    const path = `/v1/employees/${person.employeeId}`;
    expect((await hub.request("PATCH", path, { as: operator, body: {} })).status).toBe(428);
    const stale = await patch<ProblemBody>(person, { title: "Dre" }, operator, 2);
    expect([stale.status, stale.body.current]).toMatchObject([412, { employeeId: person.employeeId, version: 1 }]);
  });

  test("another establishment's record answers like one that does not exist", async () => {
    const other = await aClinic(hub);
    for (const as of [clinic.admin.token, user.token, clinic.machine.token]) {
      const there = await patch<ProblemBody>(other.admin, { title: "Dre" }, as);
      expect(there.status).toBe(404);
      expect(withoutRequestId(there)).toEqual(withoutRequestId(await patch<ProblemBody>(nobody, { title: "Dre" }, as)));
    }
  });
});

describe("employees.delete", () => {
  test("EMP-01 the operator, local administrators and super users delete, a user does not", async () => {
    for (const as of [operator, clinic.admin.token, superUser.token])
      expect((await remove(await colleague(), as)).status).toBe(204);
    expect(await refusedRemoval(user, user.token)).toEqual([403, "EMP-01 FORBIDDEN"]);
    expect((await get(user, operator)).status).toBe(200);
  });

  test("LCGA-04 agenda software is told that the record is kept in RVSQ", async () => {
    expect(await refusedRemoval(user, clinic.machine.token)).toEqual([403, "LCGA-04 MANAGED_IN_RVSQ"]);
  });

  test("EMP-21 nobody reads the record any more, and its person does not sign in", async () => {
    const person = await colleague();
    expect(await signIn(person)).toBe(200);
    const since = await changesSoFar();
    await remove(person);
    expect(await said(since)).toEqual(["employee deleted"]);
    for (const as of [operator, clinic.admin.token, superUser.token, user.token]) {
      const gone = await get<ProblemBody>(person, as);
      expect(gone.status).toBe(404);
      expect(withoutRequestId(gone)).toEqual(withoutRequestId(await get<ProblemBody>(nobody, as)));
    }
    const list = await hub.request<Page<Employee>>("GET", "/v1/employees?limit=1000", { as: clinic.admin.token });
    expect(list.body.items.map(({ employeeId }) => employeeId)).not.toContain(person.employeeId);
    expect((await patch(person, { title: "Dre" }, operator, 2)).status).toBe(404);
    expect((await remove(person, operator, "", 2)).status).toBe(404);
    const permissions = `/v1/employees/${person.employeeId}/permissions`;
    expect((await hub.request("PUT", permissions, { as: operator, body: {}, version: 2 })).status).toBe(404);
    const services = `/v1/services?professionalId=${person.employeeId}`;
    expect((await hub.request("GET", services, { as: clinic.admin.token })).body).not.toMatchObject({
      code: "NOT_A_PROFESSIONAL",
    });
    const caller = await hub.request<ProblemBody>("GET", "/v1/caller", { as: person.token });
    expect(refusalsOf(caller)).toEqual(["AUTH-03 NOT_ACTIVE_IN_RVSQ "]);
  });

  test("EMP-07, EMP-21 the person may be registered anew, as somebody else: the old agenda is not theirs", async () => {
    const { establishmentId, placeId } = clinic;
    const registered = await aRegisteredPerson(hub, { practiceNumber: "150999" });
    const body = { establishmentId, practiceNumber: "150999", workPlaceIds: [placeId] };
    const employ = () => hub.request<Employee>("POST", "/v1/employees", { as: operator, body });
    const first = (await employ()).body;
    expect((await employ()).status).toBe(409);
    await remove(first);
    const again = await employ();
    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({ ramqIdentifier: registered.ramqIdentifier, version: 1 });
    expect(again.body.employeeId).not.toBe(first.employeeId);
    expect(again.body.professionalId).not.toBe(first.professionalId);
    const agendas = await hub.request<Page<Professional>>("GET", "/v1/professionals?practiceNumber=150999", {
      as: clinic.admin.token,
    });
    expect(agendas.body.items.map(({ professionalId }) => professionalId)).toEqual([again.body.professionalId]);
  });

  test("EMP-21, PERM-10 nobody is given access to an agenda whose record is gone", async () => {
    const person = await aProfessional(hub, [clinic.place]);
    const grantee = await colleague();
    const grant = { placeId: clinic.placeId, professionalId: person.professionalId, access: "read" };
    const give = (version: number) =>
      hub.request<ProblemBody>("PUT", `/v1/employees/${grantee.employeeId}/permissions`, {
        as: clinic.admin.token,
        version,
        body: { grants: [grant] },
      });
    await remove(person);
    const refused = await give(1);
    expect([refused.status, ...refusalsOf(refused)]).toEqual([404, "PERM-10 NOT_FOUND /grants/0/professionalId"]);
  });

  test("EMP-19, EMP-21 a professional's appointments and slots stay; nothing of theirs is listed or offered any more", async () => {
    const person = await aProfessional(hub, [clinic.place]);
    const { professionalId } = person;
    const { establishmentId, placeId } = clinic;
    const service = await aService(hub, person);
    const { slotId } = await aSlot(
      hub,
      { establishmentId, professionalId, placeId, service },
      { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T10:00:00-05:00" },
    );
    const appointment = await anAppointment(
      hub,
      { professionalId, machine: person },
      {
        placeId,
        startAt: "2027-03-09T09:00:00-05:00",
      },
    );
    const citizen = await aCitizen(hub, { registeredWith: { practiceNumber: person.practiceNumber } });
    const seen = async () => {
      const { body } = await searchAsCitizen(hub, citizen, { cascade: "3", placeId });
      return body.items.some((one) => one.slotId === slotId);
    };
    const mine = `professionalId=${professionalId}`;
    const before = [await listed(professionalId), await seen(), (await offered(clinic.admin.token, mine)) > 0];
    expect(before).toEqual([true, true, true]);
    const since = await changesSoFar();

    expect((await remove(person)).status).toBe(204);

    expect(await said(since)).toEqual(["employee deleted", "professional updated departureDate"]);
    expect([await listed(professionalId), await seen(), await offered(clinic.admin.token, mine)]).toEqual([
      false,
      false,
      0,
    ]);
    const path = `/v1/appointments/${appointment.appointmentId}`;
    const kept = await hub.request<AppointmentBody>("GET", path, { as: clinic.admin.token });
    expect(kept.body).toMatchObject({ status: appointment.status, author: appointment.author });
    expect((await hub.request("GET", `/v1/slots/${slotId}`, { as: clinic.admin.token })).status).toBe(200);
    const cancelled = await hub.request("POST", `${path}/cancel`, {
      as: clinic.admin.token,
      body: {},
      version: kept.body.version,
    });
    expect(cancelled.status).toBe(200);
  });

  test("EMP-19 at once, wherever the clinic is: also where the day is older", async () => {
    const islands = await aPlace(hub, clinic, { timeZone: "America/Halifax" });
    try {
      // Ten past midnight on the islands, still yesterday in Québec.
      hub.clock.moveTo("2027-03-02T23:10:00-05:00");
      for (const place of [islands, clinic.place]) {
        const person = await aProfessional(hub, [place]);
        await remove(person);
        expect(await listed(person.professionalId)).toBe(false);
      }
    } finally {
      hub.clock.moveTo(defaultNow);
    }
  });

  test("EMP-18 who had left already left when they left", async () => {
    const person = await aProfessional(hub, [clinic.place], { departureDate: "2027-02-01" });
    const since = await changesSoFar();
    await remove(person);
    expect(await said(since)).toEqual(["employee deleted"]);
    const { body } = await hub.request<Professional>("GET", `/v1/professionals/${person.professionalId}`, {
      as: operator,
    });
    expect(body.departureDate).toBe("2027-02-01");
  });

  test("what a deleted employee did bears their name still", async () => {
    const person = await anEmployee(hub, clinic, { profile: "superUser", places: [clinic.place] });
    const input = appointmentInput(clinic, { placeId: clinic.placeId, startAt: "2027-03-10T09:00:00-05:00" });
    const made = await hub.request<AppointmentBody>("POST", "/v1/appointments", { as: person.token, body: input });
    await remove(person);
    const read = await hub.request<AppointmentBody>("GET", `/v1/appointments/${made.body.appointmentId}`, {
      as: clinic.admin.token,
    });
    expect(read.body.author).toEqual(made.body.author);
  });

  test("EMP-25 the last local administrator may be deleted; then RAMQ alone names one", async () => {
    const own = await aClinic(hub);
    const keeper = await anEmployee(hub, own, { profile: "superUser", places: [own.place] });
    expect((await remove(own.admin, keeper.token)).status).toBe(204);
    const next = await anEmployee(hub, own);
    const name = (as: string) =>
      hub.request<ProblemBody>("PUT", `/v1/employees/${next.employeeId}/permissions`, {
        as,
        body: { localAdmin: true },
        version: 1,
      });
    expect(refusalsOf(await name(keeper.token))).toEqual(["PERM-04 FORBIDDEN /localAdmin"]);
    expect((await name(operator)).body).toMatchObject({ localAdmin: true });
  });

  test("EMP-25 also by themself", async () => {
    const own = await aClinic(hub);
    expect((await remove(own.admin, own.admin.token)).status).toBe(204);
    expect(await signIn(own.admin)).toBe(403);
  });

  describe("work groups", () => {
    let gmf: AClinic;
    beforeAll(async () => {
      gmf = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-117" } });
    });
    async function aGroup(...[professionalIds, ...teams]: [string[], ...string[][]]) {
      const body = { professionalIds, relayTeams: teams.map((team) => ({ professionalIds: team })) };
      const answer = await hub.request<WorkGroup>("POST", "/v1/work-groups", { as: gmf.admin.token, body });
      expect(answer.status).toBe(201);
      return answer.body.workGroupId;
    }
    const removeGroup = async (workGroupId: string, version: number) => {
      const as = gmf.admin.token;
      expect((await hub.request("DELETE", `/v1/work-groups/${workGroupId}`, { as, version })).status).toBe(204);
    };
    const groups = () =>
      hub.write(
        [gmf.establishmentId],
        (tx) => tx.sql<{ id: string; members: string[]; teams: string[][]; version: number }[]>`
          SELECT work_group_id AS id, professional_ids AS members, version,
            jsonb_build_array(to_jsonb(relay_team_1), to_jsonb(relay_team_2)) AS teams
          FROM work_group WHERE establishment_id = ${gmf.establishmentId} ORDER BY work_group_id`,
      );
    const logOf = async (objectId: string) =>
      (await changesOf(hub, gmf.establishmentId))
        .filter((change) => change.objectId === objectId)
        .map(({ objectType, operation, changed }) => [objectType, operation, ...changed].join(" "));

    test("EMP-22, WG-19 the group of which they are the only member goes too, once that is confirmed", async () => {
      const person = await aProfessional(hub, [gmf.place]);
      const own = await aGroup([person.professionalId], [gmf.professionalId]);
      expect(await refusedRemoval(person, gmf.admin.token)).toEqual([409, "WG-19 CONFIRMATION_REQUIRED"]);
      expect((await get(person, gmf.admin.token)).status).toBe(200);
      expect((await groups()).map(({ id }) => id)).toContain(own);
      expect((await remove(person, gmf.admin.token, "?acknowledge=CONFIRMATION_REQUIRED")).status).toBe(204);
      expect((await groups()).map(({ id }) => id)).not.toContain(own);
      expect(await logOf(own)).toEqual(["workGroup created", "workGroup deleted"]);
    });

    test("EMP-22 from groups and relay teams with others they are taken out", async () => {
      const person = await aProfessional(hub, [gmf.place]);
      const [mine, theirs] = [person.professionalId, gmf.professionalId];
      const group = await aGroup([mine, theirs], [mine], [theirs]);
      expect((await remove(person, gmf.admin.token)).status).toBe(204);
      expect((await groups()).find(({ id }) => id === group)).toEqual({
        id: group,
        members: [theirs],
        teams: [[theirs], []],
        version: 2,
      });
      expect(await logOf(group)).toEqual(["workGroup created", "workGroup updated professionalIds relayTeams"]);
      await removeGroup(group, 2);
    });

    test("EMP-23, WG-20 refused while two groups of the same members would be left, acknowledged or not", async () => {
      const person = await aProfessional(hub, [gmf.place]);
      await aGroup([gmf.professionalId]);
      const same = await aGroup([gmf.professionalId, person.professionalId]);
      const before = await groups();
      for (const query of ["", "?acknowledge=CONFIRMATION_REQUIRED"])
        expect(await refusedRemoval(person, gmf.admin.token, query)).toEqual([409, "EMP-23 WORK_GROUP_DUPLICATE"]);
      expect(await groups()).toEqual(before);
      expect((await get(person, gmf.admin.token)).status).toBe(200);
      await removeGroup(same, 1);
      expect((await remove(person, gmf.admin.token)).status).toBe(204);
    });
  });

  test("If-Match is required; a stale one is answered with the record", async () => {
    const person = await colleague();
    const path = `/v1/employees/${person.employeeId}`;
    expect((await hub.request("DELETE", path, { as: operator })).status).toBe(428);
    const stale = await remove(person, operator, "", 2);
    expect([stale.status, stale.body?.current]).toMatchObject([412, { employeeId: person.employeeId, version: 1 }]);
    expect((await remove(person, user.token, "", 2)).body?.current).toBeUndefined();
  });

  test("another establishment's record answers like one that does not exist", async () => {
    const other = await aClinic(hub);
    for (const as of [clinic.admin.token, user.token, clinic.machine.token]) {
      const there = await hub.request<ProblemBody>("DELETE", `/v1/employees/${other.admin.employeeId}`, {
        as,
        version: 1,
      });
      const missing = await hub.request<ProblemBody>("DELETE", `/v1/employees/${nobody.employeeId}`, {
        as,
        version: 1,
      });
      expect(there.status).toBe(404);
      expect(withoutRequestId(there)).toEqual(withoutRequestId(missing));
    }
  });
});
