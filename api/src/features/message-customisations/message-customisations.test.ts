import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic, aMachine, aPlace, anEmployee } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { MessageCustomisation, MessagePreview } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

type Saved = MessageCustomisation & { warnings: { code: string }[] };
const rulesOf = ({ status, body }: { status: number; body: ProblemBody }) => [
  status,
  ...body.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`),
];
const custom = (body: string) => ({ option: "custom", body });
const write = <T = Saved>(as: string, key: string, body: unknown, version?: number) =>
  hub.request<T>("PUT", `/v1/message-customisations/${key}`, {
    as,
    body,
    ...(version === undefined ? {} : { version }),
  });
const remove = (as: string, key: string, version = 1) =>
  hub.request<ProblemBody>("DELETE", `/v1/message-customisations/${key}`, { as, version });
const read = async (as: string, query = "") =>
  (await hub.request<{ items: MessageCustomisation[] }>("GET", `/v1/message-customisations${query}`, { as })).body
    .items;
const keysIn = (items: readonly MessageCustomisation[]) =>
  items.map(({ type, scope, language }) => `${type}/${scope}/${language}`);
const changesOf = async (as: string) => {
  const { body } = await hub.request<{
    items: { objectType: string; objectId: string; operation: string; placeIds: string[]; changed: string[] }[];
  }>("GET", "/v1/changes?limit=1000", { as });
  return body.items
    .filter(({ objectType }) => objectType === "messageCustomisation")
    .map(({ objectId, operation, placeIds, changed }) => [operation, objectId, placeIds, changed]);
};

describe("writing", () => {
  test("COMM-10 each type, scope and language is stored by itself, and told in the change log", async () => {
    const { admin, placeId, establishmentId } = await aClinic(hub);
    const at = `gmfProfessionals/${placeId}/fr`;
    const first = await write(admin.token, at, custom("<p>Téléphonez.</p>"));
    expect([first.status, first.headers.get("etag"), first.body]).toEqual([
      200,
      '"v1"',
      {
        establishmentId,
        type: "gmfProfessionals",
        scope: placeId,
        language: "fr",
        version: 1,
        option: "custom",
        body: "<p>Téléphonez.</p>",
        warnings: [],
      },
    ]);
    const others = [
      "gmfProfessionals/establishment/fr",
      `gmfProfessionals/${placeId}/en`,
      "ownProfessionalOutsideGmf/establishment/fr",
    ];
    for (const key of others) expect((await write(admin.token, key, custom("a"))).status).toBe(200);
    const sorted = ["gmfProfessionals/establishment/fr", `gmfProfessionals/${placeId}/en`, at, others[2]];
    expect(keysIn(await read(admin.token))).toEqual(sorted);
    expect(keysIn(await read(admin.token, "?type=gmfProfessionals"))).toEqual(sorted.slice(0, 3));
    expect(keysIn(await read(admin.token, `?scope=${placeId}`))).toEqual(sorted.slice(1, 3));
    expect(keysIn(await read(admin.token, "?scope=establishment&language=fr"))).toEqual([sorted[0], sorted[3]]);
    const one = await hub.request("GET", `/v1/message-customisations/${at}`, { as: admin.token });
    expect([one.headers.get("etag"), one.body]).toEqual(['"v1"', (await read(admin.token))[2]]);
    expect(await changesOf(admin.token)).toEqual([
      ["created", at, [placeId], ["option", "body"]],
      ...others.map((key) => ["created", key, key.includes(placeId) ? [placeId] : [], ["option", "body"]]),
    ]);
  });

  test("COMM-10 a page goes on where the last one ended", async () => {
    const { admin, placeId } = await aClinic(hub);
    const keys = [
      "gmfProfessionals/establishment/fr",
      `gmfProfessionals/${placeId}/fr`,
      "ownProfessionalInGmf/establishment/en",
    ];
    for (const key of keys) await write(admin.token, key, custom("a"));
    const found: string[] = [];
    const pageAfter = (cursor: string) =>
      hub.request<{ items: MessageCustomisation[]; nextCursor: string | null }>(
        "GET",
        `/v1/message-customisations?limit=1${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
        { as: admin.token },
      );
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body }: Awaited<ReturnType<typeof pageAfter>> = await pageAfter(cursor);
      found.push(...keysIn(body.items));
      cursor = body.nextCursor;
    }
    expect(found).toEqual(keys);
  });

  test("COMM-11 the option decides whether there is a body; RAMQ's words are the default", async () => {
    const { admin } = await aClinic(hub);
    const key = "ownProfessionalInGmf/establishment/fr";
    const refused = async (body: unknown) => rulesOf(await write<ProblemBody>(admin.token, key, body));
    expect(await refused({ option: "custom" })).toEqual([422, "COMM-11 REQUIRED_FIELD /body"]);
    expect(await refused(custom("<p> </p>"))).toEqual([422, "COMM-11 REQUIRED_FIELD /body"]);
    expect(await refused({ option: "default", body: "a" })).toEqual([400, "COMM-11 INVALID_REQUEST /body"]);
    expect(await refused(custom("<img src=x>"))).toEqual([422, "COMM-08 IMAGE_NOT_ALLOWED /body"]);
    const chosen = await write(admin.token, key, {});
    expect([chosen.body.option, chosen.body.body, chosen.body.version]).toEqual(["default", null, 1]);
    const own = await write(admin.token, key, custom('<p class="x">a</p>'), 1);
    expect([own.body.option, own.body.body, own.body.warnings.map(({ code }) => code)]).toEqual([
      "custom",
      "<p>a</p>",
      ["FORMATTING_REMOVED"],
    ]);
    const back = await write(admin.token, key, { body: null }, 2);
    expect([back.body.option, back.body.body, back.body.version]).toEqual(["default", null, 3]);
    expect((await changesOf(admin.token)).map(([, , , changed]) => changed)).toEqual([
      ["option", "body"],
      ["option", "body"],
      ["option", "body"],
    ]);
  });

  test("COMM-10 writing over another message needs its version; the same again changes nothing", async () => {
    const { admin } = await aClinic(hub);
    const key = "ownProfessionalInGmf/establishment/fr";
    const early = await write<ProblemBody>(admin.token, key, custom("un"), 1);
    expect([early.status, early.body.current]).toEqual([412, null]);
    await write(admin.token, key, custom("un"));
    expect((await write(admin.token, key, custom("un"))).body.version).toBe(1);
    expect((await write(admin.token, key, custom("un"), 1)).body.version).toBe(1);
    expect((await write(admin.token, key, custom("deux"))).status).toBe(428);
    expect((await write(admin.token, key, custom("deux"), 1)).body.version).toBe(2);
    const stale = await write<ProblemBody>(admin.token, key, custom("un"), 1);
    expect([stale.status, stale.body.current]).toMatchObject([412, { version: 2 }]);
    expect((await changesOf(admin.token)).map(([operation, , , changed]) => [operation, changed])).toEqual([
      ["created", ["option", "body"]],
      ["updated", ["body"]],
    ]);
    expect((await remove(admin.token, key, 1)).status).toBe(412);
    expect((await remove(admin.token, key, 2)).status).toBe(204);
    expect((await remove(admin.token, key, 2)).status).toBe(404);
    expect((await hub.request("GET", `/v1/message-customisations/${key}`, { as: admin.token })).status).toBe(404);
    expect((await write(admin.token, key, custom("trois"))).body.version).toBe(4);
  });

  test("COMM-10 the place is one of the establishment; another's is nobody's", async () => {
    const [{ admin }, other] = [await aClinic(hub), await aClinic(hub)];
    const key = `gmfProfessionals/${other.placeId}/fr`;
    expect(rulesOf(await write<ProblemBody>(admin.token, key, custom("a")))).toEqual([404, "CONTRACT NOT_FOUND "]);
    await write(other.admin.token, key, custom("a"));
    expect((await remove(admin.token, key)).status).toBe(404);
    expect((await hub.request("GET", `/v1/message-customisations/${key}`, { as: admin.token })).status).toBe(404);
    expect(await read(admin.token)).toEqual([]);
    expect((await write(admin.token, "gmfProfessionals/elsewhere/fr", custom("a"))).status).toBe(400);
  });
});

describe("who may", () => {
  test("PERM-20 local administrators and super users write, a user reads", async () => {
    const { admin, place, placeId } = await aClinic(hub);
    const superUser = await anEmployee(hub, place, { profile: "superUser", places: [place] });
    const user = await anEmployee(hub, place, { places: [place] });
    for (const scope of ["establishment", placeId]) {
      const key = `gmfProfessionals/${scope}/fr`;
      expect((await write(superUser.token, key, custom("un"))).status).toBe(200);
      expect((await write(admin.token, key, custom("deux"), 1)).status).toBe(200);
      const forbidden = [403, "PERM-20 FORBIDDEN "];
      expect(rulesOf(await write<ProblemBody>(user.token, key, custom("trois"), 2))).toEqual(forbidden);
      expect(rulesOf(await remove(user.token, key, 2))).toEqual(forbidden);
    }
    expect((await read(user.token)).map(({ body }) => body)).toEqual(["deux", "deux"]);
  });

  test("LCGA-04 agenda software reads those of its places, and they are kept in RVSQ", async () => {
    const { admin, machine, placeId, establishmentId } = await aClinic(hub);
    const elsewhere = await aPlace(hub, { establishmentId });
    const keyOf = (scope: string) => `gmfProfessionals/${scope}/fr`;
    for (const scope of ["establishment", placeId, elsewhere.placeId])
      await write(admin.token, keyOf(scope), custom("un"));
    expect(keysIn(await read(machine.token))).toEqual([keyOf("establishment"), keyOf(placeId)]);
    const kept = [403, "LCGA-04 MANAGED_IN_RVSQ "];
    for (const scope of ["establishment", placeId]) {
      expect(rulesOf(await write<ProblemBody>(machine.token, keyOf(scope), custom("deux"), 1))).toEqual(kept);
      expect(rulesOf(await remove(machine.token, keyOf(scope)))).toEqual(kept);
    }
    const unlinked = [403, "LCGA-02 MACHINE_NOT_LINKED "];
    expect(rulesOf(await remove(machine.token, keyOf(elsewhere.placeId)))).toEqual(unlinked);
    const stranger = await aMachine(hub);
    expect(rulesOf(await write<ProblemBody>(stranger.token, keyOf("establishment"), custom("a")))).toEqual(unlinked);
    expect(rulesOf(await write<ProblemBody>(stranger.token, keyOf(placeId), custom("a")))[0]).toBe(404);
  });
});

describe("COMM-09", () => {
  const preview = <T = MessagePreview>(as: string, body: object) =>
    hub.request<T>("POST", "/v1/message-customisations/preview", {
      as,
      body: { type: "gmfProfessionals", scope: "establishment", language: "fr", option: "custom", ...body },
      key: null,
    });

  test("COMM-09 who may write reads it as citizens would, and nothing is kept", async () => {
    const { admin, placeId } = await aClinic(hub);
    const shown = await preview(admin.token, { body: '<p id="x">Dès <b>8 h</b></p>' });
    expect(shown.body).toMatchObject({ html: "<p>Dès <b>8 h</b></p>", text: "Dès 8 h", source: "establishment" });
    expect(shown.body.warnings.map(({ code }) => code)).toEqual(["FORMATTING_REMOVED"]);
    expect((await preview(admin.token, { scope: placeId, body: "a" })).body.source).toBe("place");
    const ramqs = await preview(admin.token, { option: "default", language: "en" });
    expect([ramqs.body.source, ramqs.body.text]).toEqual(["default", expect.stringMatching(/may not be shown/)]);
    expect(rulesOf(await preview<ProblemBody>(admin.token, { body: null }))).toEqual([
      422,
      "COMM-11 REQUIRED_FIELD /body",
    ]);
    expect(await read(admin.token)).toEqual([]);
  });

  test("COMM-09 not for a user, who may not write it; LCGA-04 nor for agenda software", async () => {
    const { place, machine } = await aClinic(hub);
    const user = await anEmployee(hub, place, { places: [place] });
    expect(rulesOf(await preview<ProblemBody>(user.token, { body: "a" }))).toEqual([403, "COMM-09 FORBIDDEN "]);
    expect(rulesOf(await preview<ProblemBody>(machine.token, { body: "a" }))).toEqual([
      403,
      "LCGA-04 MANAGED_IN_RVSQ ",
    ]);
  });
});
