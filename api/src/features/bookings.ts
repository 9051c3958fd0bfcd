import type { Hub } from "../http/serve.ts";
import { createLane } from "../lane/lane.ts";
import { appointmentRoutes } from "./appointments/routes.ts";
import { openingFinder } from "./citizen-bookings/find-opening.ts";
import { citizenBookingRoutes } from "./citizen-bookings/routes.ts";
import { explanationRoutes } from "./explanations/routes.ts";
import { holdRoutes } from "./holds/routes.ts";

/** What takes and frees time: three features over one lane per process; and why it would or would not. */
export function bookingRoutes(hub: Hub): void {
  const lane = createLane(hub.deps);
  const findOpening = openingFinder(hub.deps);
  holdRoutes(hub, lane, findOpening);
  appointmentRoutes(hub, lane);
  citizenBookingRoutes(hub, lane, findOpening);
  explanationRoutes(hub, findOpening);
}
