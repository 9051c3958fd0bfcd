import type { Hub } from "../http/serve.ts";
import { createLane } from "../lane/lane.ts";
import { appointmentRoutes } from "./appointments/routes.ts";
import { citizenBookingRoutes } from "./citizen-bookings/routes.ts";

/** What takes and frees time: features over one lane per process. */
export function bookingRoutes(hub: Hub): void {
  const lane = createLane(hub.deps);
  appointmentRoutes(hub, lane);
  citizenBookingRoutes(hub, lane);
}
