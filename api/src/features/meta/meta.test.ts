import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { problemCodes } from "../../domain/problems.ts";
import { ruleBook } from "../../rule-book.ts";
import type { RuleBook } from "../../rule-book.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(async () => hub.close());

describe("health", () => {
  test("lives without its database, and is ready only with it", async () => {
    const other = await createTestHub();
    expect((await other.request("GET", "/readyz")).status).toBe(200);
    await other.deps.connection.end();
    expect((await other.request("GET", "/livez")).status).toBe(200);
    const { status, body, headers } = await other.request("GET", "/readyz");
    expect([status, body["code"], headers.get("retry-after")]).toEqual([503, "UNAVAILABLE", "1"]);
    await other.close();
  });
});

describe("the reference", () => {
  test("comes from this host alone, under a policy that allows nothing else", async () => {
    const page = await hub.app.request("/docs");
    const body = await page.text();
    const policy = page.headers.get("content-security-policy") ?? "";
    const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(body.match(/<script /g)).toHaveLength(body.split(`nonce="${nonce}"`).length - 1);
    const script = await hub.app.request("/docs/scalar.js");
    expect([script.status, script.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
  });

  test("has a page for every problem code, in both languages", async () => {
    for (const code of problemCodes) {
      const page = await hub.app.request(`/docs/problems/${code}`);
      const body = await page.text();
      expect(page.status).toBe(200);
      expect(body).toContain('lang="fr"');
      expect(body).toContain('lang="en"');
    }
    expect((await hub.app.request("/docs/problems/NO_SUCH_CODE")).status).toBe(404);
  });

  describe("the vendors' guides", () => {
    const ask = async (path: string, language = "fr-CA") => {
      const answer = await hub.app.request(path, { headers: { "accept-language": language } });
      return { status: answer.status, headers: answer.headers, body: await answer.text() };
    };
    const linksOf = (body: string) => [...body.matchAll(/href="([^"]+)"/g)].map(([, link = ""]) => link);

    test.each(["fr", "en"])("are read here, and every link of theirs leads somewhere: %s", async (language) => {
      const index = await ask("/docs/guides", language);
      expect([index.status, index.headers.get("content-language")]).toEqual([200, language]);
      const guides = linksOf(index.body).filter((link) => link.endsWith(".md"));
      expect(guides).toHaveLength(6);
      for (const path of guides) {
        const { status, headers, body } = await ask(path);
        expect([status, headers.get("content-language")], path).toEqual([200, language]);
        expect(headers.get("content-security-policy")).toContain("default-src 'none'");
        for (const link of linksOf(body).filter((each) => !each.startsWith("https://"))) {
          const { pathname, hash } = new URL(link, `http://hub${path}`);
          const target = await ask(pathname);
          expect([target.status, link], path).toEqual([200, link]);
          if (hash !== "") expect(target.body, link).toContain(` id="${decodeURIComponent(hash.slice(1))}"`);
        }
      }
    });

    test("another language, another guide, another folder: not found", async () => {
      for (const path of ["/docs/guides/de", "/docs/guides/fr/none.md", "/docs/guides/fr/..%2Fen%2Fsync.md"])
        expect([(await ask(path)).status, path]).toEqual([404, path]);
    });
  });

  describe("of the rules", () => {
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await hub.app.request(path, { headers });
      return { status: answer.status, headers: answer.headers, body: await answer.text() };
    };
    const asJson = { accept: "application/json" };

    test("is an index by family, under a policy that allows nothing", async () => {
      const { status, headers, body } = await ask("/docs/rules", { accept: "text/html,*/*;q=0.8" });
      expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(headers.get("content-security-policy")).toBe(
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
      );
      expect(headers.get("vary")).toBe("Accept, Accept-Language");
      for (const { family } of ruleBook.families) expect(body).toContain(`<section id="${family}">`);
      for (const id of ruleBook.entries.keys()) expect(body).toContain(`href="/docs/rules/${encodeURIComponent(id)}"`);
      expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
    });

    test("speaks French, or English when that is asked for", async () => {
      for (const path of ["/docs/rules", "/docs/rules/SLOT-07", "/docs/rules/Slot.endAt"]) {
        const [french, english] = [await ask(path), await ask(path, { "accept-language": "en-CA" })];
        expect([french.headers.get("content-language"), english.headers.get("content-language")]).toEqual(["fr", "en"]);
        expect(french.body).toContain('<html lang="fr">');
        expect(french.body).toContain("Plage de disponibilité");
        expect(english.body).toContain('<html lang="en">');
        expect(english.body).toContain("Availability slot");
      }
    });

    test("has a page for every rule and every field", async () => {
      for (const id of ruleBook.entries.keys()) {
        const { status, body } = await ask(`/docs/rules/${encodeURIComponent(id)}`);
        expect([id, status]).toEqual([id, 200]);
        expect(body).toContain(`<h1><code>${id}</code></h1>`);
        expect(body).not.toMatch(/undefined|\[object/);
      }
      expect((await ask("/docs/rules/NO_SUCH_RULE")).status).toBe(404);
      expect((await ask("/docs/rules/NO_SUCH_RULE", asJson)).status).toBe(404);
    });

    test("tells what a rule says, where it is from, and what is to come", async () => {
      const { body } = await ask("/docs/rules/SLOT-24", { "accept-language": "en" });
      expect(body).toContain("is refused with");
      expect(body).toContain('<a href="/docs/problems/OPEN_FROM_REQUIRES_PUBLIC">');
      expect(body).toContain("<dt>Section of the guide</dt><dd>§3.4.2 note 5</dd>");
      expect(body).toContain("<dt>Kind</dt><dd>validation</dd>");
      expect(body).not.toMatch(/Reading|To come/i);
      expect((await ask("/docs/rules/SLOT-03", { "accept-language": "en" })).body).toContain("<dt>Reading</dt>");
      const sms = await ask("/docs/rules/PLACE-06", { "accept-language": "en" });
      expect(sms.body).toContain("<dt>To come with messages</dt>");
    });

    test("is JSON when that is accepted", async () => {
      const one = await ask("/docs/rules/SLOT-07", asJson);
      expect(one.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(JSON.parse(one.body)).toMatchObject({
        id: "SLOT-07",
        kind: "validation",
        section: "§3.4.5",
        reading: false,
        href: `${hub.deps.config.baseUrl}/docs/rules/SLOT-07`,
        family: { family: "SLOT", title: { en: "Availability slot" } },
      });
      const row = await ask(`/docs/rules/${encodeURIComponent("QuickCreate.slots[].start")}`, asJson);
      expect(JSON.parse(row.body)).toMatchObject({ entity: "QuickCreate", name: "slots[].start", type: "datetime" });
      // The book as it was parsed and as it is answered: the same families, each rule with its address.
      const whole = JSON.parse((await ask("/docs/rules", asJson)).body) as RuleBook;
      expect(whole.families).toMatchObject(JSON.parse(JSON.stringify(ruleBook.families)) as object[]);
    });

    test("is where a violation leads", async () => {
      const { as, body } = { as: await hub.tokens.operator(), body: { name: "Clinique", isGmf: true } };
      const refused = await hub.request<{ violations: { href: string }[] }>("POST", "/v1/establishments", { as, body });
      const { baseUrl } = hub.deps.config;
      const [{ href = "" } = {}] = refused.body.violations;
      expect(href).toBe(`${baseUrl}/docs/rules/EST-06`);
      expect((await ask(href.slice(baseUrl.length))).status).toBe(200);
    });
  });

  test("shows the contract that is checked in", async () => {
    const { body } = await hub.request<{ openapi: string }>("GET", "/openapi.json");
    expect(body.openapi).toBe("3.1.1");
    expect((await hub.app.request("/sandbox/openapi.json")).status).toBe(200);
  });
});

test("what does not exist is the same 404 everywhere", async () => {
  const { status, body } = await hub.request("GET", "/v1/nothing-here");
  expect([status, body["code"]]).toEqual([404, "NOT_FOUND"]);
});

test.each([
  ["DELETE", "/v1/slots", "GET, HEAD, POST"],
  ["POST", "/livez", "GET, HEAD"],
  ["GET", "/oauth/token", "POST"],
])("%s %s names the methods that exist there", async (method, path, allow) => {
  const answer = await hub.request(method, path);
  expect([answer.status, answer.body["code"], answer.headers.get("allow")]).toEqual([405, "METHOD_NOT_ALLOWED", allow]);
  if (allow.includes("HEAD")) expect((await hub.app.request(path, { method: "HEAD" })).status).not.toBe(405);
});
