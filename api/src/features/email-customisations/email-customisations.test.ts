import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic, aMachine, anEmployee } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { EmailCustomisation, EmailPreview, SavedEmailCustomisation } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

type Answer = { status: number; body: ProblemBody };
const rulesOf = ({ status, body }: Answer) => [
  status,
  ...body.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`),
];
const write = <T = SavedEmailCustomisation>(as: string, key: string, body: unknown, version?: number) =>
  hub.request<T>("PUT", `/v1/email-customisations/${key}`, { as, body, ...(version === undefined ? {} : { version }) });
const read = (as: string, query = "") =>
  hub.request<{ items: EmailCustomisation[]; nextCursor: string | null }>("GET", `/v1/email-customisations${query}`, {
    as,
  });
const keysIn = (items: readonly EmailCustomisation[]) => items.map(({ subject, language }) => `${subject}/${language}`);
const changesOf = async (as: string) => {
  const { body } = await hub.request<{ items: { objectType: string; objectId: string; operation: string }[] }>(
    "GET",
    "/v1/changes?limit=1000",
    { as },
  );
  return body.items
    .filter(({ objectType }) => objectType === "emailCustomisation")
    .map(({ objectId, operation }) => `${operation} ${objectId}`);
};

describe("writing", () => {
  test("COMM-04 each subject and language is stored by itself, and told in the change log", async () => {
    const { admin, establishmentId } = await aClinic(hub);
    const first = await write(admin.token, "confirmation/fr", { body: "<p>Apportez votre carte.</p>" });
    expect([first.status, first.headers.get("etag"), first.body]).toEqual([
      200,
      '"v1"',
      {
        establishmentId,
        subject: "confirmation",
        language: "fr",
        version: 1,
        body: "<p>Apportez votre carte.</p>",
        warnings: [],
      },
    ]);
    await write(admin.token, "confirmation/en", { body: "<p>Bring your card.</p>" });
    await write(admin.token, "reminder/fr", { body: "À demain" });
    const { items } = (await read(admin.token)).body;
    expect(keysIn(items)).toEqual(["confirmation/en", "confirmation/fr", "reminder/fr"]);
    const one = await hub.request("GET", "/v1/email-customisations/confirmation/en", { as: admin.token });
    expect([one.headers.get("etag"), one.body]).toEqual(['"v1"', items[0]]);
    expect(keysIn((await read(admin.token, "?subject=confirmation")).body.items)).toEqual([
      "confirmation/en",
      "confirmation/fr",
    ]);
    expect(keysIn((await read(admin.token, "?language=fr")).body.items)).toEqual(["confirmation/fr", "reminder/fr"]);
    expect(await changesOf(admin.token)).toEqual([
      "created confirmation/fr",
      "created confirmation/en",
      "created reminder/fr",
    ]);
  });

  test("COMM-04 a page goes on where the last one ended", async () => {
    const { admin } = await aClinic(hub);
    for (const key of ["noShow/fr", "noShow/en", "cancellation/fr"]) await write(admin.token, key, { body: "a" });
    const keys: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page = await read(admin.token, `?limit=1${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
      keys.push(...keysIn(page.body.items));
      cursor = page.body.nextCursor;
    }
    expect(keys).toEqual(["cancellation/fr", "noShow/en", "noShow/fr"]);
  });

  test("COMM-04 writing over another text needs its version; the same text again changes nothing", async () => {
    const { admin } = await aClinic(hub);
    const key = "confirmation/fr";
    const early = await write<ProblemBody>(admin.token, key, { body: "un" }, 1);
    expect([early.status, early.body.code, early.body.current]).toEqual([412, "PRECONDITION_FAILED", null]);
    await write(admin.token, key, { body: "un" });
    expect((await write(admin.token, key, { body: "un" })).body.version).toBe(1);
    expect((await write(admin.token, key, { body: "un" }, 1)).body.version).toBe(1);
    expect((await write(admin.token, key, { body: "deux" })).status).toBe(428);
    const second = await write(admin.token, key, { body: "deux" }, 1);
    expect([second.body.version, second.body.body]).toEqual([2, "deux"]);
    const stale = await write<ProblemBody>(admin.token, key, { body: "trois" }, 1);
    expect([stale.status, stale.body.current]).toMatchObject([412, { version: 2, body: "deux" }]);
    expect((await write(admin.token, key, { body: "deux" }, 1)).status).toBe(412);
    expect(await changesOf(admin.token)).toEqual([`created ${key}`, `updated ${key}`]);
  });

  test("COMM-04 two who write at once: one is told to look first", async () => {
    const { admin } = await aClinic(hub);
    const answers = await Promise.all(
      ["un", "deux", "trois"].map((body) => write(admin.token, "reminder/en", { body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 428, 428]);
  });

  test("COMM-05 what is deleted is no longer there", async () => {
    const { admin } = await aClinic(hub);
    const path = "/v1/email-customisations/modification/fr";
    await write(admin.token, "modification/fr", { body: "un" });
    const remove = (version?: number) =>
      hub.request("DELETE", path, { as: admin.token, ...(version === undefined ? {} : { version }) });
    expect((await remove()).status).toBe(428);
    expect((await remove(2)).status).toBe(412);
    expect((await remove(1)).status).toBe(204);
    expect((await remove(1)).status).toBe(404);
    expect((await hub.request("GET", path, { as: admin.token })).status).toBe(404);
    expect((await read(admin.token)).body.items).toEqual([]);
    const again = await write(admin.token, "modification/fr", { body: "deux" });
    expect(again.body.version).toBe(3);
    expect(await changesOf(admin.token)).toEqual([
      "created modification/fr",
      "deleted modification/fr",
      "created modification/fr",
    ]);
  });

  test("COMM-04 whoever holds the version of a text that was deleted does not write over the one that came after it", async () => {
    const { admin } = await aClinic(hub);
    await write(admin.token, "noShow/fr", { body: "un" });
    await hub.request("DELETE", "/v1/email-customisations/noShow/fr", { as: admin.token, version: 1 });
    await write(admin.token, "noShow/fr", { body: "deux" });
    const late = await write<ProblemBody>(admin.token, "noShow/fr", { body: "trois" }, 1);
    expect([late.status, late.body.current]).toMatchObject([412, { version: 3, body: "deux" }]);
  });

  test("COMM-03 a place in it is refused: an e-mail is the whole establishment's", async () => {
    const { admin, placeId } = await aClinic(hub);
    const refused = await write<ProblemBody>(admin.token, "confirmation/fr", { body: "un", placeId });
    expect(rulesOf(refused)).toEqual([400, "COMM-03 UNKNOWN_FIELD /placeId"]);
    const other = await write<ProblemBody>(admin.token, "confirmation/fr", { body: "un", subject: "reminder" });
    expect(rulesOf(other)).toEqual([400, "CONTRACT UNKNOWN_FIELD /subject"]);
    expect((await read(admin.token)).body.items).toEqual([]);
  });

  test("COMM-08 an image is refused, other formatting left out with a notice", async () => {
    const { admin } = await aClinic(hub);
    const logo = await write<ProblemBody>(admin.token, "confirmation/fr", { body: '<p>a<img src="logo.png"></p>' });
    expect(rulesOf(logo)).toEqual([422, "COMM-08 IMAGE_NOT_ALLOWED /body"]);
    const pasted = await write(admin.token, "confirmation/fr", { body: '<p class="MsoNormal">a</p>' });
    expect(pasted.body.body).toBe("<p>a</p>");
    expect(pasted.body.warnings.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`)).toEqual([
      "COMM-08 FORMATTING_REMOVED /body",
    ]);
  });
});

describe("who may", () => {
  test("PERM-20 local administrators and super users write, a user reads", async () => {
    const { admin, place } = await aClinic(hub);
    const superUser = await anEmployee(hub, place, { profile: "superUser", places: [place] });
    const user = await anEmployee(hub, place, { places: [place] });
    expect((await write(superUser.token, "confirmation/fr", { body: "un" })).status).toBe(200);
    expect((await write(admin.token, "confirmation/fr", { body: "deux" }, 1)).status).toBe(200);
    const refused = [
      await write<ProblemBody>(user.token, "confirmation/fr", { body: "trois" }, 2),
      await hub.request<ProblemBody>("DELETE", "/v1/email-customisations/confirmation/fr", {
        as: user.token,
        version: 2,
      }),
    ];
    expect(refused.map(rulesOf)).toEqual([
      [403, "PERM-20 FORBIDDEN "],
      [403, "PERM-20 FORBIDDEN "],
    ]);
    expect((await read(user.token)).body.items.map(({ body }) => body)).toEqual(["deux"]);
    const one = await hub.request("GET", "/v1/email-customisations/confirmation/fr", { as: user.token });
    expect(one.status).toBe(200);
  });

  test("LCGA-04 agenda software reads them, and they are kept in RVSQ; LCGA-02 without a link there is nothing", async () => {
    const { admin, machine } = await aClinic(hub);
    await write(admin.token, "confirmation/fr", { body: "un" });
    expect((await read(machine.token)).body.items).toHaveLength(1);
    const refusals = async (as: string) => [
      rulesOf(await write<ProblemBody>(as, "confirmation/fr", { body: "deux" }, 1)),
      rulesOf(await hub.request<ProblemBody>("DELETE", "/v1/email-customisations/confirmation/fr", { as, version: 1 })),
      rulesOf(await preview<ProblemBody>(as, { body: "un" })),
    ];
    const kept = [403, "LCGA-04 MANAGED_IN_RVSQ "];
    expect(await refusals(machine.token)).toEqual([kept, kept, kept]);
    const stranger = await aMachine(hub);
    const unlinked = [403, "LCGA-02 MACHINE_NOT_LINKED "];
    expect(await refusals(stranger.token)).toEqual([unlinked, unlinked, unlinked]);
    expect((await read(stranger.token)).body.items).toEqual([]);
  });

  test("COMM-03 another establishment has its own", async () => {
    const [one, other] = [await aClinic(hub), await aClinic(hub)];
    await write(one.admin.token, "confirmation/fr", { body: "un" });
    expect((await read(other.admin.token)).body.items).toEqual([]);
    expect((await write(other.admin.token, "confirmation/fr", { body: "deux" })).body.version).toBe(1);
    expect((await read(one.admin.token)).body.items.map(({ body }) => body)).toEqual(["un"]);
  });
});

const preview = <T = EmailPreview>(as: string, body: object) =>
  hub.request<T>("POST", "/v1/email-customisations/preview", {
    as,
    body: { subject: "confirmation", language: "fr", ...body },
    key: null,
  });

describe("COMM-09", () => {
  test("COMM-09 who may write sees the section as it would be sent, and nothing is kept", async () => {
    const { admin } = await aClinic(hub);
    const shown = await preview(admin.token, { language: "en", body: '<p style="color:red">Bring your card.</p>' });
    expect(shown.status).toBe(200);
    expect(shown.body.section).toEqual({
      html: '<section lang="en"><h2>Message from the clinic</h2><p>Bring your card.</p></section>',
      text: "Message from the clinic\n\nBring your card.",
    });
    expect(shown.body.warnings.map(({ code }) => code)).toEqual(["FORMATTING_REMOVED"]);
    expect((await preview(admin.token, { body: "<p> </p>" })).body.section).toBeNull();
    expect(rulesOf(await preview<ProblemBody>(admin.token, { body: "<svg></svg>" }))).toEqual([
      422,
      "COMM-08 IMAGE_NOT_ALLOWED /body",
    ]);
    expect((await read(admin.token)).body.items).toEqual([]);
    expect(await changesOf(admin.token)).toEqual([]);
  });

  test("COMM-09 a user, who may not write it, does not preview it", async () => {
    const { place } = await aClinic(hub);
    const user = await anEmployee(hub, place, { places: [place] });
    expect(rulesOf(await preview<ProblemBody>(user.token, { body: "un" }))).toEqual([403, "COMM-09 FORBIDDEN "]);
  });
});
