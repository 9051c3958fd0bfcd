/** The hub in a vendor's unit tests: its own rules, refusals and texts, over a store in memory. */
import { http } from "msw";
import type { HttpHandler } from "msw";
import { createMemoryHub } from "./memory-hub.js";
import type { MemoryHub, MemoryHubOptions } from "./msw-hub.ts";

export type {
  CitizenFields,
  Clinic,
  EmployeeFields,
  EstablishmentFields,
  MachineFields,
  MemoryHub,
  MemoryHubOptions,
  Moment,
  PlaceFields,
  ProfessionalFields,
  Scope,
  ServiceFields,
} from "./msw-hub.ts";

export interface HubHandlersOptions extends Omit<MemoryHubOptions, "baseUrl"> {
  /** `http://hub.test` when absent. */
  baseUrl?: string | undefined;
}

/**
 * Handlers for MSW's `setupServer` or `setupWorker`, and the hub that they speak to.
 *
 * @example
 * const { handlers, hub } = createHubHandlers({ now: "2027-03-01T08:00:00-05:00" });
 * const server = setupServer(...handlers);
 */
export function createHubHandlers(options: HubHandlersOptions = {}): { handlers: HttpHandler[]; hub: MemoryHub } {
  const { baseUrl = "http://hub.test", ...rest } = options;
  const hub = createMemoryHub({ ...rest, baseUrl });
  return { handlers: [http.all(`${hub.baseUrl}/*`, ({ request }) => hub.fetch(request))], hub };
}
