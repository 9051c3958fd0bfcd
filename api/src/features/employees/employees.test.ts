import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  aClinic,
  anEmployee,
  anEstablishment,
  aPlace,
  aProfessional,
  aRegisteredPerson,
} from "../../../test/factories.ts";
import type { AClinic, AnEmployee } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { untilHeldUp } from "../../../test/held-up.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import { noDetails } from "../../domain/employee.ts";
import type { RegisteredPerson } from "../../domain/employee.ts";
import { RegistryUnavailable } from "../registry/over-http.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { Employee } from "./schema.ts";
import { insertEmployee } from "./store.ts";

let hub: TestHub;
let clinic: AClinic;
let operator: string;
let superUser: AnEmployee;
let user: AnEmployee;

beforeAll(async () => {
  hub = await createTestHub();
  operator = await hub.tokens.operator();
  clinic = await aClinic(hub);
  superUser = await anEmployee(hub, clinic, { profile: "superUser", places: [clinic.place] });
  user = await anEmployee(hub, clinic, { places: [clinic.place] });
});
afterAll(() => hub.close());

const nobody = "emp_00000000000000000000000000";

/** What employs a person whom nobody employs yet, at the clinic's place. */
async function aPerson(change: object = {}, registered: Partial<RegisteredPerson> = {}) {
  const { ramqIdentifier } = await aRegisteredPerson(hub, registered);
  return { establishmentId: clinic.establishmentId, workPlaceIds: [clinic.placeId], ramqIdentifier, ...change };
}

const create = <T = Employee>(body: object, as = operator) => hub.request<T>("POST", "/v1/employees", { as, body });
const refusedCreation = (body: object, as = operator) => create<ProblemBody>(body, as);
const get = <T = Employee>(employeeId: string, as: string) =>
  hub.request<T>("GET", `/v1/employees/${employeeId}`, { as });

async function changesOf(objectId: string) {
  return hub.write([clinic.establishmentId], async (tx) => {
    return tx.sql<{ objectType: string; operation: string; changed: string[]; placeIds: string[] }[]>`
      SELECT object_type AS "objectType", operation, changed, place_ids AS "placeIds" FROM change
      WHERE establishment_id = ${clinic.establishmentId} AND object_id = ${objectId} ORDER BY seq`;
  });
}

describe("employees.create", () => {
  test("EMP-01 the operator, a local administrator and a super user create", async () => {
    for (const as of [operator, clinic.admin.token, superUser.token]) {
      const body = await aPerson();
      const created = await create(body, as);
      expect(created.status).toBe(201);
      expect(created.body).toMatchObject({ ...body, version: 1, isProfessional: false, professionalId: null });
      expect((await get(created.body.employeeId, as)).body).toEqual(created.body);
    }
  });

  test("EMP-01 a user does not", async () => {
    const refused = await refusedCreation(await aPerson(), user.token);
    expect(refused.status).toBe(403);
    expect(refusalsOf(refused)).toEqual(["EMP-01 FORBIDDEN "]);
  });

  test("LCGA-04 nor does agenda software", async () => {
    const refused = await refusedCreation(await aPerson(), clinic.machine.token);
    expect(refused.status).toBe(403);
    expect(refusalsOf(refused)).toEqual(["LCGA-04 MANAGED_IN_RVSQ "]);
  });

  test("EMP-12 a practice number makes a professional, who signs in and has an agenda at once", async () => {
    const body = await aPerson({}, { practiceNumber: "810335" });
    const { body: employee } = await create(body);
    expect(employee).toMatchObject({ isProfessional: true, practiceNumber: "810335" });
    const professionalId = String(employee.professionalId);
    const token = await hub.tokens.employee(employee.ramqIdentifier);
    const agenda = await hub.request("GET", `/v1/professionals/${professionalId}`, { as: token });
    expect(agenda.body).toMatchObject({
      profession: "nurse",
      practiceNumber: "810335",
      displayName: "Camille Tremblay",
      capacity: 1,
      placeIds: [clinic.placeId],
    });
    expect(await changesOf(employee.employeeId)).toEqual([
      { objectType: "employee", operation: "created", changed: [], placeIds: [clinic.placeId] },
    ]);
    expect(await changesOf(professionalId)).toEqual([
      { objectType: "professional", operation: "created", changed: [], placeIds: [clinic.placeId] },
    ]);
  });

  test("EMP-12 who has none is no professional, and has no agenda", async () => {
    const { body: employee } = await create(await aPerson());
    const none = { isProfessional: false, professionalId: null, practiceNumber: null };
    expect(employee).toMatchObject(none);
    expect((await get(employee.employeeId, operator)).body).toMatchObject(none);
    expect(await changesOf(employee.employeeId)).toHaveLength(1);
  });

  test("EMP-03 a person is looked up by any one of three identifiers; EMP-11 the registry says the rest", async () => {
    const { establishmentId, placeId } = clinic;
    const workPlaceIds = [placeId];
    for (const by of ["ramqIdentifier", "practiceNumber", "pseudonym"] as const) {
      const number = String(hub.count()).padStart(5, "0");
      const person = await aRegisteredPerson(hub, {
        pseudonym: `p${number}@example.org`,
        practiceNumber: `5${number}`,
        firstName: "Noé",
        lastName: "Lavoie",
      });
      const created = await create({ establishmentId, workPlaceIds, [by]: person[by] });
      expect([created.status, created.body]).toMatchObject([201, person]);
    }
  });

  test("EMP-03 none or two of them are refused", async () => {
    const { ramqIdentifier, ...nobodyNamed } = await aPerson();
    const none = await refusedCreation(nobodyNamed);
    expect([none.status, ...refusalsOf(none)]).toEqual([422, "EMP-03 REQUIRED_FIELD /ramqIdentifier"]);
    const two = await refusedCreation({ ...nobodyNamed, ramqIdentifier, practiceNumber: "112345" });
    expect([two.status, ...refusalsOf(two)]).toEqual([400, "EMP-03 INVALID_REQUEST /practiceNumber"]);
  });

  test("EMP-09, EMP-10 who is not registered is refused, and it is said who can enrol them", async () => {
    const body = await aPerson({ ramqIdentifier: "IPN0B0DY" });
    const refused = await refusedCreation(body);
    expect([refused.status, ...refusalsOf(refused)]).toEqual([422, "EMP-09 NOT_REGISTERED_WITH_RAMQ /ramqIdentifier"]);
    expect(refused.body.detail).toContain("L'administrateur local inscrit le personnel administratif");
    expect(refused.body.detail).toContain("un professionnel s'inscrit lui-même");
    const headers = { "accept-language": "en" };
    const english = await hub.request<ProblemBody>("POST", "/v1/employees", { as: operator, body, headers });
    expect(english.body.detail).toContain("The local administrator enrols administrative staff");
    expect(english.body.detail).toContain("a professional enrols themself");
  });

  test("EMP-11 names are the registry's: to send one is refused", async () => {
    const refused = await refusedCreation(await aPerson({ firstName: "Zoé", lastName: null }));
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused)).toEqual([
      "EMP-11 FIELD_NOT_EDITABLE /firstName",
      "EMP-11 FIELD_NOT_EDITABLE /lastName",
    ]);
  });

  test("EMP-01, LCGA-04 for who may not employ, the registry is not asked", async () => {
    const asked: string[] = [];
    const { staffRegistry } = hub.deps;
    hub.deps.staffRegistry = {
      find: (lookup) => {
        asked.push(lookup.by);
        return staffRegistry.find(lookup);
      },
    };
    try {
      const body = await aPerson();
      for (const as of [user.token, clinic.machine.token]) expect((await create(body, as)).status).toBe(403);
      expect(asked).toEqual([]);
      expect((await create(body, clinic.admin.token)).status).toBe(201);
      expect(asked).toEqual(["ramqIdentifier"]);
    } finally {
      hub.deps.staffRegistry = staffRegistry;
    }
  });

  test("EMP-09 while the registry is away, nobody is employed and the caller may come back", async () => {
    const { staffRegistry } = hub.deps;
    hub.deps.staffRegistry = { find: () => Promise.reject(new RegistryUnavailable("away")) };
    try {
      const refused = await refusedCreation(await aPerson());
      expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([
        503,
        "UNAVAILABLE",
        "5",
      ]);
    } finally {
      hub.deps.staffRegistry = staffRegistry;
    }
  });

  test("EMP-04, EMP-13, EMP-14 every violation is answered at once, and nobody is employed", async () => {
    const body = await aPerson({ ramqIdentifier: "112345", startDate: null, workPlaceIds: [] });
    const refused = await refusedCreation(body);
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused)).toEqual([
      "EMP-04 INVALID_IDENTIFIER /ramqIdentifier",
      "EMP-13 REQUIRED_FIELD /startDate",
      "EMP-14 WORK_PLACE_REQUIRED /workPlaceIds",
    ]);
  });

  test("EMP-05, EMP-06 a practice number has six digits and a class", async () => {
    const by = async (practiceNumber: string) =>
      refusalsOf(await refusedCreation(await aPerson({ ramqIdentifier: undefined, practiceNumber })));
    expect(await by("1123456")).toEqual(["EMP-05 INVALID_IDENTIFIER /practiceNumber"]);
    expect(await by("999999")).toEqual(["EMP-06 UNKNOWN_PRACTICE_CLASS /practiceNumber"]);
  });

  test("EMP-07 a person is employed once by an establishment, by whichever identifier they are looked up", async () => {
    const body = await aPerson({}, { practiceNumber: "150001", pseudonym: "once@example.org" });
    await create(body);
    const again = await refusedCreation(body);
    expect([again.status, ...refusalsOf(again)]).toEqual([409, "EMP-07 EMPLOYEE_ALREADY_EXISTS /ramqIdentifier"]);
    const others = { practiceNumber: "150001", pseudonym: "Once@example.org" };
    for (const [by, value] of Object.entries(others))
      expect(refusalsOf(await refusedCreation({ ...body, ramqIdentifier: undefined, [by]: value }))).toEqual([
        `EMP-07 EMPLOYEE_ALREADY_EXISTS /${by}`,
      ]);
  });

  test("EMP-07 several who employ one person at once: one wins", async () => {
    const body = await aPerson({}, { practiceNumber: "150010" });
    const answers = await Promise.all([
      create<ProblemBody>(body),
      create<ProblemBody>(body),
      create<ProblemBody>(body),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body.code).toBe("EMPLOYEE_ALREADY_EXISTS");
  });

  test.each<[string, Partial<RegisteredPerson>]>([
    ["RAMQ identifier", { practiceNumber: null }],
    ["practice number", { ramqIdentifier: "IP0ELSE0" }],
  ])("EMP-07 nor beside a record of the same %s that is only being written", async (_title, other) => {
    const { establishmentId, placeId } = clinic;
    const person = await aRegisteredPerson(hub, { practiceNumber: `15${String(hub.count()).padStart(4, "0")}` });
    const now = hub.clock.now();
    const { asked } = await hub.write([establishmentId], async (tx) => {
      const row = {
        ...{ establishmentId, employeeId: hub.deps.ids.next("emp", now), professionalId: null },
        ...noDetails,
        ...{ ...person, ...other, startDate: "2027-03-01", departureDate: null, workPlaceIds: [placeId] },
        ...{ localAdmin: false, superUser: false, grants: [], version: 1 },
      };
      await insertEmployee(tx, row, now);
      const answer = refusedCreation({
        establishmentId,
        workPlaceIds: [placeId],
        ramqIdentifier: person.ramqIdentifier,
      });
      await untilHeldUp(tx, answer);
      return { asked: answer };
    });
    expect(refusalsOf(await asked)).toEqual(["EMP-07 EMPLOYEE_ALREADY_EXISTS "]);
  });

  test("the whole of a record is kept as it was sent", async () => {
    const details = {
      title: "Dre",
      email: "camille@example.org",
      workPhone: "418-555-0107",
      workPhoneExtension: "214",
      profession: "Médecin de famille",
      professionDescription: "Suivi de grossesse",
      biography: "Depuis 2009.",
      startDate: "2027-02-01",
      departureDate: "2027-12-31",
    };
    const { body } = await create(await aPerson(details));
    expect(body).toMatchObject(details);
    expect((await get(body.employeeId, operator)).body).toEqual(body);
  });

  test("EMP-08 another establishment may employ the same person", async () => {
    const body = await aPerson({}, { practiceNumber: "150020" });
    await create(body);
    const other = await aClinic(hub);
    const second = await create({ ...body, establishmentId: other.establishmentId, workPlaceIds: [other.placeId] });
    expect(second.status).toBe(201);
  });

  test("EMP-13 the start is today at the first work place", async () => {
    const { establishmentId } = await anEstablishment(hub);
    const islands = await aPlace(hub, { establishmentId }, { timeZone: "America/Halifax" });
    const shore = await aPlace(hub, { establishmentId }, { timeZone: "America/Toronto" });
    hub.clock.moveTo("2027-03-02T23:30:00-05:00");
    const startOf = async (workPlaceIds: string[]) =>
      (await create(await aPerson({ establishmentId, workPlaceIds }))).body.startDate;
    try {
      expect(await startOf([islands.placeId, shore.placeId])).toBe("2027-03-03");
      expect(await startOf([shore.placeId, islands.placeId])).toBe("2027-03-02");
    } finally {
      hub.clock.moveTo("2027-03-01T07:00:00-05:00");
    }
  });

  test("EMP-14 a place of another establishment is as unknown as one that does not exist", async () => {
    const other = await aClinic(hub);
    for (const as of [operator, clinic.admin.token]) {
      const missing = await refusedCreation(await aPerson({ workPlaceIds: ["plc_00000000000000000000000000"] }), as);
      const foreign = await refusedCreation(await aPerson({ workPlaceIds: [other.placeId] }), as);
      expect(refusalsOf(foreign)).toEqual(["Employee.workPlaceIds NOT_FOUND /workPlaceIds/0"]);
      expect(withoutRequestId(foreign)).toEqual(withoutRequestId(missing));
    }
  });

  test("PERM-01, PERM-04 a super user names no local administrator, others do", async () => {
    expect(refusalsOf(await refusedCreation(await aPerson({ localAdmin: true }), superUser.token))).toEqual([
      "PERM-04 FORBIDDEN /localAdmin",
    ]);
    // PERM-01: a professional may be one like anybody else.
    const named = await create(await aPerson({ localAdmin: true }, { practiceNumber: "150030" }), clinic.admin.token);
    expect(named.body).toMatchObject({ localAdmin: true, superUser: false, user: true, isProfessional: true });
  });

  test("PERM-27 a new employee is a user without a grant", async () => {
    const { body } = await create(await aPerson());
    expect(body).toMatchObject({ localAdmin: false, superUser: false, user: true, grants: [] });
    const token = await hub.tokens.employee(body.ramqIdentifier);
    expect((await hub.request<Page<unknown>>("GET", "/v1/services", { as: token })).body.items).toEqual([]);
  });

  test("PERM-10, PERM-11, PERM-13 grants are given with the record, at work places, for who works there", async () => {
    const elsewhere = await aPlace(hub, clinic);
    const { professionalId } = clinic;
    const grants = [{ placeId: clinic.placeId, professionalId, access: "read" }];
    expect((await create(await aPerson({ grants }))).body.grants).toEqual(grants);
    const wrong = [
      { placeId: elsewhere.placeId, professionalId, access: "read" },
      { placeId: "all", professionalId: "pro_00000000000000000000000000", access: "write" },
    ];
    expect(refusalsOf(await refusedCreation(await aPerson({ grants: wrong })))).toEqual([
      "PERM-11 PLACE_NOT_WORK_PLACE /grants/0/placeId",
      "PERM-10 NOT_FOUND /grants/1/professionalId",
    ]);
    const absent = [{ placeId: elsewhere.placeId, professionalId, access: "read" }];
    const body = await aPerson({ grants: absent, workPlaceIds: [clinic.placeId, elsewhere.placeId] });
    expect(refusalsOf(await refusedCreation(body))).toEqual([
      "PERM-13 PROFESSIONAL_NOT_AT_PLACE /grants/0/professionalId",
    ]);
  });

  test("PERM-10 a grant is a place, a professional and an access, and is read as it was given", async () => {
    const colleague = await aProfessional(hub, [clinic.place]);
    const grants = [
      { placeId: clinic.placeId, professionalId: clinic.professionalId, access: "write" },
      { placeId: clinic.placeId, professionalId: colleague.professionalId, access: "read" },
    ];
    const { body } = await create(await aPerson({ grants }));
    expect(body.grants).toEqual(grants);
    expect((await get(body.employeeId, operator)).body.grants).toEqual(grants);
    const wrong = grants.map((grant) => ({ ...grant, access: "manage" }));
    expect((await refusedCreation(await aPerson({ grants: wrong }))).status).toBe(400);
  });

  test("the same key creates one record", async () => {
    const body = await aPerson();
    const send = () =>
      hub.request<Employee>("POST", "/v1/employees", { as: operator, body, key: "a-key-of-employees" });
    const first = await send();
    const second = await send();
    expect([second.status, second.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
    expect(second.body).toEqual(first.body);
  });

  test("another establishment answers like one that does not exist", async () => {
    const other = await aClinic(hub);
    for (const as of [clinic.admin.token, user.token, clinic.machine.token]) {
      const foreign = await refusedCreation(await aPerson({ establishmentId: other.establishmentId }), as);
      const missing = await refusedCreation(await aPerson({ establishmentId: "est_00000000000000000000000000" }), as);
      expect(foreign.status).toBe(404);
      expect(withoutRequestId(foreign)).toEqual(withoutRequestId(missing));
    }
  });
});

describe("employees.get and employees.list", () => {
  const list = (as: string, query = "") => hub.request<Page<Employee>>("GET", `/v1/employees${query}`, { as });
  const ids = ({ items }: Page<Employee>) => items.map(({ employeeId }) => employeeId);

  test("EMP-02 a user reads their own record, and no other", async () => {
    expect((await get(user.employeeId, user.token)).body.employeeId).toBe(user.employeeId);
    expect(ids((await list(user.token)).body)).toEqual([user.employeeId]);
    const refused = await get<ProblemBody>(superUser.employeeId, user.token);
    expect(refused.status).toBe(403);
    expect(refusalsOf(refused)).toEqual(["EMP-02 FORBIDDEN "]);
  });

  test("EMP-02 those who keep records read them all", async () => {
    const own = await aClinic(hub);
    const expected = [own.professional.employeeId, own.admin.employeeId];
    expect(ids((await list(own.admin.token)).body)).toEqual(expected);
    expect(ids((await list(operator, `?establishmentId=${own.establishmentId}`)).body)).toEqual(expected);
    const page = (await list(own.admin.token, "?limit=1")).body;
    const next = (await list(own.admin.token, `?limit=1&cursor=${String(page.nextCursor)}`)).body;
    expect([...ids(page), ...ids(next)]).toEqual(expected);
  });

  test("the operator names the establishment to list", async () => {
    const refused = await hub.request<ProblemBody>("GET", "/v1/employees", { as: operator });
    expect(refusalsOf(refused)).toEqual(["CONTRACT REQUIRED_FIELD /query/establishmentId"]);
  });

  test("agenda software reads no employees", async () => {
    for (const path of ["/v1/employees", `/v1/employees/${user.employeeId}`]) {
      const refused = await hub.request<ProblemBody>("GET", path, { as: clinic.machine.token });
      expect([refused.status, refused.body.code]).toEqual([403, "FORBIDDEN"]);
    }
  });

  test("another establishment's record answers like one that does not exist; its list is empty", async () => {
    const other = await aClinic(hub);
    for (const as of [clinic.admin.token, user.token]) {
      const there = await get<ProblemBody>(other.admin.employeeId, as);
      expect(there.status).toBe(404);
      expect(withoutRequestId(there)).toEqual(withoutRequestId(await get<ProblemBody>(nobody, as)));
      expect((await list(as, `?establishmentId=${other.establishmentId}`)).body.items).toEqual([]);
    }
    expect((await get(nobody, operator)).status).toBe(404);
  });
});

describe("employees.replacePermissions", () => {
  const put = <T = Employee>(of: { employeeId: string }, as: string, body: object, version: number | null = 1) =>
    hub.request<T>("PUT", `/v1/employees/${of.employeeId}/permissions`, {
      as,
      body,
      ...(version === null ? {} : { version }),
    });
  const refusedPut = async (...call: Parameters<typeof put>) => refusalsOf(await put<ProblemBody>(...call));
  const aColleague = (profile: "localAdmin" | "superUser" | "user" = "user") =>
    anEmployee(hub, clinic, { profile, places: [clinic.place] });

  test("PERM-09 a grant takes effect from the next call on", async () => {
    const colleague = await aColleague();
    const { professionalId } = clinic;
    const mayReadServices = async () => {
      const page = await hub.request<Page<unknown>>("GET", "/v1/services", { as: colleague.token });
      return page.body.items.length > 0;
    };
    expect(await mayReadServices()).toBe(false);
    const granted = await put(colleague, superUser.token, {
      grants: [{ placeId: "all", professionalId, access: "read" }],
    });
    expect(granted.status).toBe(200);
    expect(granted.body).toMatchObject({ version: 2, grants: [{ placeId: "all", professionalId, access: "read" }] });
    expect(await mayReadServices()).toBe(true);
    expect(await changesOf(colleague.employeeId)).toEqual([
      { objectType: "employee", operation: "updated", changed: ["grants"], placeIds: [clinic.placeId] },
    ]);
    await put(colleague, superUser.token, { grants: [] }, 2);
    expect(await mayReadServices()).toBe(false);
  });

  test("PERM-12 'all' means the work places as they are when the grant is used", async () => {
    const colleague = await aColleague();
    const second = await aPlace(hub, clinic);
    const { professionalId } = await aProfessional(hub, [second]);
    const grants = [{ placeId: "all", professionalId, access: "write" }];
    expect(await refusedPut(colleague, clinic.admin.token, { grants })).toEqual([
      "PERM-13 PROFESSIONAL_NOT_AT_PLACE /grants/0/professionalId",
    ]);
    const both = await anEmployee(hub, clinic, { places: [clinic.place, second] });
    expect((await put(both, clinic.admin.token, { grants })).body.grants).toEqual(grants);
  });

  test("PERM-05, PERM-06, PERM-28 each of the two profiles takes the other away", async () => {
    const colleague = await aColleague("localAdmin");
    const asSuperUser = await put(colleague, clinic.admin.token, { superUser: true });
    expect(asSuperUser.body).toMatchObject({ localAdmin: false, superUser: true, user: true, version: 2 });
    const asAdmin = await put(colleague, operator, { localAdmin: true }, 2);
    expect(asAdmin.body).toMatchObject({ localAdmin: true, superUser: false, user: true, version: 3 });
  });

  test("PERM-02 a local administrator takes localAdmin from another, PERM-03 not from themself", async () => {
    const colleague = await aColleague("localAdmin");
    expect((await put(colleague, clinic.admin.token, { localAdmin: false })).body.localAdmin).toBe(false);
    expect(await refusedPut(clinic.admin, clinic.admin.token, { localAdmin: false })).toEqual([
      "PERM-03 FORBIDDEN /localAdmin",
    ]);
  });

  test("PERM-04, PERM-07 a super user gives and takes no localAdmin, PERM-05, PERM-09 a user changes nothing", async () => {
    const admin = await aColleague("localAdmin");
    expect(await refusedPut(user, superUser.token, { localAdmin: true })).toEqual(["PERM-04 FORBIDDEN /localAdmin"]);
    expect(await refusedPut(admin, superUser.token, { superUser: true })).toEqual(["PERM-07 FORBIDDEN /superUser"]);
    expect(await refusedPut(admin, user.token, { superUser: true })).toEqual(["PERM-05 FORBIDDEN /superUser"]);
    expect(await refusedPut(user, user.token, { grants: [] })).toEqual(["PERM-09 FORBIDDEN /grants"]);
    // A user learns nothing of another's record, not even that a version is stale.
    const stale = await put<ProblemBody>(admin, user.token, { grants: [] }, 9);
    expect([stale.status, stale.body.current]).toEqual([403, undefined]);
  });

  test("PERM-06 nobody is made both", async () => {
    const refused = await put<ProblemBody>(user, operator, { localAdmin: true, superUser: true });
    expect(refused.status).toBe(400);
    expect(refusalsOf(refused)).toEqual(["PERM-06 INVALID_REQUEST /superUser"]);
  });

  test("LCGA-04 agenda software is told that they are kept in RVSQ", async () => {
    expect(await refusedPut(user, clinic.machine.token, { grants: [] })).toEqual(["LCGA-04 MANAGED_IN_RVSQ "]);
  });

  test("what is so already changes nothing; If-Match is required; a stale one is answered with the record", async () => {
    const colleague = await aColleague();
    const same = await put(colleague, operator, { localAdmin: false, grants: [] });
    expect(same.body.version).toBe(1);
    expect(await changesOf(colleague.employeeId)).toEqual([]);
    expect((await put(colleague, operator, {}, null)).status).toBe(428);
    const stale = await put<ProblemBody>(colleague, operator, { superUser: true }, 2);
    expect(stale.status).toBe(412);
    expect(stale.body.current).toMatchObject({ employeeId: colleague.employeeId, version: 1 });
  });

  test("another establishment's record answers like one that does not exist", async () => {
    const other = await aClinic(hub);
    for (const as of [clinic.admin.token, user.token, clinic.machine.token]) {
      const there = await put<ProblemBody>(other.admin, as, { grants: [] });
      expect(there.status).toBe(404);
      const missing = await put<ProblemBody>({ employeeId: nobody }, as, { grants: [] });
      expect(withoutRequestId(there)).toEqual(withoutRequestId(missing));
    }
  });
});
