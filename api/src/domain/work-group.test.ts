import { describe, expect, test } from "vitest";
import type { Employee } from "./actor.ts";
import type { Profession } from "./employee.ts";
import {
  changedWorkGroupFields,
  decideGroupsWithout,
  decideWorkGroup,
  haveSameMembers,
  refuseWorkGroupCall,
} from "./work-group.ts";
import type { NamedEmployee, RelayTeamWish, WorkGroup, WorkGroupContent } from "./work-group.ts";

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

describe("refuseWorkGroupCall", () => {
  const as = (profile: Employee["profile"]): Employee => ({
    kind: "employee",
    employeeId: "emp",
    establishmentId: "est",
    name: "Camille",
    profile,
    professionalId: "a",
    workPlaceIds: [],
    grants: [],
  });
  const profiles = ["localAdmin", "superUser", "user"] as const;
  const calls = ["read", "create", "change"] as const;
  const told = (profile: Employee["profile"], isGmf: boolean, call: (typeof calls)[number]) => {
    const refused = refuseWorkGroupCall(as(profile), isGmf, call);
    return refused && `${refused.rule} ${refused.code} ${refused.pointer}`;
  };

  test.each(profiles)("EST-08, WG-01 outside a GMF there is no call on work groups, not for a %s", (profile) => {
    expect(calls.map((call) => told(profile, false, call))).toEqual([
      "EST-08 NOT_A_GMF ",
      "WG-01 NOT_A_GMF ",
      "EST-08 NOT_A_GMF ",
    ]);
  });

  test.each([
    ["localAdmin", [undefined, undefined, undefined]],
    ["superUser", [undefined, undefined, undefined]],
    ["user", [undefined, "WG-02 FORBIDDEN ", "WG-03 FORBIDDEN "]],
  ] as const)("PERM-24, WG-02, WG-03 in a GMF a %s reads, creates, changes", (profile, expected) => {
    expect(calls.map((call) => told(profile, true, call))).toEqual(expected);
  });
});

describe("decideWorkGroup", () => {
  /** Named by the first letter: a is "a", and "emp-a" is a's record. */
  const professional = (professionalId: string, profession: Profession = "physician", hasLeft = false) =>
    [professionalId, { professionalId, profession, hasLeft }] as const;
  const named = new Map<string, NamedEmployee>([
    ...["a", "b", "c", "d"].map((each) => professional(each)),
    professional("resident", "resident"),
    professional("nurse", "nurse"),
    professional("team", "team"),
    professional("gone", "physician", true),
    professional("goneTeam", "team", true),
    ["emp-a", { professionalId: "a", profession: "physician", hasLeft: false }],
    ["emp-secretary", { professionalId: null, profession: null, hasLeft: false }],
  ]);
  const decide = (
    professionalIds: string[],
    relayTeams: RelayTeamWish[] = [],
    { others = [], current = null }: { others?: WorkGroup[]; current?: WorkGroupContent | null } = {},
  ) => decideWorkGroup({ professionalIds, relayTeams }, { named, others }, current);
  const refusedFor = (...args: Parameters<typeof decide>) => {
    const decision = decide(...args);
    return decision.ok ? [] : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
  };
  const contentOf = (...args: Parameters<typeof decide>) => {
    const decision = decide(...args);
    return decision.ok ? decision.value.content : decision.violations;
  };
  const team = (number: number | undefined, ...professionalIds: string[]): RelayTeamWish => ({
    ...(number === undefined ? {} : { number }),
    professionalIds,
  });

  test("WG-09, WG-10, WG-11 physicians, residents and nurses, in a group and in its teams", () => {
    expect(decide(["resident", "a", "nurse"], [team(1, "nurse", "a"), team(2, "resident", "a")])).toEqual({
      ok: true,
      value: {
        content: {
          professionalIds: ["a", "nurse", "resident"],
          relayTeam1: ["a", "nurse"],
          relayTeam2: ["a", "resident"],
        },
        notices: [],
      },
      warnings: [],
    });
  });

  test("WG-11 one may be named by their record", () => {
    expect(contentOf(["b", "emp-a"], [team(1, "emp-a")])).toEqual({
      professionalIds: ["a", "b"],
      relayTeam1: ["a"],
      relayTeam2: [],
    });
  });

  test.each<[string, RelayTeamWish[]]>([
    ["without teams", []],
    ["with an empty first team", [team(1)]],
    ["with both teams empty", [team(1), team(2)]],
  ])("WG-05 accepts a group %s, and remarks it", (_title, teams) => {
    expect(decide(["a"], teams)).toEqual({
      ok: true,
      value: {
        content: { professionalIds: ["a"], relayTeam1: [], relayTeam2: [] },
        notices: [{ rule: "WG-05", code: "NO_RELAY_TEAM", pointer: "/relayTeams" }],
      },
      warnings: [],
    });
  });

  test.each<[string, RelayTeamWish[], string[], string[]]>([
    ["WG-14 alone and without a number the first", [team(undefined, "b")], ["b"], []],
    ["by position", [team(undefined, "b"), team(undefined, "c")], ["b"], ["c"]],
    ["by number", [team(2, "c"), team(1, "b")], ["b"], ["c"]],
    ["by number and position", [team(1, "b"), team(undefined, "c")], ["b"], ["c"]],
    ["WG-16 the second emptied", [team(1, "b"), team(2)], ["b"], []],
    ["WG-08 two with the same members", [team(1, "b"), team(2, "b")], ["b"], ["b"]],
  ])("teams are numbered: %s", (_title, teams, relayTeam1, relayTeam2) => {
    expect(contentOf(["a"], teams)).toEqual({ professionalIds: ["a"], relayTeam1, relayTeam2 });
  });

  test.each<[string, RelayTeamWish[], string[]]>([
    ["WG-04 a third", [team(1, "a"), team(2, "b"), team(undefined, "c")], ["WG-04 TOO_MANY_RELAY_TEAMS /relayTeams/2"]],
    [
      "WG-04 a third that is empty",
      [team(1, "a"), team(2, "b"), team(1)],
      ["WG-04 TOO_MANY_RELAY_TEAMS /relayTeams/2"],
    ],
    ["WG-04 a number 3", [team(1, "a"), team(3, "b")], ["WG-04 TOO_MANY_RELAY_TEAMS /relayTeams/1/number"]],
    [
      "WG-04 a third and a fourth",
      [team(1, "a"), team(2, "b"), team(3, "c"), team(4, "d")],
      ["WG-04 TOO_MANY_RELAY_TEAMS /relayTeams/2", "WG-04 TOO_MANY_RELAY_TEAMS /relayTeams/3"],
    ],
    [
      "a number twice",
      [team(1, "a"), team(1, "b")],
      ["WorkGroup.relayTeams[].number LISTED_TWICE /relayTeams/1/number"],
    ],
    [
      "a number that another has by position",
      [team(2, "a"), team(undefined, "b")],
      [
        "WorkGroup.relayTeams[].number LISTED_TWICE /relayTeams/1/number",
        "WG-14 FIRST_RELAY_TEAM_MISSING /relayTeams/0",
      ],
    ],
    ["WG-14 a second without a first", [team(2, "a")], ["WG-14 FIRST_RELAY_TEAM_MISSING /relayTeams/0"]],
    ["WG-14 a second whose first is empty", [team(1), team(2, "a")], ["WG-14 FIRST_RELAY_TEAM_MISSING /relayTeams/1"]],
  ])("refuses %s", (_title, teams, expected) => {
    expect(refusedFor(["a"], teams)).toEqual(expected);
  });

  test("WG-06 refuses a group of nobody", () => {
    expect(refusedFor([], [team(1, "a")])).toEqual(["WG-06 REQUIRED_FIELD /professionalIds"]);
  });

  test.each<[string, string[], string[]]>([
    ["WG-11 a team", ["a", "team"], ["WG-11 NOT_A_PROFESSIONAL 1"]],
    ["WG-11 a team of the past", ["goneTeam"], ["WG-11 NOT_A_PROFESSIONAL 0"]],
    ["WG-11 an employee who is no professional", ["emp-secretary", "a"], ["WG-11 NOT_A_PROFESSIONAL 0"]],
    ["WG-12 somebody unknown", ["a", "stranger"], ["WG-12 NOT_FOUND 1"]],
    ["WG-12 somebody who has left", ["gone", "a"], ["WG-12 NOT_FOUND 0"]],
    ["WG-21 somebody twice", ["a", "b", "a"], ["WG-21 LISTED_TWICE 2"]],
    ["WG-21 somebody once by their record", ["a", "emp-a"], ["WG-21 LISTED_TWICE 1"]],
    [
      "everybody, each where they are",
      ["team", "a", "stranger", "a", "gone"],
      ["WG-11 NOT_A_PROFESSIONAL 0", "WG-12 NOT_FOUND 2", "WG-21 LISTED_TWICE 3", "WG-12 NOT_FOUND 4"],
    ],
  ])("refuses in the group and in each team: %s", (_title, list, expected) => {
    const at = (pointer: string) => expected.map((each) => each.replace(/ (\d)$/, ` ${pointer}/professionalIds/$1`));
    expect(refusedFor(list)).toEqual(at(""));
    expect(refusedFor(["c"], [team(1, ...list)])).toEqual(at("/relayTeams/0"));
    expect(refusedFor(["c"], [team(1, "b"), team(2, ...list)])).toEqual(at("/relayTeams/1"));
  });

  test("WG-21 the same one may be in the group and in both teams", () => {
    expect(refusedFor(["a"], [team(1, "a"), team(2, "a")])).toEqual([]);
  });

  test.each([
    ["professionalIds", { professionalIds: ["a", "gone"], relayTeam1: [], relayTeam2: [] }],
    ["the first team", { professionalIds: ["a"], relayTeam1: ["gone"], relayTeam2: [] }],
    ["the second team", { professionalIds: ["a"], relayTeam1: ["b"], relayTeam2: ["gone"] }],
  ])("WG-12 whom the group has in %s it keeps after they have left, in any of its lists", (_title, current) => {
    expect(refusedFor(["a", "gone"], [team(1, "gone"), team(2, "gone")], { current })).toEqual([]);
    expect(refusedFor(["a", "gone", "gone"], [], { current })).toEqual(["WG-21 LISTED_TWICE /professionalIds/2"]);
  });

  test("WG-12 in another group they are not added, nor one who is no professional", () => {
    const current = { professionalIds: ["a", "team"], relayTeam1: [], relayTeam2: [] };
    expect(refusedFor(["a", "gone", "team"], [], { current })).toEqual([
      "WG-12 NOT_FOUND /professionalIds/1",
      "WG-11 NOT_A_PROFESSIONAL /professionalIds/2",
    ]);
  });

  test("WG-07, WG-08 refuses the members of another group, whatever the order and the teams", () => {
    const others = [aGroup("1", ["a", "b"], ["c"]), aGroup("2", ["b"]), aGroup("3", ["b", "a"])];
    const same = (objectId: string) => ({
      ...{ rule: "WG-07", code: "WORK_GROUP_DUPLICATE", pointer: "/professionalIds" },
      objectId,
    });
    expect(decide(["b", "emp-a"], [team(1, "d")], { others })).toEqual({
      ok: false,
      violations: [same("1"), same("3")],
    });
    expect(refusedFor(["a", "b", "c"], [], { others })).toEqual([]);
    expect(refusedFor(["a"], [], { others })).toEqual([]);
    // The set is the group's, even where one of it is named twice.
    expect(refusedFor(["b", "b"], [], { others })).toEqual([
      "WG-21 LISTED_TWICE /professionalIds/1",
      "WG-07 WORK_GROUP_DUPLICATE /professionalIds",
    ]);
    // Who is not known is nobody of another group.
    expect(refusedFor(["b", "stranger"], [], { others })).toEqual(["WG-12 NOT_FOUND /professionalIds/1"]);
  });

  test("everything that speaks against it is told at once", () => {
    const teams = [team(2, "secretary"), team(2, "a", "a"), team(1, "gone")];
    expect(refusedFor(["team", "a"], teams, { others: [aGroup("1", ["a", "team"])] })).toEqual([
      "WG-11 NOT_A_PROFESSIONAL /professionalIds/0",
      "WG-07 WORK_GROUP_DUPLICATE /professionalIds",
      "WG-12 NOT_FOUND /relayTeams/0/professionalIds/0",
      "WorkGroup.relayTeams[].number LISTED_TWICE /relayTeams/1/number",
      "WG-21 LISTED_TWICE /relayTeams/1/professionalIds/1",
      "WG-04 TOO_MANY_RELAY_TEAMS /relayTeams/2",
      "WG-12 NOT_FOUND /relayTeams/2/professionalIds/0",
    ]);
  });

  test("WG-15 to WG-17 the lists are what is asked, whatever they were", () => {
    const current = { professionalIds: ["a", "b"], relayTeam1: ["c"], relayTeam2: ["d"] };
    const next = { professionalIds: ["c"], relayTeam1: ["a", "b"], relayTeam2: [] };
    expect(contentOf(["c"], [team(1, "b", "a")], { current })).toEqual(next);
  });
});

test.each<[string, WorkGroupContent, string[]]>([
  ["nothing", aGroup("1", ["a", "b"], ["c"], ["d"]), []],
  ["the members", aGroup("1", ["a"], ["c"], ["d"]), ["professionalIds"]],
  ["the first team", aGroup("1", ["a", "b"], ["c", "e"], ["d"]), ["relayTeams"]],
  ["the second team", aGroup("1", ["a", "b"], ["c"]), ["relayTeams"]],
  ["all of it", aGroup("1", ["c"], ["d"], ["c"]), ["professionalIds", "relayTeams"]],
])("WG-17 changed is %s", (_title, after, expected) => {
  expect(changedWorkGroupFields(aGroup("1", ["a", "b"], ["c"], ["d"]), after)).toEqual(expected);
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
