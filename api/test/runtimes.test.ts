/** The SDK outside Node, against a real hub over HTTP. Nodes of other versions: `npm run test:runtimes`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EdgeVM } from "@edge-runtime/vm";
import { chromium as playwright } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundledStory, chromium, storyEnv } from "./runtimes/env.ts";
import { toldStory } from "./runtimes/story.ts";
import { serveHub } from "./served-hub.ts";
import type { ServedHub } from "./served-hub.ts";

let served: ServedHub;
let script = "";
beforeAll(async () => {
  script = await bundledStory("esm");
  // The hub answers no other origin (no CORS): the browser's page is of its own.
  served = await serveHub(async ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/story.js") return new Response(script, { headers: { "content-type": "text/javascript" } });
    if (pathname === "/story")
      return new Response('<!doctype html><script type="module" src="/story.js"></script>', {
        headers: { "content-type": "text/html" },
      });
    return undefined;
  });
});
afterAll(() => served.close());

test("the SDK tells its story in an edge runtime", async () => {
  const env = JSON.stringify(await storyEnv(served));
  const vm = new EdgeVM();
  vm.evaluate(await bundledStory("iife"));
  expect(vm.evaluate("[typeof process, typeof Buffer, typeof require]")).toEqual(Array(3).fill("undefined"));
  const told = await vm.evaluate<Promise<string>>(`tell(${JSON.stringify(env)})`);
  expect(JSON.parse(told)).toEqual(toldStory);
});

const browser = chromium();
if (browser === undefined)
  process.stdout.write("NOT TESTED: the SDK in a browser (no Chromium found; CHROMIUM names one)\n");

test.skipIf(browser === undefined)(
  "the SDK tells its story in a browser (Chromium)",
  async () => {
    const profile = await mkdtemp(join(tmpdir(), "arrimage-chromium-"));
    const running = await playwright.launchPersistentContext(profile, {
      ...(browser === undefined ? {} : { executablePath: browser }),
      headless: true,
      args: [
        ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        ...["--disable-component-update", "--disable-sync"],
      ],
    });
    try {
      const page = await running.newPage();
      await page.goto(`${served.url}/story`);
      await page.waitForFunction("typeof tell === 'function'");
      const env = JSON.stringify(await storyEnv(served));
      const told = await page.evaluate<string>(`tell(${JSON.stringify(env)})`);
      expect(JSON.parse(told)).toEqual(toldStory);
    } finally {
      await running.close();
      await rm(profile, { recursive: true, force: true });
    }
  },
  60_000,
);
