import { createRequire } from "node:module";

type Validate = ((data: unknown) => boolean) & { errors?: unknown };

/** The API's: ESLint has another one where the SDK would find it. */
const require = createRequire(new URL("../../../api/package.json", import.meta.url));
// Of what the module exports, what is used.
export const { Ajv2020 } = require("ajv/dist/2020.js") as { Ajv2020: new () => { compile(schema: object): Validate } };
