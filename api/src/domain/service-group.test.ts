import { describe, expect, test } from "vitest";
import { changedGroupFields, decideServiceGroup, withoutService } from "./service-group.ts";
import type { ServiceGroupContent, ServiceGroupFacts, ServiceGroupWish } from "./service-group.ts";

const regular = { type: "GEN", consultationReason: "regular", durationMinutes: 20, active: true } as const;
const facts: ServiceGroupFacts = {
  otherNames: ["Suivis", "Urgences"],
  services: new Map([
    ["svc_periodic", { ...regular, consultationReason: "periodic" }],
    ["svc_regular", regular],
    ["svc_long", { ...regular, durationMinutes: 30 }],
    ["svc_gmf", { ...regular, type: "GMF" }],
    ["svc_gmf_long", { ...regular, type: "GMF", durationMinutes: 30 }],
    ["svc_all", { ...regular, consultationReason: "allReasons" }],
    ["svc_gone", { ...regular, active: false }],
  ]),
};
const none: ServiceGroupContent = { name: "", serviceIds: [] };
const morning: ServiceGroupContent = { name: "Matin", serviceIds: ["svc_periodic", "svc_regular"] };

function broken(wish: ServiceGroupWish, current = none): string[] {
  const decision = decideServiceGroup(current, wish, facts);
  return decision.ok ? [] : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
}

function accepted(wish: ServiceGroupWish, current = none): ServiceGroupContent {
  const decision = decideServiceGroup(current, wish, facts);
  if (!decision.ok) throw new Error(decision.violations.map(({ rule }) => rule).join());
  return decision.value;
}

describe("a group", () => {
  test("GRP-04 GRP-05 GRP-06 holds services of one professional, one type and one duration, each once and sorted", () => {
    expect(accepted({ name: "Matin", serviceIds: ["svc_regular", "svc_periodic", "svc_regular"] })).toEqual(morning);
    expect(accepted({ name: "GMF", serviceIds: ["svc_gmf"] })).toEqual({ name: "GMF", serviceIds: ["svc_gmf"] });
  });

  test.each<[title: string, wish: ServiceGroupWish, found: string[]]>([
    ["GRP-02 a name of another group", { name: "Urgences" }, ["GRP-02 GROUP_NAME_TAKEN /name"]],
    [
      "GRP-04 a service of nobody or of somebody else",
      { serviceIds: ["svc_regular", "svc_other"] },
      ["GRP-04 SERVICE_NOT_OFFERED /serviceIds/1"],
    ],
    [
      "GRP-04 a deleted service, of which nothing else is asked",
      { serviceIds: ["svc_gone", "svc_gmf_long"] },
      ["GRP-04 SERVICE_NOT_OFFERED /serviceIds/0"],
    ],
    [
      "GRP-04 nothing that is offered",
      { serviceIds: ["svc_gone", "svc_other"] },
      ["GRP-04 SERVICE_NOT_OFFERED /serviceIds/0", "GRP-04 SERVICE_NOT_OFFERED /serviceIds/1"],
    ],
    [
      "GRP-05 another type than the first",
      { serviceIds: ["svc_regular", "svc_periodic", "svc_gmf"] },
      ["GRP-05 MIXED_SERVICE_TYPE /serviceIds/2"],
    ],
    [
      "GRP-06 another duration than the first",
      { serviceIds: ["svc_long", "svc_regular"] },
      ["GRP-06 MIXED_SERVICE_DURATION /serviceIds/1"],
    ],
    ["GRP-07 all reasons, even alone", { serviceIds: ["svc_all"] }, ["GRP-07 ALL_REASONS_NOT_GROUPABLE /serviceIds/0"]],
    [
      "GRP-02 to GRP-07 everything at once, each at its place",
      { name: "Suivis", serviceIds: ["svc_gone", "svc_regular", "svc_gmf_long", "svc_all"] },
      [
        "GRP-02 GROUP_NAME_TAKEN /name",
        "GRP-04 SERVICE_NOT_OFFERED /serviceIds/0",
        "GRP-05 MIXED_SERVICE_TYPE /serviceIds/2",
        "GRP-06 MIXED_SERVICE_DURATION /serviceIds/2",
        "GRP-07 ALL_REASONS_NOT_GROUPABLE /serviceIds/3",
      ],
    ],
  ])("%s", (_title, wish, found) => {
    expect(broken({ name: "Matin", serviceIds: ["svc_regular"], ...wish })).toEqual(found);
    expect(broken(wish, { name: "Soir", serviceIds: ["svc_regular"] })).toEqual(found);
  });

  test("GRP-02 names differ by their letters, as they are written", () => {
    expect(broken({ name: "suivis", serviceIds: ["svc_regular"] })).toEqual([]);
  });
});

describe("a change", () => {
  test("GRP-09 of the name alone keeps the services, also when some are gone or all are", () => {
    expect(accepted({ name: "Soir" }, morning)).toEqual({ ...morning, name: "Soir" });
    const left = { name: "Matin", serviceIds: ["svc_gone"] };
    expect(accepted({ name: "Soir" }, left)).toEqual({ ...left, name: "Soir" });
    expect(accepted({ name: "Soir" }, none)).toEqual({ name: "Soir", serviceIds: [] });
  });

  test("GRP-09 of the services alone keeps the name", () => {
    expect(accepted({ serviceIds: ["svc_gmf"] }, morning)).toEqual({ name: "Matin", serviceIds: ["svc_gmf"] });
  });

  test("GRP-09 of nothing changes nothing", () => {
    expect(accepted({}, morning)).toEqual(morning);
  });

  test.each<[title: string, after: ServiceGroupContent, fields: string[]]>([
    ["GRP-09 nothing", { ...morning }, []],
    ["GRP-09 the name", { ...morning, name: "Soir" }, ["name"]],
    ["GRP-09 the services", { ...morning, serviceIds: ["svc_regular"] }, ["serviceIds"]],
    ["GRP-09 both", { name: "Soir", serviceIds: [] }, ["name", "serviceIds"]],
  ])("%s is told", (_title, after, fields) => {
    expect(changedGroupFields(morning, after)).toEqual(fields);
  });

  test("SVC-21 a deleted service leaves it, and may leave it empty", () => {
    expect(withoutService(morning, "svc_regular")).toEqual({ name: "Matin", serviceIds: ["svc_periodic"] });
    expect(withoutService({ name: "Un", serviceIds: ["svc_gmf"] }, "svc_gmf")).toEqual({ name: "Un", serviceIds: [] });
  });
});
