import { expect, test } from "vitest";
import type { Machine } from "./actor.ts";
import { decideAdoption } from "./adoption.ts";
import type { AdoptionFacts } from "./adoption.ts";
import type { Binding } from "./binding.ts";

const machine: Machine = {
  kind: "machine",
  machineId: "mch_1",
  vendorId: "vnd_1",
  name: "Poste",
  scopes: [],
  links: [{ establishmentId: "est_1", placeId: "plc_1", servicesManagedBy: "machine" }],
};
const object = {
  establishmentId: "est_1",
  professionalId: "pro_1",
  placeId: "plc_1",
  professionalPlaceIds: [],
  version: 4,
};

function line(objectId: string, externalId: string, facts: Partial<AdoptionFacts> = {}): AdoptionFacts {
  const fields = { bindingOfName: undefined, bindingOfObject: undefined, object, ...facts };
  return { line: { objectType: "slot", objectId, externalId }, ...fields };
}

function binding(objectId: string, externalId: string): Binding {
  return { establishmentId: "est_1", objectType: "slot", externalId, objectId, bodyHash: "h", vendorVersion: 2 };
}

test("binds at the version adopted, without the hash of a body", () => {
  expect(decideAdoption(machine, [line("slt_1", "a")])).toEqual({
    ok: true,
    warnings: [],
    value: [{ ...binding("slt_1", "a"), bodyHash: null, vendorVersion: 4 }],
  });
});

test("what is bound already, or said twice, stays as it is", () => {
  const known = { bindingOfName: binding("slt_1", "a"), bindingOfObject: binding("slt_1", "a") };
  const decision = decideAdoption(machine, [line("slt_1", "a", known), line("slt_2", "b"), line("slt_2", "b")]);
  expect(decision).toMatchObject({ ok: true, value: [{ objectId: "slt_2", externalId: "b" }] });
});

test("an incomplete slot is the machine's where its professional works at a linked place", () => {
  const incomplete = { ...object, placeId: null };
  const allowed = line("slt_1", "a", { object: { ...incomplete, professionalPlaceIds: ["plc_0", "plc_1"] } });
  expect(decideAdoption(machine, [allowed]).ok).toBe(true);
  const elsewhere = line("slt_1", "a", { object: { ...incomplete, professionalPlaceIds: ["plc_0"] } });
  expect(decideAdoption(machine, [elsewhere])).toMatchObject({ violations: [{ rule: "LCGA-02" }] });
});

test("names every line that cannot be kept", () => {
  // Of the object, which has a name already.
  const bound = { bound: "objectId" };
  const decision = decideAdoption(machine, [
    line("slt_0", "fine"),
    line("slt_1", "a", { object: undefined }),
    line("slt_2", "b", { object: { ...object, placeId: "plc_2" } }),
    line("slt_3", "c", { bindingOfName: binding("slt_9", "c") }),
    line("slt_4", "d", { bindingOfObject: binding("slt_4", "x") }),
    line("slt_5", "fine"),
    line("slt_0", "other"),
  ]);
  expect(decision).toEqual({
    ok: false,
    violations: [
      { rule: "CONTRACT", code: "NOT_FOUND", pointer: "/bindings/1/objectId" },
      { rule: "LCGA-02", code: "MACHINE_NOT_LINKED", pointer: "/bindings/2/objectId" },
      { rule: "CONTRACT", code: "EXTERNAL_ID_IN_USE", pointer: "/bindings/3/externalId" },
      { rule: "CONTRACT", code: "EXTERNAL_ID_IN_USE", pointer: "/bindings/4/objectId", params: bound },
      { rule: "CONTRACT", code: "EXTERNAL_ID_IN_USE", pointer: "/bindings/5/externalId" },
      { rule: "CONTRACT", code: "EXTERNAL_ID_IN_USE", pointer: "/bindings/6/objectId", params: bound },
    ],
  });
});

test("one name may stand for a slot and for an appointment, and in each establishment", () => {
  const both = {
    ...machine,
    links: [...machine.links, { establishmentId: "est_2", placeId: "plc_2", servicesManagedBy: "machine" as const }],
  };
  const appointment = line("apt_1", "a");
  const decision = decideAdoption(both, [
    line("slt_1", "a"),
    { ...appointment, line: { ...appointment.line, objectType: "appointment" } },
    line("slt_2", "a", { object: { ...object, establishmentId: "est_2", placeId: "plc_2" } }),
  ]);
  expect(decision).toMatchObject({ ok: true, value: [{}, {}, { establishmentId: "est_2" }] });
});
