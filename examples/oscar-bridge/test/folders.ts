import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type Export, readExport } from "../src/read-export.ts";
import { type Recipe, writeRecipe } from "./recipe.ts";

/** The example's own export. */
export const exampleData = join(import.meta.dirname, "..", "data");

/** The example in which every cascade has something: work groups, relay teams, postal codes. */
export const workGroupsData = join(import.meta.dirname, "..", "data-work-groups");

const created: string[] = [];
afterAll(() => created.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** An empty folder that is gone when the file's tests are over. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "oscar-bridge-"));
  created.push(folder);
  return folder;
}

export function written(recipe: Recipe): Export {
  return readExport(writeRecipe(recipe, emptyFolder()));
}
