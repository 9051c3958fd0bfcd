/** All that is played, in order. */
import type { Scenario } from "./stage.ts";
import { bookScenarios } from "./scenarios/book.ts";
import { pullScenarios } from "./scenarios/pull.ts";
import { pushScenarios } from "./scenarios/push.ts";
import { resilienceScenarios } from "./scenarios/resilience.ts";
import { webhookScenarios } from "./scenarios/webhooks.ts";

export const SCENARIOS: readonly Scenario[] = [
  ...pushScenarios,
  ...pullScenarios,
  ...webhookScenarios,
  ...bookScenarios,
  ...resilienceScenarios,
];
