import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { readableAgendas } from "../../domain/agenda-filter.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { checkCriteria, startsWithin } from "../../domain/appointment-search.ts";
import { refuseAny } from "../../domain/decision.ts";
import { allReasons } from "../../domain/reason.ts";
import { perZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { recordAccess } from "../access/store.ts";
import { readNam } from "./known-patient.ts";
import { storedBody } from "./reading.ts";
import type { AppointmentBody, AppointmentSearch } from "./schema.ts";
import { readMatchingAppointments } from "./search-store.ts";
import type { SearchedFor } from "./search-store.ts";
import type { AppointmentPosition, AppointmentReading } from "./store.ts";

/** SEARCH-20 to SEARCH-27: appointments by criteria; SEARCH-25, CANCEL-16: each tells what the caller may do with it. */
export async function searchAppointments(
  deps: Deps,
  call: Call<ClinicActor>,
  { cursor, limit, ...criteria }: AppointmentSearch,
): Promise<Page<AppointmentBody>> {
  refuseAny(checkCriteria(criteria));
  const { actor } = call;
  const { nam, startDate, endDate, consultationReason, ...rest } = criteria;
  const starts = perZone((zone) => startsWithin({ startDate, endDate }, zone));
  const wanted: SearchedFor = {
    ...rest,
    namIndex: nam === undefined ? undefined : deps.secrets.namIndex(readNam(nam, "/nam")),
    // SEARCH-23
    consultationReason: consultationReason === allReasons ? undefined : consultationReason,
    from: perZone((zone) => starts[zone].from),
    to: perZone((zone) => starts[zone].to),
  };
  const vendorId = actor.kind === "machine" ? actor.vendorId : null;
  const madeFor = `appointments.search|${JSON.stringify([establishmentsOf(actor), wanted])}`;
  const page = { limit, ...(cursor === undefined ? {} : { cursor }) };
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const { items, nextCursor } = await paginate<AppointmentReading, AppointmentPosition>(
      deps,
      madeFor,
      page,
      async (after, most) => ({
        rows: await readMatchingAppointments(tx, readableAgendas(actor), wanted, vendorId, after, most),
        positionOf: ({ startAt, appointmentId }) => ({ startAt, appointmentId }),
      }),
      "/cursor",
    );
    await recordAccess(deps, tx, { ...call, purpose: "appointments.search" }, items);
    return { items: items.map((row) => storedBody(deps, call, row)), nextCursor };
  });
}
