import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { aClinic } from "../../test/factories.ts";
import { createTestHub } from "../../test/harness.ts";

/** Nothing of the sandbox is loaded, served or listened to outside sandbox mode. */

/** Files that a module loads when it is loaded: imports of types, and those made later by `import()`, are not among them. */
async function loadedBy(url: URL, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(url.pathname)) return found;
  found.add(url.pathname);
  const text = await readFile(url, "utf8");
  const imports = text.matchAll(/^(?:import|export) (?!type )[^;]*? from "(\.[^"]+)";|^import "(\.[^"]+)";/gm);
  for (const [, from, bare] of imports) await loadedBy(new URL(from ?? bare ?? "", url), found);
  return found;
}

const ofTheSandbox = (path: string) => /\/src\/(sandbox|features\/sandbox-[a-z]+|features\/tokens)\//.test(path);

test("API5 what serves production loads no file of the sandbox", async () => {
  const loaded = [...(await loadedBy(new URL("../main.ts", import.meta.url)))];
  expect(loaded.filter(ofTheSandbox)).toEqual([]);
  expect(loaded.length).toBeGreaterThan(200);
  // The control: what a sandbox loads in addition is found in the same way.
  const sandboxed = [...(await loadedBy(new URL("./mode.ts", import.meta.url)))];
  expect(sandboxed.filter(ofTheSandbox).length).toBeGreaterThan(10);
});

test("API5 a header asks for no fault outside sandbox mode, and nothing of requests is kept", async () => {
  const hub = await createTestHub();
  const production = await createTestHub({
    config: { mode: "production" },
    database: hub.database,
    seed: "production",
  });
  try {
    const clinic = await aClinic(hub);
    const ask = (of: typeof hub) =>
      of.request("GET", `/v1/slots?professionalId=${clinic.professionalId}`, {
        as: clinic.machine.token,
        headers: { "arrimage-sandbox-fault": "unavailable" },
      });
    expect([(await ask(production)).status, (await ask(hub)).status]).toEqual([200, 503]);
    for (const path of ["/sandbox", "/sandbox/console.js", "/sandbox/console.css", "/sandbox/openapi.json"])
      expect([path, (await production.request("GET", path)).status]).toEqual([path, 404]);
    expect(production.hub.watch).toBeUndefined();
    expect(production.deps.sandbox?.requests.list()).toEqual([]);
  } finally {
    await production.close();
    await hub.close();
  }
});
