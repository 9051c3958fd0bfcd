import type { Instant } from "../clock.ts";
import type { Ids } from "../ids.ts";
import { draw } from "./draw.ts";

/** What can go wrong between a hub and whoever calls it, made to go wrong on purpose. */

export const requestFaults = [
  "latency",
  "slowBody",
  "resetBeforeCommit",
  "lostResponse",
  "truncatedBody",
  "neverAnswers",
  "conflict",
  "staleEtag",
  "tooManyRequests",
  "internal",
  "badGateway",
  "unavailable",
  "gatewayTimeout",
  "tokenExpired",
  "cursorExpired",
  "machineSuspended",
] as const;
export type RequestFault = (typeof requestFaults)[number];

export const webhookFaults = [
  "webhookDropped",
  "webhookDoubled",
  "webhookLate",
  "webhookReordered",
  "webhookBadSignature",
  "webhookOldTimestamp",
] as const;
export type WebhookFault = (typeof webhookFaults)[number];

export const faultNames = [...requestFaults, ...webhookFaults] as const;
export type FaultName = (typeof faultNames)[number];

export interface FaultMatch {
  operationId?: string | undefined;
  method?: string | undefined;
  /** `*` stands for anything. */
  path?: string | undefined;
  clientId?: string | undefined;
  eventType?: string | undefined;
}

export interface NewFault {
  fault: FaultName;
  match?: FaultMatch | undefined;
  probability: number;
  times?: number | undefined;
  seed: number;
  milliseconds?: number | undefined;
  retryAfterSeconds?: number | undefined;
}

export interface FaultRule extends NewFault {
  faultId: string;
  /** Requests, or webhooks, that it could have befallen. */
  asked: number;
  /** That it has befallen. */
  met: number;
  /** That were drawn, and to which it could not happen. */
  missed: number;
}

/** A fault about to happen: counted as met until it turns out that it cannot. */
export interface Chosen<Name extends FaultName = FaultName> {
  fault: Name;
  milliseconds: number | undefined;
  retryAfterSeconds: number | undefined;
  cannotHappen(): void;
}

export interface AskedRequest {
  operationId: string | undefined;
  method: string;
  path: string;
  clientId: string | undefined;
}

export interface AskedWebhook {
  eventType: string;
  clientId: string | undefined;
  /** Late or out of turn it is once: the next attempt at the same delivery is let be. */
  deliveryId: string;
}

/**
 * The rules of this process. What a rule does is a function of its seed and of how many it was asked about, so that a run
 * that asks in the same order meets the same faults.
 */
export interface Faults {
  create(fault: NewFault, wall: Instant): FaultRule;
  list(): readonly FaultRule[];
  /** By name, whoever asked for it: rules that are gone, and headers, too. */
  met(): ReadonlyMap<FaultName, number>;
  delete(faultId: string): boolean;
  clear(): void;
  any(): boolean;
  forRequest(request: AskedRequest): Chosen<RequestFault>[];
  forWebhook(webhook: AskedWebhook): Chosen<WebhookFault>[];
  /** A fault that the request itself asks for. */
  asked(fault: RequestFault, milliseconds?: number, retryAfterSeconds?: number): Chosen<RequestFault>;
}

export function createFaults(ids: Ids): Faults {
  let rules: FaultRule[] = [];
  let totals = new Map<FaultName, number>();
  let putBack = new Set<string>();
  const count = (fault: FaultName, by: number) => totals.set(fault, (totals.get(fault) ?? 0) + by);

  function chosen<Name extends FaultName>(fault: Name, rule?: FaultRule, wanted: Partial<NewFault> = {}): Chosen<Name> {
    const { milliseconds, retryAfterSeconds } = rule ?? wanted;
    if (rule !== undefined) rule.met += 1;
    count(fault, 1);
    return {
      fault,
      milliseconds,
      retryAfterSeconds,
      cannotHappen() {
        count(fault, -1);
        if (rule === undefined) return;
        rule.met -= 1;
        rule.missed += 1;
      },
    };
  }

  function choose<Name extends FaultName>(
    names: readonly Name[],
    matches: (rule: FaultRule) => boolean,
  ): Chosen<Name>[] {
    return rules.flatMap((rule) => {
      const fault = names.find((name) => name === rule.fault);
      if (fault === undefined || rule.met === rule.times || !matches(rule)) return [];
      rule.asked += 1;
      return draw(rule.seed, rule.asked) < rule.probability ? [chosen(fault, rule)] : [];
    });
  }

  return {
    create(fault, wall) {
      const rule = { ...fault, faultId: ids.next("flt", wall), asked: 0, met: 0, missed: 0 };
      rules.push(rule);
      return rule;
    },
    list: () => rules,
    met: () => totals,
    delete(faultId) {
      const before = rules.length;
      rules = rules.filter((rule) => rule.faultId !== faultId);
      return rules.length < before;
    },
    clear() {
      rules = [];
      totals = new Map();
      putBack = new Set();
    },
    any: () => rules.length > 0,
    forRequest: (request) => choose(requestFaults, ({ match }) => matchesRequest(match ?? {}, request)),
    forWebhook(webhook) {
      const again = putBack.has(webhook.deliveryId);
      const chosen = choose(
        webhookFaults,
        ({ fault, match }) => matchesWebhook(match ?? {}, webhook) && !(again && putsBack(fault)),
      );
      if (putBack.size > putBackKept) putBack = new Set();
      if (chosen.some(({ fault }) => putsBack(fault))) putBack.add(webhook.deliveryId);
      return chosen;
    },
    asked: (fault, milliseconds, retryAfterSeconds) => chosen(fault, undefined, { milliseconds, retryAfterSeconds }),
  };
}

const putBackKept = 100_000;

function putsBack(fault: FaultName): boolean {
  return fault === "webhookLate" || fault === "webhookReordered";
}

/** Without an operation or a path in it, a rule is for what vendors and portals call: health checks and pages are spared. */
function matchesRequest({ operationId, method, path, clientId }: FaultMatch, request: AskedRequest): boolean {
  if (operationId === undefined && path === undefined && !/^\/(v1|oauth)\//.test(request.path)) return false;
  return (
    (operationId === undefined || operationId === request.operationId) &&
    (method === undefined || method.toUpperCase() === request.method) &&
    (path === undefined || pathForm(path).test(request.path)) &&
    (clientId === undefined || clientId === request.clientId)
  );
}

function matchesWebhook({ eventType, clientId }: FaultMatch, webhook: AskedWebhook): boolean {
  return (
    (eventType === undefined || eventType === webhook.eventType) &&
    (clientId === undefined || clientId === webhook.clientId)
  );
}

function pathForm(path: string): RegExp {
  const parts = path.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
