import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { describe, expect, test } from "vitest";

/** The directions of the house are kept by the linter, not by memory: each breach here must be refused. */

const root = fileURLToPath(new URL("../../", import.meta.url));
const eslint = new ESLint({ cwd: root });

/** The rules that refuse a text, were it the content of that file. */
async function refusedBy(path: string, text: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath: `${root}${path}` });
  return (result?.messages ?? []).filter(({ severity }) => severity === 2).map(({ ruleId }) => ruleId);
}

const breaches: [what: string, path: string, text: string, rule: string][] = [
  [
    "Drizzle in the domain",
    "api/src/domain/establishment.ts",
    'import { eq } from "drizzle-orm";\nexport const same = eq;\n',
    "no-restricted-imports",
  ],
  [
    "the database in the domain",
    "api/src/domain/establishment.ts",
    'import { withScope } from "../db/scope.ts";\nexport const open = withScope;\n',
    "no-restricted-imports",
  ],
  [
    "Node in the domain",
    "api/src/domain/establishment.ts",
    'import { createHash } from "node:crypto";\nexport const hash = createHash;\n',
    "no-restricted-imports",
  ],
  [
    "Temporal outside domain/time.ts",
    "api/src/domain/establishment.ts",
    'import { Temporal } from "temporal-polyfill";\nexport const time = Temporal;\n',
    "no-restricted-imports",
  ],
  [
    "a clock outside clock.ts",
    "api/src/domain/establishment.ts",
    "export const now = () => Date.now();\n",
    "no-restricted-syntax",
  ],
  [
    "today's date outside clock.ts",
    "api/src/features/establishments/actions.ts",
    "export const today = () => new Date();\n",
    "no-restricted-syntax",
  ],
  [
    "randomness outside ids.ts",
    "api/src/features/establishments/actions.ts",
    "export const draw = () => Math.random();\n",
    "no-restricted-syntax",
  ],
  [
    "the bridge reaching into the hub",
    "examples/oscar-bridge/src/push.ts",
    'import { freePort } from "@arrimage/api/src/hub.ts";\nexport const port = freePort;\n',
    "no-restricted-imports",
  ],
  [
    "the environment outside config.ts",
    "api/src/app.ts",
    'export const port = process.env["PORT"];\n',
    "no-restricted-syntax",
  ],
  [
    "SQL in an action",
    "api/src/features/establishments/actions.ts",
    'import { eq } from "drizzle-orm";\nexport const same = eq;\n',
    "no-restricted-imports",
  ],
  [
    "HTTP in an action",
    "api/src/features/establishments/actions.ts",
    'import { Hono } from "hono";\nexport const app = new Hono();\n',
    "no-restricted-imports",
  ],
  [
    "an action in a store",
    "api/src/features/establishments/store.ts",
    'import { createEstablishment } from "./actions.ts";\nexport const create = createEstablishment;\n',
    "no-restricted-imports",
  ],
  [
    "another feature's action",
    "api/src/features/establishments/actions.ts",
    'import { getPlace } from "../places/actions.ts";\nexport const get = getPlace;\n',
    "no-restricted-imports",
  ],
  [
    "a store in a route",
    "api/src/features/establishments/routes.ts",
    'import { findEstablishment } from "./store.ts";\nexport const find = findEstablishment;\n',
    "no-restricted-imports",
  ],
  [
    "a Drizzle query that is not awaited",
    "api/src/features/establishments/store.ts",
    'import type { ScopedTx } from "../../db/scope.ts";\nimport { establishment } from "../../db/tables.ts";\nexport function forget(tx: ScopedTx): void {\n  tx.db.delete(establishment);\n}\n',
    "@typescript-eslint/no-floating-promises",
  ],
  [
    "a postgres.js query that is not awaited",
    "api/src/features/establishments/store.ts",
    'import type { ScopedTx } from "../../db/scope.ts";\nexport function forget(tx: ScopedTx): void {\n  tx.sql`DELETE FROM hold`;\n}\n',
    "@typescript-eslint/no-floating-promises",
  ],
];

describe("the linter", () => {
  test.each(breaches)("refuses %s", async (_what, path, text, rule) => {
    expect(await refusedBy(path, text)).toContain(rule);
  });

  test("accepts the same files when they keep to their place", async () => {
    const text = 'import { accept } from "./decision.ts";\nexport const fine = () => accept(1);\n';
    expect(await refusedBy("api/src/domain/establishment.ts", text)).toEqual([]);
  });
});
