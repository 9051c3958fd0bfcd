import { describe, expect, test } from "vitest";
import type { ClinicActor, Employee, Machine, Operator } from "./actor.ts";
import { establishmentFields } from "./establishment.ts";
import { refuseFields } from "./field-editor.ts";
import { placeFields } from "./place.ts";

const at = { establishmentId: "est_1", placeIds: ["plc_1", "plc_2"] };
const operator: Operator = { kind: "operator", operatorId: "ope" };
const employee = (profile: Employee["profile"]): Employee => ({
  kind: "employee",
  employeeId: "emp_1",
  establishmentId: "est_1",
  name: "Camille Tremblay",
  profile,
  professionalId: null,
  workPlaceIds: [],
  grants: [],
});
const machineAt = (placeId: string, establishmentId = "est_1"): Machine => ({
  kind: "machine",
  machineId: "mch_1",
  vendorId: "vnd_1",
  name: "Poste 1",
  scopes: [],
  links: [{ establishmentId, placeId, servicesManagedBy: "machine" }],
});

const told = (actor: Operator | ClinicActor, sent: object, table: typeof establishmentFields | typeof placeFields) =>
  refuseFields(actor, at, { ...sent }, table).map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);

describe("the information of an establishment", () => {
  const everything = { name: 1, email: null, phone: "", isGmf: false, gmfNumber: 1, pastLimitDays: 1 };

  test("EST-02 a local administrator writes email and phone", () => {
    expect(told(employee("localAdmin"), { email: null, phone: "1" }, establishmentFields)).toEqual([]);
  });

  test("EST-02 of a local administrator every other field is refused at once", () => {
    const whole = { establishmentId: 1, ...everything, administrators: [], places: [] };
    expect(told(employee("localAdmin"), whole, establishmentFields)).toEqual(
      ["establishmentId", "name", "isGmf", "gmfNumber", "pastLimitDays", "administrators", "places"].map(
        (field) => `EST-02 FIELD_NOT_EDITABLE /${field}`,
      ),
    );
  });

  test("EST-02 the operator writes what is written at all", () => {
    expect(told(operator, everything, establishmentFields)).toEqual([]);
    expect(told(operator, { establishmentId: 1, administrators: [], places: [] }, establishmentFields)).toEqual([
      "Establishment.establishmentId FIELD_NOT_EDITABLE /establishmentId",
      "EST-04 FIELD_NOT_EDITABLE /administrators",
      "Establishment.places FIELD_NOT_EDITABLE /places",
    ]);
  });

  test.each(["superUser", "user"] as const)("EST-03 a %s writes nothing, whatever is sent", (profile) => {
    expect(told(employee(profile), { name: 1, email: 1 }, establishmentFields)).toEqual(["EST-03 FORBIDDEN "]);
    expect(told(employee(profile), {}, establishmentFields)).toEqual(["EST-03 FORBIDDEN "]);
  });

  test("LCGA-04 a machine of any of its places is told that it is kept in RVSQ; LCGA-02 another that it is not linked", () => {
    expect(told(machineAt("plc_2"), { email: 1 }, establishmentFields)).toEqual(["LCGA-04 MANAGED_IN_RVSQ "]);
    expect(told(machineAt("plc_3"), { email: 1 }, establishmentFields)).toEqual(["LCGA-02 MACHINE_NOT_LINKED "]);
    expect(told(machineAt("plc_2", "est_2"), {}, establishmentFields)).toEqual(["LCGA-02 MACHINE_NOT_LINKED "]);
  });

  test("a field that is undefined is not sent", () => {
    expect(told(employee("localAdmin"), { name: undefined, email: null }, establishmentFields)).toEqual([]);
  });
});

describe("the information of a place", () => {
  const ofLocalAdmin = { abbreviation: null, suite: null, phone: "" };
  const ofOperator = {
    ...{ name: 1, ramqNumber: 1, localityCode: 1, startDate: 1, endDate: 1, civicNumber: 1, street: 1, city: 1 },
    ...{ province: 1, postalCode: 1, latitude: 1, longitude: 1, timeZone: 1 },
  };

  test("PLACE-02 a local administrator writes abbreviation, suite and phone", () => {
    expect(told(employee("localAdmin"), ofLocalAdmin, placeFields)).toEqual([]);
  });

  test("PLACE-02 of a local administrator every other field is refused at once", () => {
    const whole = { ...ofOperator, placeId: 1, establishmentId: 1, label: 1, machineIdentifier: 1 };
    expect(told(employee("localAdmin"), { ...whole, ...ofLocalAdmin }, placeFields)).toEqual(
      Object.keys(whole).map((field) => `PLACE-02 FIELD_NOT_EDITABLE /${field}`),
    );
  });

  test("PLACE-01 the operator writes everything but what the hub assigns, computes or sets elsewhere", () => {
    expect(told(operator, { ...ofOperator, ...ofLocalAdmin }, placeFields)).toEqual([]);
    expect(told(operator, { placeId: 1, establishmentId: 1, label: 1, machineIdentifier: null }, placeFields)).toEqual([
      "PLACE-01 FIELD_NOT_EDITABLE /placeId",
      "Establishment.places FIELD_NOT_EDITABLE /establishmentId",
      "PLACE-04 FIELD_NOT_EDITABLE /label",
      "Place.machineIdentifier FIELD_NOT_EDITABLE /machineIdentifier",
    ]);
  });

  test.each(["superUser", "user"] as const)("PLACE-03 a %s writes nothing", (profile) => {
    expect(told(employee(profile), ofLocalAdmin, placeFields)).toEqual(["PLACE-03 FORBIDDEN "]);
  });

  test("PLACE-02 a field that the table does not have is nobody's", () => {
    for (const actor of [operator, employee("localAdmin")])
      expect(told(actor, { colour: 1 }, placeFields)).toEqual(["PLACE-02 FIELD_NOT_EDITABLE /colour"]);
  });

  test("LCGA-04 nor does a machine", () => {
    expect(told(machineAt("plc_1"), ofLocalAdmin, placeFields)).toEqual(["LCGA-04 MANAGED_IN_RVSQ "]);
  });
});
