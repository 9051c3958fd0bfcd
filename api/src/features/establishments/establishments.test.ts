import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { changesOf } from "../../../test/an-appointment.ts";
import { aCitizen, aClinic, anEmployee, aPlace } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import { operations } from "../../../test/samples.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { Establishment, UpdatedEstablishment } from "./schema.ts";

let hub: TestHub;
let operator: string;
beforeAll(async () => {
  hub = await createTestHub();
  operator = await hub.tokens.operator();
});
afterAll(async () => hub.close());

const register = async (body: object, as = operator) =>
  hub.request<Establishment & ProblemBody>("POST", "/v1/establishments", { as, body });
const read = async ({ establishmentId }: Pick<AClinic, "establishmentId">, as = operator) =>
  (await hub.request<Establishment>("GET", `/v1/establishments/${establishmentId}`, { as })).body;
const update = (
  { establishmentId }: Pick<AClinic, "establishmentId">,
  as: string,
  body: object,
  version: number | null = 1,
): Promise<TestAnswer<UpdatedEstablishment & ProblemBody>> =>
  hub.request("PATCH", `/v1/establishments/${establishmentId}`, {
    as,
    body,
    ...(version === null ? {} : { version }),
  });
const aGmf = () =>
  aClinic(hub, {
    establishment: { isGmf: true, gmfNumber: "03-117", email: "gmf@example.org", phone: "418-555-0100" },
  });

test("EST-01 the operator registers an establishment, and nobody else does", async () => {
  const { status, body } = await register({ name: "GMF du Lac", isGmf: true, gmfNumber: "03-117" });
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: "GMF du Lac", gmfNumber: "03-117", version: 1 });
  const clinic = await aClinic(hub);
  const others = [
    clinic.admin,
    await anEmployee(hub, clinic, { profile: "superUser" }),
    clinic.professional,
    clinic.machine,
  ];
  for (const { token } of others) {
    const refused = await register({ name: "Autre", isGmf: false }, token);
    expect([refused.status, refusalsOf(refused)]).toEqual([403, ["EST-01 FORBIDDEN "]]);
  }
  const { token } = await aCitizen(hub);
  expect((await register({ name: "Autre", isGmf: false }, token)).status).toBe(403);
});

test.each([
  ["EST-06", { isGmf: true }, "REQUIRED_FIELD"],
  ["EST-07", { isGmf: false, gmfNumber: "03-117" }, "NOT_A_GMF"],
])("%s is refused with its id and where it stands", async (rule, fields, code) => {
  const { status, body } = await register({ name: "Clinique", ...fields });
  expect(status).toBe(422);
  expect(body).toMatchObject({ violations: [{ rule, code, pointer: "/gmfNumber" }] });
});

test("APPT-02, APPT-03 the past limit is 90 days, or the 365 that the operator sets", async () => {
  expect((await register({ name: "Clinique", isGmf: false })).body.pastLimitDays).toBe(90);
  expect((await register({ name: "Clinique", isGmf: false, pastLimitDays: 365 })).body.pastLimitDays).toBe(365);
});

describe("establishments.update", () => {
  test("EST-02 the operator writes every field, and the log tells which", async () => {
    const clinic = await aGmf();
    const change = {
      name: "GMF de la Rive",
      email: "rive@example.org",
      phone: "418-555-0101",
      gmfNumber: "03-118",
      pastLimitDays: 365,
    };
    const before = await read(clinic);
    const updated = await update(clinic, operator, change);
    expect([updated.status, updated.headers.get("etag")]).toEqual([200, '"v2"']);
    expect(updated.body).toEqual({ ...before, ...change, version: 2, warnings: [] });
    expect(await read(clinic)).toEqual({ ...before, ...change, version: 2 });
    expect(await changesOf(hub, clinic.establishmentId)).toEqual([
      {
        objectType: "establishment",
        objectId: clinic.establishmentId,
        operation: "updated",
        version: 2,
        changed: Object.keys(change),
        status: null,
      },
    ]);
  });

  test("EST-02 a local administrator writes email and phone, and any other field is refused at its pointer", async () => {
    const clinic = await aGmf();
    const { token } = clinic.admin;
    const refused = await update(clinic, token, {
      ...{ name: "Autre", email: "autre@example.org", isGmf: false, gmfNumber: null, pastLimitDays: 365 },
      ...{ administrators: [], places: [], establishmentId: clinic.establishmentId },
    });
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused).sort()).toEqual(
      ["administrators", "establishmentId", "gmfNumber", "isGmf", "name", "pastLimitDays", "places"].map(
        (field) => `EST-02 FIELD_NOT_EDITABLE /${field}`,
      ),
    );
    expect(await read(clinic)).toMatchObject({ version: 1, email: "gmf@example.org" });
    const updated = await update(clinic, token, { email: "autre@example.org", phone: "418-555-0199" });
    expect(updated.body).toMatchObject({ version: 2, email: "autre@example.org", phone: "418-555-0199", warnings: [] });
  });

  test("EST-06 a name, a number and a phone of nothing but spaces are none", async () => {
    const clinic = await aGmf();
    const operator = await hub.tokens.operator();
    const refused = await update(clinic, operator, { name: "   ", gmfNumber: " ", phone: "        " });
    expect(refusalsOf(refused).sort()).toEqual(
      ["gmfNumber", "name", "phone"].map((field) => `CONTRACT INVALID_REQUEST /${field}`),
    );
    expect(refusalsOf(await update(clinic, operator, { phone: "abcdefg" }))).toEqual([
      "CONTRACT INVALID_REQUEST /phone",
    ]);
  });

  test("EST-03 super users and users read it, and are refused to write it", async () => {
    const clinic = await aGmf();
    for (const { token } of [
      await anEmployee(hub, clinic, { profile: "superUser" }),
      await anEmployee(hub, clinic),
      clinic.professional,
    ]) {
      expect(await read(clinic, token)).toEqual(await read(clinic));
      const refused = await update(clinic, token, { email: "autre@example.org" });
      expect([refused.status, refusalsOf(refused)]).toEqual([403, ["EST-03 FORBIDDEN "]]);
    }
  });

  test("LCGA-04 agenda software is told that it is kept in RVSQ", async () => {
    const clinic = await aGmf();
    const refused = await update(clinic, clinic.machine.token, { email: "autre@example.org" });
    expect([refused.status, refusalsOf(refused)]).toEqual([403, ["LCGA-04 MANAGED_IN_RVSQ "]]);
  });

  test("LCGA-02 agenda software sees the places linked with it, others see all", async () => {
    const clinic = await aClinic(hub);
    const second = await aPlace(hub, clinic);
    expect((await read(clinic, clinic.admin.token)).places).toEqual([clinic.placeId, second.placeId]);
    expect((await read(clinic, clinic.machine.token)).places).toEqual([clinic.placeId]);
  });

  test.each<[string, object, string]>([
    ["EST-06 a GMF has a number", { gmfNumber: null }, "EST-06 REQUIRED_FIELD /gmfNumber"],
    ["EST-07 another has none", { isGmf: false, gmfNumber: "03-117" }, "EST-07 NOT_A_GMF /gmfNumber"],
  ])("%s", async (_title, body, refused) => {
    const answer = await update(await aGmf(), operator, body);
    expect([answer.status, refusalsOf(answer)]).toEqual([422, [refused]]);
  });

  test("EST-07 who is no GMF any more has no number", async () => {
    const clinic = await aGmf();
    expect((await update(clinic, operator, { isGmf: false })).body).toMatchObject({ isGmf: false, gmfNumber: null });
  });

  test("EST-09 clearing a contact is accepted, with a warning in the caller's language", async () => {
    const clinic = await aGmf();
    const { status, body } = await update(clinic, clinic.admin.token, { email: null, phone: null });
    expect(status).toBe(200);
    expect(body).toMatchObject({ version: 2, email: null, phone: null });
    expect(body.warnings).toMatchObject(
      ["/email", "/phone"].map((pointer) => ({
        rule: "EST-09",
        code: "ESTABLISHMENT_UNREACHABLE",
        pointer,
        detail: "Sans courriel ou sans téléphone, la RAMQ ne peut joindre l'entreprise par ce moyen.",
      })),
    );
  });

  test("what changes nothing moves no version and tells nothing", async () => {
    const clinic = await aGmf();
    const same = await update(clinic, operator, { email: "gmf@example.org", isGmf: true });
    expect(same.body).toMatchObject({ version: 1, warnings: [] });
    expect(await changesOf(hub, clinic.establishmentId)).toEqual([]);
  });

  test("If-Match is required, and a stale one is answered with the establishment as it is", async () => {
    const clinic = await aGmf();
    expect((await update(clinic, operator, { name: "Autre" }, null)).status).toBe(428);
    await update(clinic, operator, { name: "Autre" });
    const stale = await update(clinic, operator, { name: "Encore" });
    expect([stale.status, stale.body.current]).toEqual([412, await read(clinic)]);
  });

  test("two writers of one version: one wins", async () => {
    const clinic = await aGmf();
    const answers = await Promise.all(
      ["a", "b", "c"].map((name) => update(clinic, operator, { name: `Clinique ${name}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });
});

describe("EST-04", () => {
  const permissions = (employeeId: string, as: string, body: object, version: number) =>
    hub.request("PUT", `/v1/employees/${employeeId}/permissions`, { as, body, version });
  const idsOf = ({ administrators }: Establishment) => (administrators ?? []).map(({ employeeId }) => employeeId);

  test("EST-04 administrators are those who hold localAdmin now, without a write of their own", async () => {
    const clinic = await aClinic(hub);
    const { employeeId } = await anEmployee(hub, clinic, { places: [clinic.place] });
    expect(idsOf(await read(clinic))).toEqual([clinic.admin.employeeId]);
    expect((await permissions(employeeId, clinic.admin.token, { localAdmin: true }, 1)).status).toBe(200);
    const both = await read(clinic);
    expect(both.administrators).toContainEqual({
      employeeId,
      firstName: "Camille",
      lastName: expect.stringContaining("Employé") as string,
    });
    expect(idsOf(both)).toEqual([clinic.admin.employeeId, employeeId].sort());
    expect(both.version).toBe(1);
    expect((await permissions(employeeId, clinic.admin.token, { localAdmin: false }, 2)).status).toBe(200);
    expect(idsOf(await read(clinic))).toEqual([clinic.admin.employeeId]);
  });

  test("EST-04 through the day of their departure", async () => {
    const clinic = await aClinic(hub);
    const today = defaultNow.slice(0, 10);
    const staying = await anEmployee(hub, clinic, { profile: "localAdmin", departureDate: today });
    await anEmployee(hub, clinic, { profile: "localAdmin", departureDate: "2027-02-28" });
    expect(idsOf(await read(clinic))).toEqual([clinic.admin.employeeId, staying.employeeId].sort());
  });

  test("EST-04 of each establishment its own, also in the list", async () => {
    const [one, other] = [await aClinic(hub), await aClinic(hub)];
    const { body } = await hub.request<Page<Establishment>>("GET", "/v1/establishments?limit=1000", { as: operator });
    for (const clinic of [one, other]) {
      const listed = body.items.find(({ establishmentId }) => establishmentId === clinic.establishmentId);
      expect(listed).toEqual(await read(clinic));
      expect(listed).toMatchObject({ places: [clinic.placeId] });
      expect(listed?.administrators?.map(({ employeeId }) => employeeId)).toEqual([clinic.admin.employeeId]);
    }
  });

  test("EST-04 agenda software is told of no employee", async () => {
    const clinic = await aClinic(hub);
    const path = `/v1/establishments/${clinic.establishmentId}`;
    const { body } = await hub.request<Establishment>("GET", path, { as: clinic.machine.token });
    expect(body.administrators).toBeNull();
  });
});

test("EST-05 nothing that a citizen is ever answered holds the establishment's phone", async () => {
  const clinic = await aClinic(hub, {
    establishment: { isGmf: true, gmfNumber: "05-555", phone: "581-555-7373", email: "canari@example.org" },
  });
  const day = "2027-03-03";
  const slot = await aSlot(hub, clinic, { startAt: `${day}T09:00:00-05:00`, endAt: `${day}T10:00:00-05:00` });
  const alice = await aCitizen(hub, { registeredWith: { ...clinic.professional, gmfNumber: "05-555" } });
  const bea = await aCitizen(hub);
  const said: string[] = [];
  const called = new Set<string>();
  const call = async <T = ProblemBody>(
    operationId: string,
    body: unknown,
    params: { id?: string; as?: string } = {},
  ) => {
    const operation = operations.find((each) => each.operationId === operationId);
    if (operation === undefined) throw new Error(`${operationId} is not documented`);
    called.add(operationId);
    const query =
      operation.method === "get" && body !== undefined ? `?${new URLSearchParams(body as never).toString()}` : "";
    const path = operation.path.replace(/\{\w+\}/, params.id ?? "") + query;
    const answer = await hub.request<T>(operation.method.toUpperCase(), path, {
      as: params.as ?? alice.token,
      ...(operation.method === "get" || body === undefined ? {} : { body }),
    });
    said.push(JSON.stringify([...answer.headers, answer.body]));
    return answer;
  };
  const opening = { slotId: slot.slotId, startAt: `${day}T09:00:00-05:00` };
  const reason = { consultationReason: "regular" };
  const reachable = { homePhone: "418-555-0192", communicationModes: ["phone"] };
  await call("caller.get", undefined);
  await call("consultationReasons.list", undefined);
  for (const cascade of ["1", "2.3", "3"])
    await call("citizenOpenings.search", { ...reason, cascade, placeId: clinic.placeId });
  await call("citizenOpenings.nearest", { ...reason, postalCode: "G1R 1R2" });
  await call("citizenOpenings.explain", { ...opening, ...reason });
  await call("citizenPerimeters.find", { postalCode: "G1R 1R2" });
  const hold = await call<{ holdId: string }>("citizenHolds.create", opening);
  expect(hold.status).toBe(201);
  await call("citizenHolds.extend", undefined, { id: hold.body.holdId });
  await call("citizenAppointments.book", { ...opening, ...reason, ...reachable }, { as: bea.token });
  await call("citizenHolds.release", undefined, { id: hold.body.holdId });
  const booked = await call<{ referenceNumber: string }>("citizenAppointments.book", {
    ...{ ...opening, ...reason, ...reachable },
  });
  expect(booked.status).toBe(201);
  const named = { referenceNumber: booked.body.referenceNumber, nam: alice.nam };
  const lost = await call("citizenAppointments.book", { ...opening, ...reason, ...reachable }, { as: bea.token });
  expect(lost.body.alternatives).not.toHaveLength(0);
  await call("citizenAppointments.find", {});
  await call("citizenAppointments.find", named);
  await call("citizenAppointments.cancel", { referenceNumber: named.referenceNumber }, { as: bea.token });
  await call("citizenAppointments.updateContact", named);
  await call("citizenAppointments.cancel", named);
  const documented = operations.filter(({ actors }) => actors.includes("citizen")).map((each) => each.operationId);
  expect([...called].sort()).toEqual(documented.sort());
  expect(said.join("\n")).not.toMatch(/7373|canari/);
});
