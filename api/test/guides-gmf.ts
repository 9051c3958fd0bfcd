import type { WorkGroup } from "../src/features/work-groups/schema.ts";
import { aClinic, aProfessional } from "./factories.ts";
import type { AClinic, AProfessional } from "./factories.ts";
import type { TestHub } from "./harness.ts";

/** The GMF that the guide shows (§3.7): fifteen professionals, two work groups with two relay teams each. */
export const guidesGroups = [
  {
    members: ["Médecin A", "Médecin B", "IPSPL B", "IPSPL D", "Résident E"],
    relayTeams: [
      ["IPSPL A", "IPSPL D", "Résident A"],
      ["Médecin C", "IPSPL C", "Résident C"],
    ],
  },
  {
    members: ["Médecin C", "Médecin D", "Médecin E", "Médecin F"],
    relayTeams: [
      ["Médecin B", "IPSPL A", "IPSPL B", "Résident D"],
      ["Médecin A", "IPSPL C", "Résident A", "Résident B"],
    ],
  },
] as const;

/** EMP-06: the class of each profession's practice numbers. */
const staff = [
  { profession: "physician", title: "Médecin", letters: "ABCDEF", practiceClass: "1001" },
  { profession: "nurse", title: "IPSPL", letters: "ABCD", practiceClass: "8101" },
  { profession: "resident", title: "Résident", letters: "ABCDE", practiceClass: "5001" },
] as const;

export interface GuidesGmf extends AClinic {
  professionals: readonly (AProfessional & { displayName: string })[];
  /** As they were created, in the guide's order. */
  groups: readonly (WorkGroup & { warnings: readonly unknown[] })[];
  idsOf(names: readonly string[]): string[];
  namesOf(professionalIds: readonly string[]): string[];
}

/** The groups are made through HTTP by the local administrator. Médecin A is the clinic's own professional. */
export async function aGuidesGmf(hub: TestHub, fields: Parameters<typeof aClinic>[1] = {}): Promise<GuidesGmf> {
  const [first, ...others] = staff.flatMap(({ profession, title, letters, practiceClass }) =>
    [...letters].map((letter, index) => ({
      profession,
      displayName: `${title} ${letter}`,
      practiceNumber: `${practiceClass}${String(index).padStart(2, "0")}`,
    })),
  );
  const establishment = { isGmf: true, gmfNumber: "03-117", ...fields.establishment };
  const clinic = await aClinic(hub, { ...fields, establishment, professional: { ...first, ...fields.professional } });
  const professionals = [{ ...clinic.professional, displayName: first?.displayName ?? "" }];
  for (const person of others)
    professionals.push({ ...(await aProfessional(hub, [clinic.place], person)), displayName: person.displayName });
  const idsOf = (names: readonly string[]) =>
    names.map((name) => professionals.find(({ displayName }) => displayName === name)?.professionalId ?? name);
  const namesOf = (ids: readonly string[]) =>
    ids.map((id) => professionals.find(({ professionalId }) => professionalId === id)?.displayName ?? id);
  const groups: GuidesGmf["groups"][number][] = [];
  for (const { members, relayTeams } of guidesGroups) {
    const body = {
      professionalIds: idsOf(members),
      relayTeams: relayTeams.map((team, index) => ({ number: index + 1, professionalIds: idsOf(team) })),
    };
    const answer = await hub.request<GuidesGmf["groups"][number]>("POST", "/v1/work-groups", {
      as: clinic.admin.token,
      body,
    });
    if (answer.status !== 201) throw new Error(`no work group: ${JSON.stringify(answer.body)}`);
    groups.push(answer.body);
  }
  return { ...clinic, professionals, groups, idsOf, namesOf };
}
