import { createRawAdapter } from "./raw/adapter.ts";

export default createRawAdapter;
