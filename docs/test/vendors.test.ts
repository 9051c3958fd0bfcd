import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandboxHub } from "@arrimage/api/test/sandbox-hub.ts";
import type { SandboxHub } from "@arrimage/api/test/sandbox-hub.ts";
import { blocksOf, codeOf, guides, readGuide } from "./guide.ts";
import { runGuide } from "./run-guide.ts";

let hub: SandboxHub | undefined;
beforeAll(async () => {
  hub = await startSandboxHub();
});
afterAll(async () => hub?.stop());

describe.each(guides)("%s", (guide) => {
  test("does what it says", { timeout: 60_000 }, async () => {
    await runGuide(await readGuide("en", guide), hub?.url ?? "");
  });

  test("is the same in French: what differs are words", async () => {
    const [english, french] = await Promise.all([readGuide("en", guide), readGuide("fr", guide)]);
    const [en, fr] = [blocksOf(english), blocksOf(french)];
    expect(fr.map(codeOf)).toEqual(en.map(codeOf));
    const headings = (text: string) =>
      text
        .split("\n")
        .filter((line) => /^#+ /.test(line))
        .map((line) => line.split(" ")[0]);
    expect(headings(french)).toEqual(headings(english));
  });
});
