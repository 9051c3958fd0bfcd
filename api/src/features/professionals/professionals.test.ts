import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic, aGrant, aMachine, anEmployee, aPlace, aProfessional, aTeam } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { Professional, ProfessionalOptions } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
let operator: string;

beforeAll(async () => {
  hub = await createTestHub();
  operator = await hub.tokens.operator();
  clinic = await aClinic(hub);
});
afterAll(() => hub.close());

const nobody = "pro_00000000000000000000000000";
const get = <T = Professional>(professionalId: string, as: string) =>
  hub.request<T>("GET", `/v1/professionals/${professionalId}`, { as });

describe("professionals.get", () => {
  test("staff of the establishment, the machine of the place and the operator read them", async () => {
    const user = await anEmployee(hub, clinic);
    const expected = {
      professionalId: clinic.professionalId,
      version: 1,
      establishmentId: clinic.establishmentId,
      employeeId: clinic.professional.employeeId,
      practiceNumber: clinic.professional.practiceNumber,
      profession: "physician",
      capacity: 1,
      placeIds: [clinic.placeId],
      departureDate: null,
    };
    for (const as of [clinic.admin.token, user.token, operator])
      expect((await get(clinic.professionalId, as)).body).toMatchObject(expected);
    // EMP-02 and LCGA-04: employees are no business of agenda software.
    const machine = await get(clinic.professionalId, clinic.machine.token);
    expect(machine.body).toMatchObject({ ...expected, employeeId: null });
  });

  test("LCGA-02 a machine sees the linked ones of a professional's places, and nobody who works elsewhere only", async () => {
    const elsewhere = await aPlace(hub, clinic);
    const both = await aProfessional(hub, [clinic.place, elsewhere]);
    const away = await aProfessional(hub, [elsewhere]);
    expect((await get(both.professionalId, clinic.admin.token)).body.placeIds).toHaveLength(2);
    expect((await get(both.professionalId, clinic.machine.token)).body.placeIds).toEqual([clinic.placeId]);
    const hidden = await get<ProblemBody>(away.professionalId, clinic.machine.token);
    expect(hidden.status).toBe(404);
    expect(withoutRequestId(hidden)).toEqual(withoutRequestId(await get(nobody, clinic.machine.token)));
  });

  test("a team has a capacity, and nobody's number", async () => {
    const team = await aTeam(hub, [clinic.place], 3);
    expect((await get(team.professionalId, clinic.admin.token)).body).toMatchObject({
      profession: "team",
      capacity: 3,
      practiceNumber: null,
      employeeId: null,
    });
  });

  test("another establishment's professional answers like one that does not exist", async () => {
    const other = await aClinic(hub);
    for (const as of [clinic.admin.token, clinic.professional.token, clinic.machine.token]) {
      for (const suffix of ["", "/options"]) {
        const there = await get<ProblemBody>(`${other.professionalId}${suffix}`, as);
        expect(there.status).toBe(404);
        expect(withoutRequestId(there)).toEqual(withoutRequestId(await get(`${nobody}${suffix}`, as)));
      }
    }
    expect((await get(nobody, operator)).status).toBe(404);
    expect((await get(`${nobody}/options`, operator)).status).toBe(404);
  });
});

describe("professionals.list", () => {
  const list = async (as: string, query = "") => {
    const answer = await hub.request<Page<Professional>>("GET", `/v1/professionals${query}`, { as });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const ids = ({ items }: Page<Professional>) => items.map(({ professionalId }) => professionalId);

  test("staff list the establishment's, a machine those at its places; by place and practice number", async () => {
    const own = await aClinic(hub);
    const elsewhere = await aPlace(hub, own);
    const away = await aProfessional(hub, [elsewhere]);
    const all = [own.professionalId, away.professionalId];
    expect(ids(await list(own.admin.token))).toEqual(all);
    expect(ids(await list(own.professional.token))).toEqual(all);
    expect(ids(await list(operator, `?establishmentId=${own.establishmentId}`))).toEqual(all);
    expect(ids(await list(own.machine.token))).toEqual([own.professionalId]);
    expect(ids(await list(own.admin.token, `?placeId=${elsewhere.placeId}`))).toEqual([away.professionalId]);
    expect(ids(await list(own.machine.token, `?placeId=${elsewhere.placeId}`))).toEqual([]);
    expect(ids(await list(own.admin.token, `?practiceNumber=${away.practiceNumber}`))).toEqual([away.professionalId]);
    expect(ids(await list(own.machine.token, `?practiceNumber=${away.practiceNumber}`))).toEqual([]);
    const first = await list(own.admin.token, "?limit=1");
    const second = await list(own.admin.token, `?limit=1&cursor=${String(first.nextCursor)}`);
    expect([...ids(first), ...ids(second)]).toEqual(all);
    expect(second.nextCursor).toBeNull();
  });

  test("a machine of two establishments lists both, or the one it names", async () => {
    const [one, two] = [await aClinic(hub), await aClinic(hub)];
    const places = [await aPlace(hub, one), await aPlace(hub, two)] as const;
    const there = [await aProfessional(hub, [places[0]]), await aProfessional(hub, [places[1]])] as const;
    const { token } = await aMachine(hub, { places });
    expect(ids(await list(token))).toEqual(there.map(({ professionalId }) => professionalId));
    expect(ids(await list(token, `?establishmentId=${two.establishmentId}`))).toEqual([there[1].professionalId]);
  });

  test("of another establishment nothing is shown, whatever is asked", async () => {
    const other = await aClinic(hub);
    for (const as of [clinic.admin.token, clinic.machine.token]) {
      for (const query of [
        `establishmentId=${other.establishmentId}`,
        `placeId=${other.placeId}`,
        `practiceNumber=${other.professional.practiceNumber}`,
      ])
        expect(ids(await list(as, `?${query}`))).toEqual([]);
    }
  });

  test("EMP-19 who leaves today is listed, who left yesterday is not, by the day of their first place", async () => {
    const own = await aClinic(hub);
    const islands = await aPlace(hub, own, { timeZone: "America/Halifax" });
    const departureDate = "2027-03-02";
    const shore = await aProfessional(hub, [own.place], { departureDate });
    const islander = await aProfessional(hub, [islands], { departureDate });
    const [a, b, c] = [own.professionalId, shore.professionalId, islander.professionalId];
    const at = async (now: string) => {
      hub.clock.moveTo(now);
      return ids(await list(operator, `?establishmentId=${own.establishmentId}`));
    };
    try {
      expect(await at("2027-03-02T22:59:59-05:00")).toEqual([a, b, c]);
      expect(await at("2027-03-02T23:00:00-05:00")).toEqual([a, b]);
      expect(await at("2027-03-03T00:00:00-05:00")).toEqual([a]);
    } finally {
      hub.clock.moveTo("2027-03-01T07:00:00-05:00");
    }
    expect((await get(b, operator)).status).toBe(200);
  });

  test("the operator names the establishment to list", async () => {
    const refused = await hub.request<ProblemBody>("GET", "/v1/professionals", { as: operator });
    expect(refusalsOf(refused)).toEqual(["CONTRACT REQUIRED_FIELD /query/establishmentId"]);
  });
});

describe("professionals.getOptions and professionals.replaceOptions", () => {
  const options = <T = ProfessionalOptions>(of: string, as: string) => get<T>(`${of}/options`, as);
  const put = <T = ProfessionalOptions>(of: string, as: string, body: object, version: number | null = 1) =>
    hub.request<T>("PUT", `/v1/professionals/${of}/options`, { as, body, ...(version === null ? {} : { version }) });
  const refusedPut = async (...call: Parameters<typeof put>) => refusalsOf(await put<ProblemBody>(...call));
  const limited = { limitFutureBooking: true, maxWeeks: 8 };
  const lastChange = (establishmentId: string) =>
    hub.write([establishmentId], async (tx) => {
      const [row] = await tx.sql<object[]>`
        SELECT object_type AS "objectType", object_id AS "objectId", operation, professional_id AS "professionalId", changed
        FROM change WHERE establishment_id = ${establishmentId} ORDER BY seq DESC LIMIT 1`;
      return row;
    });

  test("OPT-01 at first there is no limit", async () => {
    for (const as of [clinic.admin.token, clinic.professional.token, clinic.machine.token, operator])
      expect((await options(clinic.professionalId, as)).body).toEqual({
        professionalId: clinic.professionalId,
        version: 1,
        limitFutureBooking: false,
        maxWeeks: null,
      });
  });

  test("EMP-02 they are a section of the record: a user reads their own, whatever they were granted", async () => {
    const granted = await anEmployee(hub, clinic.place, { places: [clinic.place] });
    await aGrant(hub, granted, { placeId: clinic.placeId, professionalId: clinic.professionalId, access: "write" });
    const colleague = await aProfessional(hub, [clinic.place]);
    for (const [of, as] of [
      [clinic.professionalId, granted.token],
      [clinic.professional.employeeId, granted.token],
      [clinic.professionalId, colleague.token],
      [(await aTeam(hub, [clinic.place], 2)).professionalId, granted.token],
    ] as const) {
      const refused = await options<ProblemBody>(of, as);
      expect([refused.status, refusalsOf(refused)]).toEqual([403, ["EMP-02 FORBIDDEN "]]);
    }
    expect((await options(colleague.employeeId, colleague.token)).status).toBe(200);
  });

  test("EMP-21 those of a deleted record are neither read nor written, while the professional stays", async () => {
    const own = await aClinic(hub);
    const { employeeId } = own.professional;
    const gone = await hub.request("DELETE", `/v1/employees/${employeeId}`, { as: own.admin.token, version: 1 });
    expect(gone.status).toBe(204);
    for (const as of [own.admin.token, own.machine.token, operator])
      expect((await options(own.professionalId, as)).status).toBe(404);
    expect((await put(own.professionalId, own.admin.token, limited, 2)).status).toBe(404);
    expect((await get(own.professionalId, own.admin.token)).status).toBe(200);
    const offer = (path: string, body: object) =>
      hub.request(`POST`, path, { as: own.admin.token, body: { professionalId: own.professionalId, ...body } });
    const service = { type: "GEN", consultationReason: "pregnancy", durationMinutes: 30 };
    expect((await offer("/v1/services", service)).status).toBe(404);
    const { serviceId } = own.service;
    expect((await offer("/v1/service-groups", { name: "Suivis", serviceIds: [serviceId] })).status).toBe(404);
    expect((await hub.request("GET", `/v1/services/${serviceId}`, { as: own.admin.token })).status).toBe(200);
  });

  test("OPT-08 local administrators and super users write them", async () => {
    const own = await aClinic(hub);
    const superUser = await anEmployee(hub, own, { profile: "superUser" });
    const { professionalId } = own;
    const set = await put(professionalId, own.admin.token, limited);
    expect(set.body).toEqual({ professionalId, version: 2, ...limited });
    expect(set.headers.get("etag")).toBe('"v2"');
    expect((await options(professionalId, operator)).body).toEqual(set.body);
    expect(await lastChange(own.establishmentId)).toEqual({
      objectType: "professional",
      objectId: professionalId,
      operation: "updated",
      professionalId,
      changed: ["limitFutureBooking", "maxWeeks"],
    });
    expect((await put(professionalId, superUser.token, { limitFutureBooking: false }, 2)).body).toEqual({
      professionalId,
      version: 3,
      limitFutureBooking: false,
      maxWeeks: null,
    });
    expect((await put(professionalId, superUser.token, { limitFutureBooking: false }, 3)).body.version).toBe(3);
  });

  test("OPT-08 a user does not, not even their own", async () => {
    expect(await refusedPut(clinic.professionalId, clinic.professional.token, limited)).toEqual(["OPT-08 FORBIDDEN "]);
  });

  test("LCGA-04 agenda software is told that they are kept in RVSQ, LCGA-02 elsewhere that it is not linked", async () => {
    expect(await refusedPut(clinic.professionalId, clinic.machine.token, limited)).toEqual([
      "LCGA-04 MANAGED_IN_RVSQ ",
    ]);
    const away = await aProfessional(hub, [await aPlace(hub, clinic)]);
    expect(await refusedPut(away.professionalId, clinic.machine.token, limited)).toEqual([
      "LCGA-02 MACHINE_NOT_LINKED ",
    ]);
  });

  test("OPT-02 a limit says how many weeks, 1 to 52", async () => {
    const { admin, professionalId } = clinic;
    expect(await refusedPut(professionalId, admin.token, { limitFutureBooking: true })).toEqual([
      "OPT-02 REQUIRED_FIELD /maxWeeks",
    ]);
    for (const maxWeeks of [0, 53])
      expect(await refusedPut(professionalId, admin.token, { limitFutureBooking: true, maxWeeks })).toEqual([
        "ProfessionalOptions.maxWeeks OUT_OF_RANGE /maxWeeks",
      ]);
  });

  test("EMP-20 an employee who is not a professional has none; a professional's record names them too", async () => {
    const { admin, professional, professionalId } = clinic;
    expect((await options(professional.employeeId, admin.token)).body.professionalId).toBe(professionalId);
    expect((await options(professional.employeeId, operator)).body.professionalId).toBe(professionalId);
    for (const refused of [
      await options<ProblemBody>(admin.employeeId, admin.token),
      await options<ProblemBody>(admin.employeeId, operator),
      await put<ProblemBody>(admin.employeeId, admin.token, limited),
    ]) {
      expect(refused.status).toBe(422);
      expect(refusalsOf(refused)).toEqual(["EMP-20 NOT_A_PROFESSIONAL /path/professionalId"]);
    }
    const other = await aClinic(hub);
    const foreign = await options<ProblemBody>(other.admin.employeeId, admin.token);
    const missing = await options<ProblemBody>("emp_00000000000000000000000000", admin.token);
    expect(foreign.status).toBe(404);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(missing));
  });

  test("If-Match is required, and a stale one is answered with the options as they are", async () => {
    const { admin, professionalId } = clinic;
    expect((await put(professionalId, admin.token, limited, null)).status).toBe(428);
    const stale = await put<ProblemBody>(professionalId, admin.token, limited, 5);
    expect(stale.status).toBe(412);
    expect(stale.body.current).toMatchObject({ professionalId, version: 1, limitFutureBooking: false });
  });

  test("another establishment's professional answers like one that does not exist", async () => {
    const other = await aClinic(hub);
    for (const as of [clinic.admin.token, clinic.professional.token, clinic.machine.token]) {
      const there = await put<ProblemBody>(other.professionalId, as, limited);
      expect(there.status).toBe(404);
      expect(withoutRequestId(there)).toEqual(withoutRequestId(await put(nobody, as, limited)));
    }
  });
});

describe("VIEW-05", () => {
  const search = async (as: string, query: Record<string, string>) => {
    const { status, body } = await hub.request<Page<Professional>>(
      "GET",
      `/v1/professionals?${new URLSearchParams(query).toString()}`,
      { as },
    );
    expect(status).toBe(200);
    return body.items.map(({ displayName }) => displayName);
  };

  test.each([
    ["tremb", ["Zoé Tremblay-Côté"]],
    ["TREMBLAY", ["Zoé Tremblay-Côté"]],
    ["zoe", ["Zoé Tremblay-Côté"]],
    ["cote", ["Zoé Tremblay-Côté"]],
    ["CÔTÉ", ["Zoé Tremblay-Côté"]],
    ["co\u0302te\u0301", ["Zoé Tremblay-Côté"]],
    ["tremblay cote", ["Zoé Tremblay-Côté"]],
    [" ecuyer ", ["Marc L’Écuyer"]],
    ["l'écuyer", ["Marc L’Écuyer"]],
    ["coeur", ["Ève Cœurville"]],
    ["CŒUR", ["Ève Cœurville"]],
    ["e", ["Zoé Tremblay-Côté", "Marc L’Écuyer", "Ève Cœurville"]],
    ["%", []],
    ["_", []],
    ["zoecote", []],
  ])("VIEW-05 by a fragment of the name, whatever its accents and capitals: %s", async (name, expected) => {
    const { admin } = await named();
    expect(await search(admin.token, { name })).toEqual(expected);
  });

  let known: Promise<AClinic> | undefined;
  function named(): Promise<AClinic> {
    return (known ??= (async () => {
      const other = await aClinic(hub, { professional: { displayName: "Zoé Tremblay-Côté" } });
      await aProfessional(hub, [other.place], { displayName: "Marc L’Écuyer" });
      await aProfessional(hub, [other.place], { displayName: "Ève Cœurville" });
      await aProfessional(hub, [other.place], { displayName: "Zoé Partie", departureDate: "2027-02-28" });
      return other;
    })());
  }

  test("VIEW-05 within those whose agenda the caller may read; without a name everybody who works there", async () => {
    const here = await aClinic(hub, { professional: { displayName: "Zoé Ici" } });
    const away = await aPlace(hub, here);
    const there = await aProfessional(hub, [away], { displayName: "Zoé Ailleurs" });
    const secretary = await anEmployee(hub, here, { places: [here.place, away] });
    expect(await search(secretary.token, { name: "zoe" })).toEqual([]);
    await aGrant(hub, secretary, { placeId: away.placeId, professionalId: there.professionalId, access: "read" });
    expect(await search(secretary.token, { name: "zoe" })).toEqual(["Zoé Ailleurs"]);
    expect(await search(secretary.token, { name: "zoe", placeId: here.placeId })).toEqual([]);
    expect(await search(secretary.token, {})).toEqual(["Zoé Ici", "Zoé Ailleurs"]);
    expect(await search(here.professional.token, { name: "zoe" })).toEqual(["Zoé Ici"]);
    expect(await search(here.admin.token, { name: "zoe" })).toEqual(["Zoé Ici", "Zoé Ailleurs"]);
    expect(await search(here.machine.token, { name: "zoe" })).toEqual(["Zoé Ici"]);
    expect(await search(operator, { name: "zoe", establishmentId: here.establishmentId })).toHaveLength(2);
    const other = await aClinic(hub, { professional: { displayName: "Zoé d'un autre" } });
    expect(await search(other.admin.token, { name: "zoe" })).toEqual(["Zoé d'un autre"]);
  });
});
