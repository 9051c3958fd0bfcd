import { bodyOf, createSync, sqliteStore } from "@arrimage/sdk/sync";

export { bodyOf, createSync, sqliteStore };
