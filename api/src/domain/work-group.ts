import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";

/** Professionals of a GMF who see one another's patients, and the teams that relay them. Lists of professionals' ids. */
export interface WorkGroup {
  workGroupId: string;
  professionalIds: readonly string[];
  relayTeam1: readonly string[];
  relayTeam2: readonly string[];
}

/** WG-08: groups are the same when their professionals are, in whatever order and whatever their relay teams. */
export function haveSameMembers(a: WorkGroup, b: WorkGroup): boolean {
  const members = ({ professionalIds }: WorkGroup) => [...new Set(professionalIds)].sort().join();
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
 * team without a first becomes the first (the rule book says nothing of it).
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
