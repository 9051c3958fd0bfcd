import type { ChangeObject } from "../../db/change-log.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor, Employee, EndedLink } from "../../domain/actor.ts";
import { everyWorkPlace } from "../../domain/permission.ts";

/** What somebody who follows the log may see of it. */
export interface Reader {
  /** What its cursors are made for. */
  key: string;
  establishments: readonly string[];
  /** Those of them whose log it goes on reading; of the others it may learn no more than how its links ended. */
  linked: readonly string[];
  /** Null: every kind of object. */
  objectTypes: readonly ChangeObject[] | null;
  /** Changes that concern one of these places; null: all. */
  placeIds: readonly string[] | null;
  /** SYNC-55: places whose changes it reads no further than its link with them went. */
  endedLinks: readonly EndedLink[];
  /** SYNC-55: by establishment that is not linked any more, the end of the last link: its log is read no further. */
  readableTo: Readonly<Record<string, number>>;
  /**
   * PERM-16: the agendas it may read, at a place or (null) at all of them; null: every agenda of its places. EMP-02: whom
   * it bounds hears of no employee's record but their own.
   */
  agendas: readonly { professionalId: string; placeId: string | null }[] | null;
  /** Whose names of the objects it is told, and whose writes are its own. */
  vendorId: string | null;
  employeeId: string | null;
}

/** What concerns an agenda; employees, work groups and the establishment's own record are kept in RVSQ (LCGA-04). */
export const agendaObjects = [
  "place",
  "professional",
  "service",
  "serviceGroup",
  "slot",
  "hold",
  "appointment",
  "machineLink",
  "consultationReason",
] as const satisfies readonly ChangeObject[];

/**
 * LCGA-02, SYNC-55: a machine follows the places linked with it, and those it was linked with to the end of the link; staff follow the whole of their establishment, of its agendas
 * those they may read (PERM-16 to PERM-18), and of its employees' records those they may read (EMP-02).
 *
 * A cursor belongs to the machine rather than to its vendor: two machines of one vendor at two places see different
 * changes, and a cursor taken from the other would pass over some unseen.
 */
export function readerOf(actor: ClinicActor): Reader {
  const establishments = establishmentsOf(actor);
  switch (actor.kind) {
    case "machine": {
      const endedLinks = (actor.endedLinks ?? []).filter(
        ({ placeId }) => !actor.links.some((link) => link.placeId === placeId),
      );
      const readableTo = lastEnds(
        endedLinks.filter(({ establishmentId }) => !establishments.includes(establishmentId)),
      );
      return {
        key: `machine:${actor.machineId}`,
        establishments: [...establishments, ...Object.keys(readableTo)].sort(),
        linked: establishments,
        objectTypes: agendaObjects,
        placeIds: actor.links.map(({ placeId }) => placeId),
        endedLinks,
        readableTo,
        agendas: null,
        vendorId: actor.vendorId,
        employeeId: null,
      };
    }
    case "employee":
      return {
        key: `employee:${actor.employeeId}`,
        establishments,
        linked: establishments,
        objectTypes: null,
        placeIds: null,
        endedLinks: [],
        readableTo: {},
        agendas: agendasOf(actor),
        vendorId: null,
        employeeId: actor.employeeId,
      };
  }
}

function lastEnds(endedLinks: readonly EndedLink[]): Record<string, number> {
  const ends: Record<string, number> = {};
  for (const { establishmentId, seq } of endedLinks) ends[establishmentId] = Math.max(seq, ends[establishmentId] ?? 0);
  return ends;
}

/** PERM-12: a grant for all work places counts at each of them. */
function agendasOf({ profile, professionalId, grants, workPlaceIds }: Employee): Reader["agendas"] {
  if (profile !== "user") return null;
  const own = professionalId === null ? [] : [{ professionalId, placeId: null }];
  const granted = grants.flatMap((grant) =>
    (grant.placeId === everyWorkPlace ? workPlaceIds : [grant.placeId]).map((placeId) => ({
      professionalId: grant.professionalId,
      placeId,
    })),
  );
  return [...own, ...granted];
}

/** What the cursors of a reader are made for: they are good for nobody else. */
export function cursorOf(reader: Reader): string {
  return `changes.list|${reader.key}`;
}
