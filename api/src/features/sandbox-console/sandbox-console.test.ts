import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const get = (path: string, headers = {}) => hub.request<string>("GET", path, { headers });
const namesIn = (text: string, form: RegExp) => new Set([...text.matchAll(form)].map(([, name]) => name));

test("the console is in French and English, under a policy that lets in nothing but its own files", async () => {
  const [fr, en, asked] = [
    await get("/sandbox"),
    await get("/sandbox", { "accept-language": "en" }),
    await get("/sandbox?lang=en", { "accept-language": "fr" }),
  ];
  expect([fr.body.includes('<html lang="fr">'), fr.body.includes("Citoyens robots")]).toEqual([true, true]);
  for (const page of [en, asked]) expect(page.body).toContain("Robot citizens");
  expect(fr.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  expect(fr.body).not.toMatch(/https?:|<script>|<style| style=| onclick=/);
});

test("each button has something to do, and the script names nothing that the page lacks", async () => {
  const page = (await get("/sandbox")).body;
  const script = await get("/sandbox/console.js");
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect((await get("/sandbox/console.css")).headers.get("content-type")).toBe("text/css; charset=utf-8");
  const actions = script.body.slice(script.body.indexOf("const actions = {"));
  for (const action of namesIn(page, /data-action="(\w+)"/g))
    expect([action, new RegExp(`^ {2}(async )?${String(action)}\\b`, "m").test(actions)]).toEqual([action, true]);
  const ids = namesIn(page, /\bid="([\w-]+)"/g);
  expect([...namesIn(script.body, /\b(?:at|fill|fieldsOf)\(\s*"([\w-]+)"/g)].filter((id) => !ids.has(id))).toEqual([]);
  // Every address that it calls is one of the sandbox's.
  const paths = hub.hub.operations.map(({ path }) => path.replace(/\{\w+\}/g, "x"));
  const called = [...namesIn(script.body, /["`](\/sandbox\/[^"`?]+)/g)].map((path) => path?.replace(/\$\{\w+\}/g, "x"));
  expect(called.length).toBeGreaterThan(8);
  expect(called.filter((path) => !paths.includes(path ?? ""))).toEqual([]);
});
