import { describe, expect, test } from "vitest";
import { decideGroupsWithout, haveSameMembers } from "./work-group.ts";
import type { WorkGroup } from "./work-group.ts";

function aGroup(workGroupId: string, professionalIds: string[], ...teams: string[][]): WorkGroup {
  return { workGroupId, professionalIds, relayTeam1: teams[0] ?? [], relayTeam2: teams[1] ?? [] };
}

test.each<[string, string[], string[], boolean]>([
  ["whatever their order", ["a", "b"], ["b", "a"], true],
  ["however often one is named", ["a", "a", "b"], ["a", "b"], true],
  ["not with one more", ["a", "b"], ["a", "b", "c"], false],
  ["not with another", ["a", "b"], ["a", "c"], false],
])("WG-08 the same members, %s", (_title, one, other, same) => {
  expect(haveSameMembers(aGroup("1", one, ["x"]), aGroup("2", other))).toBe(same);
});

describe("decideGroupsWithout", () => {
  const without = (...groups: WorkGroup[]) => decideGroupsWithout(groups, "p");
  const valueOf = (...groups: WorkGroup[]) => {
    const decision = without(...groups);
    return decision.ok ? decision.value : decision.violations;
  };
  const refused = (...ids: string[]) =>
    ids.map((objectId) => ({ rule: "EMP-23", code: "WORK_GROUP_DUPLICATE", pointer: "", objectId }));

  test("a group of others stays as it is", () => {
    expect(valueOf(aGroup("1", ["a"], ["b"], ["c"]))).toEqual({ changed: [], deleted: [] });
  });

  test("EMP-22, WG-06, WG-19 the only member's group goes, once it is confirmed", () => {
    const [own, second, others] = [aGroup("1", ["p"], ["a"]), aGroup("2", ["p"]), aGroup("3", ["a"])];
    expect(without(own, others)).toEqual({
      ok: true,
      value: { changed: [], deleted: [own] },
      warnings: [{ rule: "WG-19", code: "CONFIRMATION_REQUIRED", pointer: "/query/acknowledge", params: { count: 1 } }],
    });
    // Two empty groups are no duplicates: both go.
    expect(without(own, second)).toMatchObject({
      value: { deleted: [own, second] },
      warnings: [{ params: { count: 2 } }],
    });
  });

  test("a member among others leaves, unasked", () => {
    expect(without(aGroup("1", ["a", "p"], ["b"]))).toEqual({
      ok: true,
      value: { changed: [aGroup("1", ["a"], ["b"])], deleted: [] },
      warnings: [],
    });
  });

  test.each<[string, WorkGroup, WorkGroup]>([
    ["the first team", aGroup("1", ["a"], ["b", "p"], ["c"]), aGroup("1", ["a"], ["b"], ["c"])],
    ["the second", aGroup("1", ["a"], ["b"], ["p"]), aGroup("1", ["a"], ["b"])],
    ["WG-14 the first alone: the second becomes it", aGroup("1", ["a"], ["p"], ["c"]), aGroup("1", ["a"], ["c"])],
    ["both", aGroup("1", ["a"], ["p"], ["p"]), aGroup("1", ["a"])],
  ])("WG-12 who is no longer of the GMF relays nobody: of %s", (_title, before, after) => {
    expect(valueOf(before)).toEqual({ changed: [after], deleted: [] });
  });

  test("EMP-23, WG-20 two groups of the same members are not left", () => {
    expect(valueOf(aGroup("1", ["a"]), aGroup("2", ["a", "p"]))).toEqual(refused("2"));
    expect(valueOf(aGroup("1", ["b", "p", "a"]), aGroup("2", ["a", "b"]), aGroup("3", ["b"]))).toEqual(refused("2"));
    expect(valueOf(aGroup("1", ["a", "p"]), aGroup("2", ["b", "p"]))).toEqual({
      changed: [aGroup("1", ["a"]), aGroup("2", ["b"])],
      deleted: [],
    });
  });

  test("EMP-23 is said before anything is to be confirmed", () => {
    expect(valueOf(aGroup("1", ["p"]), aGroup("2", ["a"]), aGroup("3", ["a", "p"]))).toEqual(refused("3"));
  });
});
