import type { ChangeObject } from "../../db/change-log.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor } from "../../domain/actor.ts";

/** What somebody who follows the log may see of it. */
export interface Reader {
  /** What its cursors are made for. */
  key: string;
  establishments: readonly string[];
  /** Null: every kind of object. */
  objectTypes: readonly ChangeObject[] | null;
  /** Changes that concern one of these places; null: all. */
  placeIds: readonly string[] | null;
  /** Whose names of the objects it is told, and whose writes are its own. */
  vendorId: string | null;
  employeeId: string | null;
}

/** What concerns an agenda; employees and the establishment's own record are kept in RVSQ (LCGA-04). */
const agendaObjects: readonly ChangeObject[] = [
  "place",
  "professional",
  "service",
  "slot",
  "hold",
  "appointment",
  "machineLink",
];

/**
 * LCGA-02: a machine follows the places linked with it; staff follow the whole of their establishment.
 *
 * A cursor belongs to the machine rather than to its vendor: two machines of one vendor at two places see different
 * changes, and a cursor taken from the other would pass over some unseen.
 */
export function readerOf(actor: ClinicActor): Reader {
  const establishments = establishmentsOf(actor);
  switch (actor.kind) {
    case "machine":
      return {
        key: `machine:${actor.machineId}`,
        establishments,
        objectTypes: agendaObjects,
        placeIds: actor.links.map(({ placeId }) => placeId),
        vendorId: actor.vendorId,
        employeeId: null,
      };
    case "employee":
      return {
        key: `employee:${actor.employeeId}`,
        establishments,
        objectTypes: null,
        placeIds: null,
        vendorId: null,
        employeeId: actor.employeeId,
      };
  }
}
