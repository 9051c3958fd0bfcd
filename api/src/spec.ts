import { mkdir, writeFile } from "node:fs/promises";
import { documents } from "./documents.ts";

/** `npm run spec`: writes the documents of the routes as they are now into spec/. */
const folder = new URL("../../spec/", import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, document] of Object.entries(documents())) {
  await writeFile(new URL(name, folder), `${JSON.stringify(document, null, 2)}\n`);
}
