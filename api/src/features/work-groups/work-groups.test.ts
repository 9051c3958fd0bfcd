import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { changesOf } from "../../../test/an-appointment.ts";
import { aClinic, anEmployee, aProfessional, aTeam } from "../../../test/factories.ts";
import type { AClinic, AnEmployee } from "../../../test/factories.ts";
import { aGuidesGmf, guidesGroups } from "../../../test/guides-gmf.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub, TestRequest } from "../../../test/harness.ts";
import { untilHeldUp } from "../../../test/held-up.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody, ViolationBody } from "../../http/problem.ts";
import type { ChangePage } from "../changes/schema.ts";
import type { Professional } from "../professionals/schema.ts";
import type { WorkGroup } from "./schema.ts";
import { insertWorkGroup, lockWorkGroups } from "./store.ts";

type Saved = WorkGroup & { warnings: ViolationBody[] };

let hub: TestHub;
/** A new one for each test: its groups are all that a GMF has. */
let gmf: AClinic;
let admin: string;

beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  gmf = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-117" } });
  admin = gmf.admin.token;
});

const path = "/v1/work-groups";
const nobody = "pro_00000000000000000000000000";
const pathOf = ({ workGroupId }: WorkGroup) => `${path}/${workGroupId}`;
const someone = async (fields: Parameters<typeof aProfessional>[2] = {}) =>
  (await aProfessional(hub, [gmf.place], fields)).professionalId;
const people = async (count: number) => {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await someone());
  return ids;
};

interface Wish {
  professionalIds: string[];
  relayTeams?: { number?: number; professionalIds: string[] }[];
}
const wish = (professionalIds: string[], ...teams: string[][]): Wish => ({
  professionalIds,
  relayTeams: teams.map((team) => ({ professionalIds: team })),
});
const create = <T = Saved>(body: Wish, as = admin, request: TestRequest = {}) =>
  hub.request<T>("POST", path, { as, body, ...request });
const created = async (...args: Parameters<typeof wish>): Promise<WorkGroup> => {
  const { status, body } = await create(wish(...args));
  expect(status).toBe(201);
  const { warnings: _remarks, ...group } = body;
  return group;
};
const read = <T = WorkGroup>(group: WorkGroup, as = admin) => hub.request<T>("GET", pathOf(group), { as });
const replace = <T = Saved>(group: WorkGroup, body: Wish, as = admin, version = group.version) =>
  hub.request<T>("PUT", pathOf(group), { as, body, version });
const remove = <T = ProblemBody>(group: WorkGroup, as = admin, version = group.version) =>
  hub.request<T>("DELETE", pathOf(group), { as, version });
const listed = async (as = admin, query = "") =>
  (await hub.request<Page<WorkGroup>>("GET", `${path}${query}`, { as })).body.items;
const told = (answer: TestAnswer<ProblemBody>) => [answer.status, ...refusalsOf(answer)];
const logOf = async ({ workGroupId }: WorkGroup) =>
  (await changesOf(hub, gmf.establishmentId))
    .filter(({ objectId }) => objectId === workGroupId)
    .map(({ objectType, operation, version, changed }) => [objectType, operation, version, ...changed].join(" "));
const removeEmployee = (employeeId: string, query = "") =>
  hub.request<ProblemBody>("DELETE", `/v1/employees/${employeeId}${query}`, { as: admin, version: 1 });

describe("creating", () => {
  test("WG-02 a local administrator or a super user makes a group; it can be read, and is told in the log", async () => {
    const [a = "", b = "", c = ""] = await people(3);
    const answer = await create(wish([b, a], [c, a], [b]));
    expect([answer.status, answer.headers.get("etag")]).toEqual([201, '"v1"']);
    const { warnings, ...group } = answer.body;
    expect(group).toEqual({
      workGroupId: group.workGroupId,
      version: 1,
      establishmentId: gmf.establishmentId,
      professionalIds: [a, b],
      relayTeams: [
        { number: 1, professionalIds: [a, c] },
        { number: 2, professionalIds: [b] },
      ],
      createdAt: new Date(hub.clock.now()).toISOString(),
    });
    expect(warnings).toEqual([]);
    const got = await read(group);
    expect([got.body, got.headers.get("etag")]).toEqual([group, '"v1"']);
    expect(await logOf(group)).toEqual(["workGroup created 1"]);
    const superUser = await anEmployee(hub, gmf, { profile: "superUser", places: [gmf.place] });
    expect((await create(wish([a]), superUser.token)).status).toBe(201);
  });

  test("WG-05 without a relay team it is accepted, and remarked in the caller's language, also when asked again", async () => {
    const body = { professionalIds: [gmf.professionalId] };
    const french = await create(body, admin, { key: "the-same-key-for-both" });
    expect([french.status, french.body.relayTeams]).toEqual([201, []]);
    expect(french.body.warnings).toEqual([
      {
        rule: "WG-05",
        href: "http://127.0.0.1:4700/docs/rules/WG-05",
        code: "NO_RELAY_TEAM",
        pointer: "/relayTeams",
        detail: "Sans équipe de relais, le groupe de travail ne change rien à ce que les citoyens trouvent.",
      },
    ]);
    const english = await create(body, admin, {
      key: "the-same-key-for-both",
      headers: { "accept-language": "en" },
    });
    expect(english.headers.get("idempotency-replayed")).toBe("true");
    expect(english.body.warnings.map(({ detail }) => detail)).toEqual([
      "Without a relay team the work group changes nothing of what citizens find.",
    ]);
    expect(await listed()).toHaveLength(1);
  });

  test("WG-11 physicians, residents and nurse practitioners; one may be named by their record", async () => {
    const nurse = await aProfessional(hub, [gmf.place], { profession: "nurse", practiceNumber: "810001" });
    const resident = await someone({ profession: "resident", practiceNumber: "510001" });
    const group = await created([gmf.professionalId, nurse.employeeId, resident], [resident], [nurse.employeeId]);
    expect(group.professionalIds).toEqual([gmf.professionalId, nurse.professionalId, resident].sort());
    expect(group.relayTeams.map(({ professionalIds }) => professionalIds)).toEqual([
      [resident],
      [nurse.professionalId],
    ]);
  });

  test("WG-11 a team and an employee who is no professional are refused", async () => {
    const { professionalId: team } = await aTeam(hub, [gmf.place], 3);
    const { employeeId: secretary } = await anEmployee(hub, gmf, { places: [gmf.place] });
    const refused = await create<ProblemBody>(wish([team, gmf.professionalId, secretary], [secretary], [team]));
    expect(told(refused)).toEqual([
      422,
      "WG-11 NOT_A_PROFESSIONAL /professionalIds/0",
      "WG-11 NOT_A_PROFESSIONAL /professionalIds/2",
      "WG-11 NOT_A_PROFESSIONAL /relayTeams/0/professionalIds/0",
      "WG-11 NOT_A_PROFESSIONAL /relayTeams/1/professionalIds/0",
    ]);
  });

  test("WG-12 nobody of another establishment, nobody unknown, nobody whose record is deleted", async () => {
    const other = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-118" } });
    const gone = await aProfessional(hub, [gmf.place]);
    expect((await removeEmployee(gone.employeeId)).status).toBe(204);
    const strangers = [
      ...[other.professionalId, other.professional.employeeId, other.admin.employeeId],
      ...[nobody, nobody.replace("pro", "emp"), gone.professionalId, gone.employeeId],
    ];
    const refused = await create<ProblemBody>(wish(strangers));
    expect(told(refused)).toEqual([404, ...strangers.map((_, n) => `WG-12 NOT_FOUND /professionalIds/${String(n)}`)]);
    expect(JSON.stringify(refused.body)).not.toMatch(/Dre Professionnelle/);
  });

  test("WG-12, EMP-19 nobody who has left before today, which their last day is not", async () => {
    const today = await someone({ departureDate: "2027-03-01" });
    const yesterday = await someone({ departureDate: "2027-02-28" });
    expect(told(await create<ProblemBody>(wish([today, yesterday], [yesterday])))).toEqual([
      404,
      "WG-12 NOT_FOUND /professionalIds/1",
      "WG-12 NOT_FOUND /relayTeams/0/professionalIds/0",
    ]);
    expect((await create(wish([today], [today]))).status).toBe(201);
  });

  test("WG-04, WG-06, WG-12, WG-14, WG-21 everything that speaks against it is told at once", async () => {
    const own = gmf.professionalId;
    const none = await create<ProblemBody>({
      professionalIds: [],
      relayTeams: [{ number: 2, professionalIds: [own, own] }],
    });
    expect(told(none)).toEqual([
      422,
      "WG-06 REQUIRED_FIELD /professionalIds",
      "WG-21 LISTED_TWICE /relayTeams/0/professionalIds/1",
      "WG-14 FIRST_RELAY_TEAM_MISSING /relayTeams/0",
    ]);
    const third = await create<ProblemBody>({
      professionalIds: [own, gmf.professional.employeeId],
      relayTeams: [{ professionalIds: [own] }, { number: 1, professionalIds: [own] }, { professionalIds: [nobody] }],
    });
    expect(told(third)).toEqual([
      422,
      "WG-21 LISTED_TWICE /professionalIds/1",
      "WorkGroup.relayTeams[].number LISTED_TWICE /relayTeams/1/number",
      "WG-04 TOO_MANY_RELAY_TEAMS /relayTeams/2",
      "WG-12 NOT_FOUND /relayTeams/2/professionalIds/0",
    ]);
    expect(await listed()).toEqual([]);
  });

  test("WG-09, WG-10 the guide's two work groups with their four relay teams", async () => {
    const guides = await aGuidesGmf(hub);
    expect(guides.groups.map(({ warnings }) => warnings)).toEqual([[], []]);
    const groups = await listed(guides.admin.token);
    expect(
      groups.map(({ professionalIds, relayTeams }) => ({
        members: guides.namesOf(professionalIds).sort(),
        relayTeams: relayTeams.map((team) => guides.namesOf(team.professionalIds).sort()),
      })),
    ).toEqual(
      guidesGroups.map(({ members, relayTeams }) => ({
        members: [...members].sort(),
        relayTeams: relayTeams.map((team) => [...team].sort()),
      })),
    );
    // WG-09: and a third group of members of both.
    const both = wish(guides.idsOf(["Médecin A", "Médecin C"]));
    expect((await create(both, guides.admin.token)).status).toBe(201);
  });
});

describe("unlike the other groups", () => {
  test("WG-07, WG-08 the same professionals are refused, in whatever order and with whatever teams", async () => {
    const [a = "", b = "", c = ""] = await people(3);
    const group = await created([a, b], [c]);
    const refused = await create<ProblemBody>(wish([b, a], [a], [c]));
    expect(told(refused)).toEqual([409, "WG-07 WORK_GROUP_DUPLICATE /professionalIds"]);
    expect(refused.body.violations[0]?.objectId).toBe(group.workGroupId);
    const more = await created([a, b, c]);
    const fewer = await replace<ProblemBody>(more, wish([a, b]));
    expect(told(fewer)).toEqual([409, "WG-07 WORK_GROUP_DUPLICATE /professionalIds"]);
    // The group itself is no other.
    expect((await replace(more, wish([c, b, a], [a]))).status).toBe(200);
  });

  test("WG-07 another GMF's group is no other group", async () => {
    const other = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-118" } });
    await created([gmf.professionalId]);
    expect((await create(wish([other.professionalId]), other.admin.token)).status).toBe(201);
  });

  test("WG-07 of many at once one is made", async () => {
    const [a = "", b = ""] = await people(2);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => create<Saved & ProblemBody>(wish(n % 2 === 0 ? [a, b] : [b, a]))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    expect(await listed()).toHaveLength(1);
  });

  /** A group of `professionalIds` that is only being written while `ask` is answered. */
  const whileWritten = <T>(
    professionalIds: string[],
    before: (tx: ScopedTx) => Promise<unknown>,
    ask: () => Promise<T>,
  ): Promise<{ asked: Promise<T> }> =>
    hub.write([gmf.establishmentId], async (tx) => {
      await before(tx);
      const now = hub.clock.now();
      await insertWorkGroup(tx, {
        ...{ establishmentId: gmf.establishmentId, workGroupId: hub.deps.ids.next("wgr", now) },
        ...{ professionalIds, relayTeam1: [], relayTeam2: [], version: 1, createdAt: now },
      });
      const answer = ask();
      await untilHeldUp(tx, answer);
      return { asked: answer };
    });
  const locked = (tx: ScopedTx) => lockWorkGroups(tx, gmf.establishmentId);

  test("WG-07 what another writes meanwhile is waited for, and named", async () => {
    const [a = "", b = ""] = await people(2);
    const group = await created([a]);
    const { asked: toCreate } = await whileWritten([b], locked, () => create<ProblemBody>(wish([b])));
    expect(told(await toCreate)).toEqual([409, "WG-07 WORK_GROUP_DUPLICATE /professionalIds"]);
    expect((await toCreate).body.violations[0]?.objectId).toMatch(/^wgr_/);
    const { asked: toReplace } = await whileWritten([a, b], locked, () => replace<ProblemBody>(group, wish([a, b])));
    expect(told(await toReplace)).toEqual([409, "WG-07 WORK_GROUP_DUPLICATE /professionalIds"]);
  });

  test("WG-07 the database refuses what was written without waiting", async () => {
    const [a = ""] = await people(1);
    const { asked } = await whileWritten(
      [a],
      () => Promise.resolve(),
      () => create<ProblemBody>(wish([a])),
    );
    expect(told(await asked)).toEqual([409, "WG-07 WORK_GROUP_DUPLICATE /professionalIds"]);
  });

  test("EMP-22, WG-19 a deletion waits for the group that its employee is being put in", async () => {
    const person = await aProfessional(hub, [gmf.place]);
    const { asked } = await whileWritten([person.professionalId], locked, () => removeEmployee(person.employeeId));
    expect(told(await asked)).toEqual([409, "WG-19 CONFIRMATION_REQUIRED /query/acknowledge"]);
    expect((await removeEmployee(person.employeeId, "?acknowledge=CONFIRMATION_REQUIRED")).status).toBe(204);
    expect(await listed()).toEqual([]);
  });

  test("WG-12 a group waits for the deletion of one it names", async () => {
    const person = await aProfessional(hub, [gmf.place]);
    const { asked } = await hub.write([gmf.establishmentId], async (tx) => {
      await lockWorkGroups(tx, gmf.establishmentId);
      const now = hub.clock.now();
      await tx.sql`UPDATE employee SET deleted_at = ${now} WHERE employee_id = ${person.employeeId}`;
      const answer = create<ProblemBody>(wish([person.professionalId]));
      await untilHeldUp(tx, answer);
      return { asked: answer };
    });
    expect(told(await asked)).toEqual([404, "WG-12 NOT_FOUND /professionalIds/0"]);
  });
});

describe("changing", () => {
  test("WG-15 lists are replaced whole, by those of another group or of the same", async () => {
    const [a = "", b = "", c = "", d = ""] = await people(4);
    const group = await created([a, b], [c], [d]);
    const other = await created([b, c, d], [a, b], [c]);
    const teamsOf = ({ relayTeams }: WorkGroup) => relayTeams.map(({ professionalIds }) => professionalIds);
    const answer = await replace(group, wish([a, c], ...teamsOf(other)));
    expect([answer.status, answer.headers.get("etag")]).toEqual([200, '"v2"']);
    expect(answer.body).toEqual({
      ...group,
      version: 2,
      professionalIds: [a, c],
      relayTeams: [
        { number: 1, professionalIds: [a, b] },
        { number: 2, professionalIds: [c] },
      ],
      warnings: [],
    });
    const within = await replace(answer.body, wish([a, b], [a, c], [a, c]));
    expect(teamsOf(within.body)).toEqual([
      [a, c],
      [a, c],
    ]);
    expect((await read(other)).body).toEqual(other);
    expect(await logOf(group)).toEqual([
      "workGroup created 1",
      "workGroup updated 2 professionalIds relayTeams",
      "workGroup updated 3 professionalIds relayTeams",
    ]);
  });

  test("WG-16 a member is removed, a team emptied; the group itself keeps one (WG-06)", async () => {
    const [a = "", b = "", c = ""] = await people(3);
    const group = await created([a, b], [b, c], [c]);
    const fewer = await replace(group, wish([a], [c], []));
    expect(fewer.body).toMatchObject({ professionalIds: [a], relayTeams: [{ number: 1, professionalIds: [c] }] });
    const first = await replace<ProblemBody>(fewer.body, wish([a], [], [c]));
    expect(told(first)).toEqual([422, "WG-14 FIRST_RELAY_TEAM_MISSING /relayTeams/1"]);
    const none = await replace<ProblemBody>(fewer.body, wish([], [c]));
    expect(told(none)).toEqual([422, "WG-06 REQUIRED_FIELD /professionalIds"]);
    const alone = await replace(fewer.body, { professionalIds: [a] });
    expect([alone.body.relayTeams, alone.body.warnings.map(({ code }) => code)]).toEqual([[], ["NO_RELAY_TEAM"]]);
    expect(await logOf(group)).toEqual([
      "workGroup created 1",
      "workGroup updated 2 professionalIds relayTeams",
      "workGroup updated 3 relayTeams",
    ]);
  });

  test("WG-17 all or nothing: what is refused in a team leaves the members as they were", async () => {
    const [a = "", b = "", c = ""] = await people(3);
    const group = await created([a], [b]);
    const refused = await replace<ProblemBody>(group, wish([a, c], [c], [nobody]));
    expect(told(refused)).toEqual([404, "WG-12 NOT_FOUND /relayTeams/1/professionalIds/0"]);
    expect((await read(group)).body).toEqual(group);
    expect(await logOf(group)).toEqual(["workGroup created 1"]);
  });

  test("WG-17 what changes nothing is not told, and moves no version", async () => {
    const [a = "", b = ""] = await people(2);
    const group = await created([a, b], [b]);
    const same = await replace(group, wish([b, a], [b]));
    expect(same.body).toEqual({ ...group, warnings: [] });
    expect(await logOf(group)).toEqual(["workGroup created 1"]);
  });

  test("WG-12 a group keeps whom it has after they have left, until they are taken out", async () => {
    const [a = "", b = ""] = await people(2);
    const leaving = await someone({ departureDate: "2027-03-02" });
    const group = await created([a, leaving], [leaving]);
    const other = await created([b]);
    const now = hub.clock.now();
    hub.clock.moveTo("2027-03-03T08:00:00-05:00");
    try {
      expect((await read(group)).body).toEqual(group);
      const kept = await replace(group, wish([leaving, a, b], [b], [leaving]));
      expect([kept.status, kept.body.professionalIds]).toEqual([200, [a, b, leaving].sort()]);
      const elsewhere = await replace<ProblemBody>(other, wish([b, leaving]));
      expect(told(elsewhere)).toEqual([404, "WG-12 NOT_FOUND /professionalIds/1"]);
      const without = await replace(kept.body, wish([a]));
      const again = await replace<ProblemBody>(without.body, wish([a], [leaving]));
      expect(told(again)).toEqual([404, "WG-12 NOT_FOUND /relayTeams/0/professionalIds/0"]);
    } finally {
      hub.clock.moveTo(now);
    }
  });

  test("a stale version is answered with the group as it is, and none is asked for", async () => {
    const [a = "", b = ""] = await people(2);
    const group = await created([a]);
    const next = (await replace(group, wish([a], [b]))).body;
    for (const stale of [await replace<ProblemBody>(group, wish([b])), await remove(group)]) {
      const { warnings: _remarks, ...current } = next;
      expect([stale.status, stale.body.current]).toEqual([412, current]);
    }
    expect((await hub.request("PUT", pathOf(group), { as: admin, body: wish([b]) })).status).toBe(428);
    expect((await hub.request("DELETE", pathOf(group), { as: admin })).status).toBe(428);
  });
});

describe("deleting", () => {
  test("WG-18 a group goes with its relay teams, and may be made again", async () => {
    const [a = "", b = ""] = await people(2);
    const group = await created([a], [b]);
    const { status, body } = await remove(group);
    expect([status, body]).toEqual([204, undefined]);
    expect((await read(group)).status).toBe(404);
    expect(await listed()).toEqual([]);
    expect(await logOf(group)).toEqual(["workGroup created 1", "workGroup deleted 2"]);
    expect((await remove(group)).status).toBe(404);
    expect((await replace(group, wish([a]))).status).toBe(404);
    expect((await create(wish([a], [b]))).status).toBe(201);
  });
});

describe("who is in no group", () => {
  const ungrouped = async (as = admin, query = "") =>
    (await hub.request<Page<Professional>>("GET", `${path}/ungrouped-professionals${query}`, { as })).body;
  const idsOf = ({ items }: Page<Professional>) => items.map(({ professionalId }) => professionalId);

  test("WG-13 those who could be in one and are not, page by page; relay teams do not count", async () => {
    const [a = "", b = "", c = ""] = await people(3);
    const nurse = await someone({ profession: "nurse", practiceNumber: "810001" });
    await aTeam(hub, [gmf.place], 2);
    await anEmployee(hub, gmf, { places: [gmf.place] });
    expect(idsOf(await ungrouped())).toEqual([gmf.professionalId, a, b, c, nurse].sort());
    const group = await created([a, c], [b], [nurse]);
    const left = [gmf.professionalId, b, nurse].sort();
    expect(idsOf(await ungrouped())).toEqual(left);
    const first = await ungrouped(admin, "?limit=2");
    const second = await ungrouped(admin, `?limit=2&cursor=${String(first.nextCursor)}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(left);
    expect(second.nextCursor).toBeNull();
    const { body: known } = await hub.request<Professional>("GET", `/v1/professionals/${b}`, { as: admin });
    expect((await ungrouped()).items).toContainEqual(known);
    await remove(group);
    expect(idsOf(await ungrouped())).toEqual([gmf.professionalId, a, b, c, nurse].sort());
  });

  test("WG-13, EMP-19, EMP-21 nobody who has left, nobody whose record is deleted", async () => {
    const gone = await aProfessional(hub, [gmf.place]);
    await removeEmployee(gone.employeeId);
    await someone({ departureDate: "2027-02-28" });
    const today = await someone({ departureDate: "2027-03-01" });
    expect(idsOf(await ungrouped())).toEqual([gmf.professionalId, today].sort());
    // Not even on a clock that was moved back before the deletion.
    const now = hub.clock.now();
    hub.clock.moveTo("2027-02-20T08:00:00-05:00");
    expect(idsOf(await ungrouped())).not.toContain(gone.professionalId);
    hub.clock.moveTo(now);
  });

  test("WG-13 another GMF's professionals are not listed", async () => {
    const other = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-118" } });
    expect(idsOf(await ungrouped(other.admin.token))).toEqual([other.professionalId]);
  });
});

describe("who may", () => {
  const everyCall = (group: { workGroupId: string }, professionalId: string, as: string) => {
    const body = { professionalIds: [professionalId] };
    const one = `${path}/${group.workGroupId}`;
    return Promise.all([
      hub.request<ProblemBody>("POST", path, { as, body }),
      hub.request<ProblemBody>("GET", path, { as }),
      hub.request<ProblemBody>("GET", `${path}/ungrouped-professionals`, { as }),
      hub.request<ProblemBody>("GET", one, { as }),
      hub.request<ProblemBody>("PUT", one, { as, body, version: 1 }),
      hub.request<ProblemBody>("DELETE", one, { as, version: 1 }),
    ]);
  };
  const refusedEverywhere = (first: string, others: string) => [first, ...Array<string>(5).fill(others)];

  test("EST-08, WG-01 outside a GMF every call is refused, whoever asks", async () => {
    const clinic = await aClinic(hub);
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    const group = await created([gmf.professionalId]);
    for (const as of [clinic.admin.token, user.token]) {
      const answers = await everyCall(group, clinic.professionalId, as);
      expect(answers.map(({ status }) => status)).toEqual(Array<number>(6).fill(422));
      expect(answers.flatMap(refusalsOf)).toEqual(refusedEverywhere("WG-01 NOT_A_GMF ", "EST-08 NOT_A_GMF "));
    }
  });

  test("EST-08 once it is no GMF any more, its groups are out of reach, and they are there when it is one again", async () => {
    const group = await created([gmf.professionalId]);
    const become = async (fields: { isGmf: boolean; gmfNumber: string | null }) => {
      const as = await hub.tokens.operator();
      const at = `/v1/establishments/${gmf.establishmentId}`;
      const { body } = await hub.request<{ version: number }>("GET", at, { as });
      expect((await hub.request("PATCH", at, { as, body: fields, version: body.version })).status).toBe(200);
    };
    await become({ isGmf: false, gmfNumber: null });
    const answers = await everyCall(group, gmf.professionalId, admin);
    expect(answers.flatMap(refusalsOf)).toEqual(refusedEverywhere("WG-01 NOT_A_GMF ", "EST-08 NOT_A_GMF "));
    await become({ isGmf: true, gmfNumber: "03-117" });
    expect((await read(group)).body).toEqual(group);
  });

  test("WG-01 a group waits for what its establishment is becoming", async () => {
    const { asked } = await hub.write([gmf.establishmentId], async (tx) => {
      await tx.sql`
        UPDATE establishment SET is_gmf = false, gmf_number = NULL WHERE establishment_id = ${gmf.establishmentId}`;
      const answer = create<ProblemBody>(wish([gmf.professionalId]));
      await untilHeldUp(tx, answer);
      return { asked: answer };
    });
    expect(told(await asked)).toEqual([422, "WG-01 NOT_A_GMF "]);
  });

  test("PERM-24, WG-02, WG-03 a user reads, and writes nothing, a professional neither", async () => {
    const [a = ""] = await people(1);
    const group = await created([gmf.professionalId], [a]);
    const user = await anEmployee(hub, gmf, { places: [gmf.place] });
    for (const as of [user.token, gmf.professional.token]) {
      const [post, list, ungrouped, get, put, del] = await everyCall(group, a, as);
      expect([post, put, del].map((answer) => told(answer))).toEqual([
        [403, "WG-02 FORBIDDEN "],
        [403, "WG-03 FORBIDDEN "],
        [403, "WG-03 FORBIDDEN "],
      ]);
      expect([list.body, get.body]).toEqual([{ items: [group], nextCursor: null }, group]);
      expect(ungrouped.status).toBe(200);
    }
    expect(await listed()).toEqual([group]);
  });

  test("LCGA-04 agenda software has no part in them", async () => {
    const group = await created([gmf.professionalId]);
    const answers = await everyCall(group, gmf.professionalId, gmf.machine.token);
    expect(answers.flatMap(refusalsOf)).toEqual(Array<string>(6).fill("CONTRACT FORBIDDEN "));
  });

  test("lists page by page", async () => {
    const [a = "", b = "", c = ""] = await people(3);
    const groups = [await created([a]), await created([b]), await created([c])];
    const at = (query: string) => hub.request<Page<WorkGroup>>("GET", `${path}?limit=2${query}`, { as: admin });
    const first = (await at("")).body;
    const second = (await at(`&cursor=${String(first.nextCursor)}`)).body;
    expect([...first.items, ...second.items]).toEqual(groups);
    expect(second.nextCursor).toBeNull();
  });
});

describe("the change log", () => {
  const followed = async (as: string) => {
    const { body } = await hub.request<ChangePage>("GET", "/v1/changes?limit=1000", { as });
    return body.items.filter(({ objectType }) => objectType === "workGroup");
  };

  test("PERM-24 everybody of the establishment hears of its groups, whose agendas they may read or not", async () => {
    const [a = ""] = await people(1);
    const group = await created([gmf.professionalId], [a]);
    const user: AnEmployee = await anEmployee(hub, gmf, { places: [gmf.place] });
    for (const as of [admin, user.token])
      expect((await followed(as)).map(({ objectId, operation }) => [objectId, operation])).toEqual([
        [group.workGroupId, "created"],
      ]);
  });

  test("LCGA-02 agenda software and another establishment's staff do not", async () => {
    await created([gmf.professionalId]);
    const other = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-118" } });
    expect(await followed(gmf.machine.token)).toEqual([]);
    expect(await followed(other.admin.token)).toEqual([]);
  });
});

describe("isolation", () => {
  test("another GMF's group answers like one that does not exist", async () => {
    const other = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-118" } });
    const group = await created([gmf.professionalId]);
    const missing = { ...group, workGroupId: "wgr_00000000000000000000000000" };
    const as = other.admin.token;
    const calls = [
      (at: WorkGroup) => read<ProblemBody>(at, as),
      (at: WorkGroup) => replace<ProblemBody>(at, wish([other.professionalId]), as),
      (at: WorkGroup) => remove(at, as),
    ];
    for (const call of calls) {
      const there = await call(group);
      expect(there.status).toBe(404);
      expect(withoutRequestId(there)).toEqual(withoutRequestId(await call(missing)));
    }
    expect(await listed(as)).toEqual([]);
    expect((await read(group)).body).toEqual(group);
  });
});
