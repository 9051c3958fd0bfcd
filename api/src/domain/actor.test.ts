import { expect, test } from "vitest";
import { actorKey, askerOf, establishmentsOf } from "./actor.ts";
import type { Actor, Machine, Nurse } from "./actor.ts";

const linked = (establishmentId: string, placeId: string) => ({
  establishmentId,
  placeId,
  servicesManagedBy: "staff" as const,
});
const machine: Machine = {
  kind: "machine",
  machineId: "mch_1",
  vendorId: "vnd_1",
  name: "OSCAR",
  scopes: [],
  links: [linked("est_2", "plc_3"), linked("est_1", "plc_1"), linked("est_2", "plc_2")],
};

const nurse: Nurse = { kind: "nurse", nurseId: "nurse-1", name: "Nathalie Gagnon", mention: "redirection" };

test.each<[string, Actor, string, string[]]>([
  ["LCGA-02 a machine works where it is linked, each establishment once", machine, "machine:mch_1", ["est_1", "est_2"]],
  [
    "an employee works in their own establishment",
    {
      kind: "employee",
      employeeId: "emp_1",
      establishmentId: "est_1",
      name: "Camille Roy",
      profile: "user",
      professionalId: null,
      workPlaceIds: [],
      grants: [],
    },
    "employee:emp_1",
    ["est_1"],
  ],
  [
    "a citizen is known by the blind index, never by the number",
    { kind: "citizen", nam: "TREM80550512", namIndex: "a1b2" },
    "citizen:a1b2",
    [],
  ],
  ["APPT-43 a nurse is known as the identity issuer names them", nurse, "nurse:nurse-1", []],
  ["EST-01 the operator has no establishment", { kind: "operator", operatorId: "ramq" }, "operator:ramq", []],
])("%s", (_title, actor, key, establishments) => {
  expect(actorKey(actor)).toBe(key);
  expect(establishmentsOf(actor)).toEqual(establishments);
});

test("APPT-43, CASC-23 whoever is online asks as a citizen, or as a nurse of one kind", () => {
  expect(askerOf({ kind: "citizen", nam: "TREM80550512", namIndex: "a1b2" })).toBe("citizen");
  expect([askerOf(nurse), askerOf({ ...nurse, mention: "811" })]).toEqual(["redirection", "811"]);
});
