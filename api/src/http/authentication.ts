import type { Actor } from "../domain/actor.ts";
import type { Operation } from "./operation.ts";

/** Turns a request's bearer token into an actor the operation admits, or refuses. */
export type Authenticate = (headers: Headers, operation: Operation) => Promise<Actor>;
