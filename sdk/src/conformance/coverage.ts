/** Which check is made where; a check that no scenario makes would be a promise that nobody keeps. */
import { CHECKS, PROFILES, TRAFFIC_CHECKS } from "./checks.ts";
import type { Check, CheckId, Profile } from "./checks.ts";
import { SCENARIOS } from "./scenarios.ts";

export interface Coverage {
  check: Check & { id: CheckId };
  profiles: Profile[];
  scenarios: string[];
}

export function coverage(): Coverage[] {
  return CHECKS.map((check) => {
    if (TRAFFIC_CHECKS.some((id) => id === check.id))
      return { check, profiles: [...PROFILES], scenarios: ["the traffic of every scenario"] };
    const made = SCENARIOS.filter(({ checks }) => checks.includes(check.id));
    return {
      check,
      profiles: PROFILES.filter((profile) => made.some((scenario) => scenario.profile === profile)),
      scenarios: made.map(({ name }) => name),
    };
  });
}
