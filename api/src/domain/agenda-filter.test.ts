import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClinicActor } from "./actor.ts";
import { readableAgendas, readableAt } from "./agenda-filter.ts";
import type { AgendaFilter } from "./agenda-filter.ts";
import { mayRead } from "./permission.ts";

const places = ["plc_a", "plc_b", "plc_c"];
const professionals = ["pro_1", "pro_2", "pro_3"];
const aPlace = fc.constantFrom(...places);
const aProfessional = fc.constantFrom(...professionals);

const anEmployee = fc
  .record({
    profile: fc.constantFrom("localAdmin", "superUser", "user", "user", "user"),
    professionalId: fc.option(aProfessional),
    workPlaceIds: fc.uniqueArray(aPlace),
    grants: fc.array(
      fc.record({
        placeId: fc.constantFrom("all", ...places),
        professionalId: aProfessional,
        access: fc.constantFrom("read", "write"),
      }),
      { maxLength: 3 },
    ),
  })
  .map((fields): ClinicActor => ({
    kind: "employee",
    employeeId: "emp_1",
    establishmentId: "est_1",
    name: "",
    ...fields,
  }));

const aMachine = fc.uniqueArray(aPlace).map((placeIds): ClinicActor => ({
  kind: "machine",
  machineId: "mch_1",
  vendorId: "vnd_1",
  name: "",
  scopes: [],
  links: placeIds.map((placeId) => ({ establishmentId: "est_1", placeId, servicesManagedBy: "machine" })),
}));

/** As the statements of features/slots/store.ts and features/services/store.ts apply it. */
function lets(
  filter: AgendaFilter,
  professionalId: string,
  placeId: string | null,
  worksAt: readonly string[],
): boolean {
  return (
    filter.everything ||
    filter.professionalIds.includes(professionalId) ||
    (placeId === null ? filter.placeIds.some((each) => worksAt.includes(each)) : filter.placeIds.includes(placeId)) ||
    filter.pairs.some(
      (pair) => pair.professionalId === professionalId && (placeId === null || pair.placeId === placeId),
    )
  );
}

const none = { everything: false, professionalIds: [], placeIds: [], pairs: [] };
const user = {
  kind: "employee",
  employeeId: "emp_1",
  establishmentId: "est_1",
  name: "",
  profile: "user",
  professionalId: null,
  workPlaceIds: ["plc_a", "plc_b"],
  grants: [],
} as const;

test.each<[string, ClinicActor, AgendaFilter]>([
  ["PERM-16 without a grant nothing", user, none],
  ["PERM-17 a professional their own", { ...user, professionalId: "pro_1" }, { ...none, professionalIds: ["pro_1"] }],
  ["PERM-18 a super user everything", { ...user, profile: "superUser" }, { ...none, everything: true }],
  [
    "PERM-12 a grant at all places names each work place",
    {
      ...user,
      grants: [
        { professionalId: "pro_1", placeId: "all", access: "read" },
        { professionalId: "pro_2", placeId: "plc_b", access: "write" },
      ],
    },
    {
      ...none,
      pairs: [
        { professionalId: "pro_1", placeId: "plc_a" },
        { professionalId: "pro_1", placeId: "plc_b" },
        { professionalId: "pro_2", placeId: "plc_b" },
      ],
    },
  ],
  [
    "LCGA-02 a machine the places linked with it",
    {
      kind: "machine",
      machineId: "mch_1",
      vendorId: "vnd_1",
      name: "",
      scopes: [],
      links: [{ establishmentId: "est_1", placeId: "plc_a", servicesManagedBy: "staff" }],
    },
    { ...none, placeIds: ["plc_a"] },
  ],
])("%s", (_title, actor, filter) => {
  expect(readableAgendas(actor)).toEqual(filter);
});

test("PERM-16 to PERM-19, LCGA-02: the filter lets through what mayRead allows, for every agenda with a place", () => {
  fc.assert(
    fc.property(fc.oneof(anEmployee, aMachine), aProfessional, aPlace, (actor, professionalId, placeId) => {
      const agenda = { establishmentId: "est_1", professionalId, placeId };
      expect(lets(readableAgendas(actor), professionalId, placeId, [])).toBe(mayRead(actor, agenda));
    }),
  );
});

test("SYNC-19: at one place it names those whose agenda there mayRead allows, or everybody", () => {
  fc.assert(
    fc.property(fc.oneof(anEmployee, aMachine), aProfessional, aPlace, (actor, professionalId, placeId) => {
      const named = readableAt(readableAgendas(actor), placeId);
      const agenda = { establishmentId: "est_1", professionalId, placeId };
      expect(named === null || named.includes(professionalId)).toBe(mayRead(actor, agenda));
    }),
  );
});

test.each<[string, Partial<AgendaFilter>, string[] | null]>([
  ["SYNC-19 nobody", {}, []],
  ["SYNC-19 who reads everything", { everything: true }, null],
  ["SYNC-19 a machine of this place", { placeIds: ["plc_a"] }, null],
  ["SYNC-19 a machine of another", { placeIds: ["plc_b"] }, []],
  ["SYNC-19 oneself, wherever that is", { professionalIds: ["pro_1"] }, ["pro_1"]],
  [
    "SYNC-19 those granted here, and not those granted elsewhere",
    {
      professionalIds: ["pro_1"],
      pairs: [
        { professionalId: "pro_2", placeId: "plc_a" },
        { professionalId: "pro_3", placeId: "plc_b" },
      ],
    },
    ["pro_1", "pro_2"],
  ],
])("%s", (_title, filter, expected) => {
  expect(readableAt({ ...none, ...filter }, "plc_a")).toEqual(expected);
});

test("PERM-19: and for what has no place yet", () => {
  fc.assert(
    fc.property(
      fc.oneof(anEmployee, aMachine),
      aProfessional,
      fc.uniqueArray(aPlace),
      (actor, professionalId, worksAt) => {
        const agenda = { establishmentId: "est_1", professionalId, placeId: null, professionalPlaceIds: worksAt };
        // A grant "all" of somebody without a work place names no place, and so no agenda.
        fc.pre(
          actor.kind === "machine" ||
            actor.workPlaceIds.length > 0 ||
            actor.grants.every(({ placeId }) => placeId !== "all"),
        );
        expect(lets(readableAgendas(actor), professionalId, null, worksAt)).toBe(mayRead(actor, agenda));
      },
    ),
  );
});
