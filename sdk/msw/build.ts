/** `npm run build:msw`: what the repository's own tests and examples import, in half a second and without types. */
import { fileURLToPath } from "node:url";
import { buildMemoryHub } from "./bundle.ts";

await buildMemoryHub(fileURLToPath(new URL("../dist/msw.js", import.meta.url)));
