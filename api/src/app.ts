import { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "./deps.ts";
import { activityRoutes } from "./features/activity/routes.ts";
import { adoptionRoutes } from "./features/adoptions/routes.ts";
import { agendaClosureRoutes } from "./features/agenda-closures/routes.ts";
import { agendaWindowRoutes } from "./features/agenda-windows/routes.ts";
import { agendaRoutes } from "./features/agendas/routes.ts";
import { attentionRoutes } from "./features/attention/routes.ts";
import { callerRoutes } from "./features/caller/routes.ts";
import { bookingRoutes } from "./features/bookings.ts";
import { changeRoutes } from "./features/changes/routes.ts";
import { citizenPerimeterRoutes } from "./features/citizen-perimeters/routes.ts";
import { consultationReasonRoutes } from "./features/consultation-reasons/routes.ts";
import { digestRoutes } from "./features/digest/routes.ts";
import { emailCustomisationRoutes } from "./features/email-customisations/routes.ts";
import { employeeRoutes } from "./features/employees/routes.ts";
import { establishmentRoutes } from "./features/establishments/routes.ts";
import { inboxRoutes } from "./features/inbox/routes.ts";
import { machineLinkRoutes } from "./features/machine-links/routes.ts";
import { machineRoutes } from "./features/machines/routes.ts";
import { messageCustomisationRoutes } from "./features/message-customisations/routes.ts";
import { metaRoutes } from "./features/meta/routes.ts";
import { oauthRoutes } from "./features/oauth/routes.ts";
import { openingRoutes } from "./features/openings/routes.ts";
import { patientRoutes } from "./features/patients/routes.ts";
import { placeRoutes } from "./features/places/routes.ts";
import { professionalRoutes } from "./features/professionals/routes.ts";
import { serviceGroupRoutes } from "./features/service-groups/routes.ts";
import { scheduleTemplateRoutes } from "./features/schedule-templates/routes.ts";
import { serviceRoutes } from "./features/services/routes.ts";
import { snapshotRoutes } from "./features/snapshots/routes.ts";
import { slotRoutes } from "./features/slots/routes.ts";
import { vendorRoutes } from "./features/vendors/routes.ts";
import { webhookDeliveryRoutes } from "./features/webhook-deliveries/routes.ts";
import { webhookEndpointRoutes } from "./features/webhook-endpoints/routes.ts";
import { weekRoutes } from "./features/weeks/routes.ts";
import { workGroupRoutes } from "./features/work-groups/routes.ts";
import type { Authenticate } from "./http/authentication.ts";
import { broken, notServed } from "./http/not-served.ts";
import { createRateLimit } from "./http/rate-limit.ts";
import type { Hub } from "./http/serve.ts";

/** Every feature of the hub, in the order of the reference. */
const features = [
  metaRoutes,
  oauthRoutes,
  callerRoutes,
  establishmentRoutes,
  placeRoutes,
  vendorRoutes,
  machineRoutes,
  machineLinkRoutes,
  employeeRoutes,
  professionalRoutes,
  consultationReasonRoutes,
  serviceRoutes,
  serviceGroupRoutes,
  workGroupRoutes,
  emailCustomisationRoutes,
  messageCustomisationRoutes,
  slotRoutes,
  agendaRoutes,
  agendaWindowRoutes,
  agendaClosureRoutes,
  scheduleTemplateRoutes,
  weekRoutes,
  openingRoutes,
  citizenPerimeterRoutes,
  patientRoutes,
  bookingRoutes,
  snapshotRoutes,
  changeRoutes,
  digestRoutes,
  attentionRoutes,
  adoptionRoutes,
  inboxRoutes,
  activityRoutes,
  webhookEndpointRoutes,
  webhookDeliveryRoutes,
];

/** `addSandbox` (sandbox/mode.ts) adds what exists in sandbox mode alone: outside it, it is neither loaded nor called. */
export function createHub(deps: Deps, authenticate: Authenticate, addSandbox?: (hub: Hub) => void): Hub {
  const app = new OpenAPIHono();
  const hub: Hub = {
    app,
    deps,
    authenticate,
    limit: createRateLimit(deps.config.requestsPerMinute),
    operations: [],
    webhooks: [],
    closing: new AbortController(),
  };
  for (const feature of features) feature(hub);
  if (deps.config.mode === "sandbox") addSandbox?.(hub);
  app.notFound((context) => notServed(hub, context));
  // Of what no operation has caught; Hono would print it.
  app.onError((error, context) => broken(hub, error, context));
  return hub;
}
