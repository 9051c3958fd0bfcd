import type { ClinicActor } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import type { ServiceType } from "./opening.ts";
import { managesConfiguration } from "./permission.ts";
import { refuseInactive } from "./reason.ts";
import type { ConsultationReason, ServiceReason } from "./reason.ts";

/** SVC-01: what a professional offers. Immutable but for its end (SVC-17). */
export interface Service {
  serviceId: string;
  professionalId: string;
  type: ServiceType;
  consultationReason: ServiceReason;
  durationMinutes: number;
  active: boolean;
}

export type ServiceTriple = Pick<Service, "type" | "consultationReason" | "durationMinutes">;

/**
 * SVC-02, GRP-01: local administrators and super users manage services and their groups, not even the professional
 * concerned does; `rule` is the one that says so of what is written.
 * LCGA-04: a machine does when its link at a place of the professional says that it manages them.
 */
export function refuseServiceWrite(
  actor: ClinicActor,
  professional: { establishmentId: string; placeIds: readonly string[] },
  rule = "SVC-02",
): Violation | undefined {
  switch (actor.kind) {
    case "employee":
      return managesConfiguration(actor) ? undefined : violation(rule, "FORBIDDEN");
    case "machine": {
      const links = actor.links.filter(
        ({ establishmentId, placeId }) =>
          establishmentId === professional.establishmentId && professional.placeIds.includes(placeId),
      );
      if (links.length === 0) return violation("LCGA-02", "MACHINE_NOT_LINKED");
      const managed = links.some(({ servicesManagedBy }) => servicesManagedBy === "machine");
      return managed ? undefined : violation("LCGA-04", "MANAGED_IN_RVSQ");
    }
  }
}

/**
 * REASON-11: for an active reason. SVC-04: GMF in a GMF only. SVC-23: an active service of a professional is unique; a
 * deleted one may be made again.
 */
export function decideService<S extends ServiceTriple & { active: boolean }>(
  wanted: ServiceTriple,
  facts: { isGmf: boolean; services: readonly S[]; inactiveReasons: readonly ConsultationReason[] },
): Decision<ServiceTriple> {
  const inactive = refuseInactive(wanted.consultationReason, facts.inactiveReasons);
  const violations: Violation[] = inactive === undefined ? [] : [inactive];
  if (wanted.type === "GMF" && !facts.isGmf) violations.push(violation("SVC-04", "NOT_A_GMF", "/type"));
  if (facts.services.some((service) => service.active && sameTriple(service, wanted)))
    violations.push(violation("SVC-23", "SERVICE_DUPLICATE"));
  return violations.length > 0 ? refuse(...violations) : accept(wanted);
}

/** SVC-18, SVC-19: `lastSlotEnd` is the latest end of the slots that carry the service; one under way still counts. */
export function decideServiceDeletion(lastSlotEnd: number | null, now: number): Decision<null> {
  if (lastSlotEnd !== null && lastSlotEnd >= now) return refuse(violation("SVC-18", "SERVICE_IN_USE"));
  return accept(null);
}

export function sameTriple(a: ServiceTriple, b: ServiceTriple): boolean {
  return a.type === b.type && a.consultationReason === b.consultationReason && a.durationMinutes === b.durationMinutes;
}
