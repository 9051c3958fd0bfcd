import type { Employee } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import type { Profession } from "./employee.ts";
import { managesConfiguration } from "./permission.ts";

/** What a group holds: lists of professionals' ids, each in order and each id once. */
export interface WorkGroupContent {
  professionalIds: readonly string[];
  /** Empty without such a team. WG-14: the second is empty when the first is. */
  relayTeam1: readonly string[];
  relayTeam2: readonly string[];
}

/**
 * Professionals of a GMF who see one another's patients, and the teams that relay them. WG-09, WG-10: the same professional
 * may be in several groups and in several relay teams, those of their own group too.
 */
export interface WorkGroup extends WorkGroupContent {
  workGroupId: string;
}

/** WG-11: who may be in a group. A team of several persons behind one agenda is no professional. */
export const memberProfessions: readonly Profession[] = ["physician", "resident", "nurse"];

const maxRelayTeams = 2;

/** A relay team as somebody would have it; professionals are named by their own id or by that of their record. */
export interface RelayTeamWish {
  /** Absent: the team's position in the list. */
  number?: number | undefined;
  professionalIds: readonly string[];
}

/** WG-15: each list is the whole of what it is to be. */
export interface WorkGroupWish {
  professionalIds: readonly string[];
  relayTeams: readonly RelayTeamWish[];
}

export interface NamedEmployee {
  /** Null for an employee who is no professional. */
  professionalId: string | null;
  profession: Profession | null;
  /** EMP-19: before today, at the first of their places. */
  hasLeft: boolean;
}

export interface WorkGroupFacts {
  /** By what the wish calls them: the GMF's employees whose record is kept (EMP-21), and its teams. */
  named: ReadonlyMap<string, NamedEmployee>;
  /** The GMF's other groups. */
  others: readonly WorkGroup[];
}

export interface DecidedWorkGroup {
  content: WorkGroupContent;
  /** WG-05: what the caller should know. */
  notices: readonly Violation[];
}

/**
 * EST-08, WG-01: only a GMF has work groups, whoever asks for them. PERM-24, WG-02, WG-03: its local administrators and
 * super users write them, its other employees read them.
 */
export function refuseWorkGroupCall(
  employee: Employee,
  isGmf: boolean,
  call: "read" | "create" | "change",
): Violation | undefined {
  const creates = call === "create";
  if (!isGmf) return violation(creates ? "WG-01" : "EST-08", "NOT_A_GMF");
  if (call === "read" || managesConfiguration(employee)) return undefined;
  return violation(creates ? "WG-02" : "WG-03", "FORBIDDEN");
}

/**
 * WG-04 to WG-08, WG-11, WG-12, WG-14 to WG-17, WG-21: a group with its teams as it is to be, or everything that speaks
 * against it. `current` is the group as it is, null at creation: whom it has already it keeps although they have left
 * (WG-12 speaks of who is added), in whichever of its lists.
 */
export function decideWorkGroup(
  wish: WorkGroupWish,
  facts: WorkGroupFacts,
  current: WorkGroupContent | null,
): Decision<DecidedWorkGroup> {
  const teams = wish.relayTeams.map(({ number, professionalIds }, index) => ({
    number: number ?? index + 1,
    professionalIds,
  }));
  const kept = current === null ? [] : [...current.professionalIds, ...current.relayTeam1, ...current.relayTeam2];
  const content = {
    professionalIds: listOf(wish.professionalIds, facts),
    relayTeam1: listOf(membersOfTeam(teams, 1), facts),
    relayTeam2: listOf(membersOfTeam(teams, 2), facts),
  };
  const violations = [
    // WG-16: an edit may empty the list of members on its way, what is saved has one.
    ...(wish.professionalIds.length === 0 ? [violation("WG-06", "REQUIRED_FIELD", "/professionalIds")] : []),
    ...memberViolations(wish.professionalIds, "/professionalIds", facts, kept),
    ...sameMembersAs(content, facts.others),
    ...teams.flatMap((team, index) => [
      ...teamViolations(team, index, teams.slice(0, index)),
      ...memberViolations(team.professionalIds, `/relayTeams/${String(index)}/professionalIds`, facts, kept),
    ]),
    ...orderViolations(content, teams),
  ];
  if (violations.length > 0) return refuse(...violations);
  // WG-14: without a first team there is none.
  const notices = content.relayTeam1.length === 0 ? [violation("WG-05", "NO_RELAY_TEAM", "/relayTeams")] : [];
  return accept({ content, notices });
}

/** The fields in which two contents differ, by their names on the wire. */
export function changedWorkGroupFields(before: WorkGroupContent, after: WorkGroupContent): string[] {
  const teams = ["relayTeam1", "relayTeam2"] as const;
  return [
    ...(before.professionalIds.join() === after.professionalIds.join() ? [] : ["professionalIds"]),
    ...(teams.every((team) => before[team].join() === after[team].join()) ? [] : ["relayTeams"]),
  ];
}

interface NumberedTeam {
  number: number;
  professionalIds: readonly string[];
}

/** WG-16: a team whose list is empty is no team. */
function membersOfTeam(teams: readonly NumberedTeam[], number: number): readonly string[] {
  return teams.find((team) => team.number === number)?.professionalIds ?? [];
}

/** Who is not known stays under the name that was sent. */
function listOf(names: readonly string[], { named }: WorkGroupFacts): string[] {
  return [...new Set(names.map((name) => named.get(name)?.professionalId ?? name))].sort();
}

/** WG-11, WG-12, WG-21, each at the member it is about. */
function memberViolations(
  names: readonly string[],
  pointer: string,
  { named }: WorkGroupFacts,
  kept: readonly string[],
): Violation[] {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    const at = `${pointer}/${String(index)}`;
    const employee = named.get(name);
    if (employee === undefined) return [violation("WG-12", "NOT_FOUND", at)];
    const { professionalId, profession, hasLeft } = employee;
    if (professionalId === null || !memberProfessions.some((each) => each === profession))
      return [violation("WG-11", "NOT_A_PROFESSIONAL", at)];
    if (seen.has(professionalId)) return [violation("WG-21", "LISTED_TWICE", at)];
    seen.add(professionalId);
    return hasLeft && !kept.includes(professionalId) ? [violation("WG-12", "NOT_FOUND", at)] : [];
  });
}

/** WG-07. */
function sameMembersAs(content: WorkGroupContent, others: readonly WorkGroup[]): Violation[] {
  const same = others.filter((other) => haveSameMembers(other, content));
  return same.map(({ workGroupId }) => ({
    ...violation("WG-07", "WORK_GROUP_DUPLICATE", "/professionalIds"),
    objectId: workGroupId,
  }));
}

/** WG-04: there are numbers 1 and 2, each once. */
function teamViolations({ number }: NumberedTeam, index: number, before: readonly NumberedTeam[]): Violation[] {
  const pointer = `/relayTeams/${String(index)}`;
  if (index >= maxRelayTeams) return [violation("WG-04", "TOO_MANY_RELAY_TEAMS", pointer)];
  if (number > maxRelayTeams) return [violation("WG-04", "TOO_MANY_RELAY_TEAMS", `${pointer}/number`)];
  const isTaken = before.some((team) => team.number === number);
  return isTaken ? [violation("WorkGroup.relayTeams[].number", "LISTED_TWICE", `${pointer}/number`)] : [];
}

/** WG-14: one team alone is the first. */
function orderViolations({ relayTeam1, relayTeam2 }: WorkGroupContent, teams: readonly NumberedTeam[]): Violation[] {
  if (relayTeam2.length === 0 || relayTeam1.length > 0) return [];
  const second = teams.findIndex(({ number }) => number === 2);
  return [violation("WG-14", "FIRST_RELAY_TEAM_MISSING", `/relayTeams/${String(second)}`)];
}

/** WG-08: groups are the same when their professionals are, in whatever order and whatever their relay teams. */
export function haveSameMembers(a: Pick<WorkGroup, "professionalIds">, b: Pick<WorkGroup, "professionalIds">): boolean {
  const members = ({ professionalIds }: Pick<WorkGroup, "professionalIds">) =>
    [...new Set(professionalIds)].sort().join();
  return members(a) === members(b);
}

/** What becomes of an establishment's groups when a professional is no longer of it. */
export interface GroupsLeft {
  changed: readonly WorkGroup[];
  deleted: readonly WorkGroup[];
}

/**
 * EMP-22, WG-06, WG-19: a group whose only member leaves goes too, once the caller has confirmed it. EMP-23, WG-20: two
 * groups of the same members must not be left. WG-12, WG-14: nobody relays a GMF they are not of, and a second relay
 * team that is left without a first becomes the first.
 */
export function decideGroupsWithout(groups: readonly WorkGroup[], professionalId: string): Decision<GroupsLeft> {
  const left = groups.map((group) => withoutProfessional(group, professionalId));
  const kept = left.filter(({ professionalIds }) => professionalIds.length > 0);
  const duplicates = kept.filter((group, index) =>
    kept.some((other, position) => position < index && haveSameMembers(group, other)),
  );
  if (duplicates.length > 0) {
    return refuse(
      ...duplicates.map(({ workGroupId }) => ({
        ...violation("EMP-23", "WORK_GROUP_DUPLICATE"),
        objectId: workGroupId,
      })),
    );
  }
  const deleted = groups.filter((_, index) => left[index]?.professionalIds.length === 0);
  const changed = kept.filter((group) => !groups.includes(group));
  const count = deleted.length;
  const warnings = count === 0 ? [] : [violation("WG-19", "CONFIRMATION_REQUIRED", "/query/acknowledge", { count })];
  return accept({ changed, deleted }, warnings);
}

/** The group itself when the professional has no part in it. */
function withoutProfessional(group: WorkGroup, professionalId: string): WorkGroup {
  const { professionalIds, relayTeam1, relayTeam2 } = group;
  if (![...professionalIds, ...relayTeam1, ...relayTeam2].includes(professionalId)) return group;
  const others = (ids: readonly string[]) => ids.filter((id) => id !== professionalId);
  const teams = [others(relayTeam1), others(relayTeam2)].filter((team) => team.length > 0);
  return { ...group, professionalIds: others(professionalIds), relayTeam1: teams[0] ?? [], relayTeam2: teams[1] ?? [] };
}
