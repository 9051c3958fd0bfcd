/** The client of the arrimage hub. */
import type { Auth } from "./auth.ts";
import type { ConnectionConfig, Request } from "./client.ts";
import { connect, runtimeOf } from "./client.ts";
import type { Follow } from "./follow.ts";
import { withFollow } from "./follow.ts";
import type { HubOperations, HubProblemCode, HubSchemas } from "./generated/hub.ts";
import { hubOperations } from "./generated/hub.ts";
import type { ArrimageProblem } from "./problems.ts";
import { isArrimageProblem as isProblemWith } from "./problems.ts";

export { bearer, privateKeyJwt } from "./auth.ts";
export type { Auth, MachineKey, TokenSource } from "./auth.ts";
export type { ConnectionConfig, RawRequest, Request } from "./client.ts";
export type { AttemptEvent, Deprecation, Hooks } from "./exchange.ts";
export { ChangesMissing } from "./follow.ts";
export type { Follow, FollowedChange, FollowedPage, Following, FollowOptions } from "./follow.ts";
export type { HubOperations, HubProblemCode as ProblemCode, HubSchemas as Schemas } from "./generated/hub.ts";
export type { ExternalSigner, PrivateJwk } from "./keys.ts";
export type { AnswerInfo, Call, CallOptions, LinesMethod, ListMethod, Method } from "./methods.ts";
export type { LineStream } from "./ndjson.ts";
export type { Page, PagedList } from "./pages.ts";
export { ArrimageConnectionError, ArrimageProblem } from "./problems.ts";
export type { Problem, Violation } from "./problems.ts";
export type { Runtime } from "./runtime.ts";

export interface ClientConfig extends ConnectionConfig {
  /** `privateKeyJwt` for a machine, `bearer` for a token obtained elsewhere. */
  auth: Auth;
}

/** Every operation of the document under its own name, `changes.follow`, and `request` for what has no name here yet. */
export type Client = HubOperations & { changes: { follow: Follow<HubSchemas["ListedChange"]> }; request: Request };

/** @throws TypeError when baseUrl is not an address; nothing is sent before the first call */
export function createClient(config: ClientConfig): Client {
  const operations = connect<HubOperations>(hubOperations, config, config.auth);
  return withFollow<HubSchemas["ListedChange"], HubOperations & { request: Request }>(operations, runtimeOf(config));
}

/**
 * Is it a refusal of the hub, and with one of these codes? Works for errors of either build of the SDK.
 *
 * @example if (isArrimageProblem(error, "OPENING_TAKEN")) offer(error.alternatives);
 */
export const isArrimageProblem: <Code extends HubProblemCode>(
  error: unknown,
  ...codes: Code[]
) => error is ArrimageProblem<Code> = isProblemWith;
