import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { allReasons } from "./reason.ts";
import type { Service, ServiceTriple } from "./service.ts";

/** What a group of services (regroupement) holds. GRP-08: other groups of the professional may hold the same services. */
export interface ServiceGroupContent {
  name: string;
  /** Sorted, each once. Empty when the last of them has been deleted (SVC-21): then it cannot be used until it is filled. */
  serviceIds: readonly string[];
}

/** What is asked of a group; what is left out stays as it is (GRP-09). */
export interface ServiceGroupWish {
  name?: string | undefined;
  serviceIds?: readonly string[] | undefined;
}

export interface ServiceGroupFacts {
  /** GRP-02, GRP-03: the names of the professional's other groups. */
  otherNames: readonly string[];
  /** The professional's own services, deleted ones included. */
  services: ReadonlyMap<string, ServiceTriple & Pick<Service, "active">>;
}

/**
 * GRP-02 to GRP-07, GRP-09: a group as it is to be, or everything that speaks against it, each violation at the service
 * it is about. Services that the group holds already are not asked about again: a service never changes (SVC-17).
 */
export function decideServiceGroup(
  current: ServiceGroupContent,
  wish: ServiceGroupWish,
  facts: ServiceGroupFacts,
): Decision<ServiceGroupContent> {
  const { name = current.name, serviceIds = current.serviceIds } = wish;
  const violations = [
    ...(facts.otherNames.includes(name) ? [violation("GRP-02", "GROUP_NAME_TAKEN", "/name")] : []),
    ...memberViolations(wish.serviceIds ?? [], facts.services),
  ];
  if (violations.length > 0) return refuse(...violations);
  return accept({ name, serviceIds: [...new Set(serviceIds)].sort() });
}

/** SVC-21: the group without a service that is being deleted. */
export function withoutService<G extends ServiceGroupContent>(group: G, serviceId: string): G {
  return { ...group, serviceIds: group.serviceIds.filter((each) => each !== serviceId) };
}

/** The fields in which two contents differ, by their names on the wire. */
export function changedGroupFields(before: ServiceGroupContent, after: ServiceGroupContent): string[] {
  return [
    ...(before.name === after.name ? [] : ["name"]),
    ...(before.serviceIds.join() === after.serviceIds.join() ? [] : ["serviceIds"]),
  ];
}

/** GRP-04 to GRP-07: the first service that may be in a group says of which type and duration the others must be. */
function memberViolations(serviceIds: readonly string[], services: ServiceGroupFacts["services"]): Violation[] {
  const known = serviceIds.map((serviceId) => services.get(serviceId));
  const first = known.find((service) => service?.active === true);
  return known.flatMap((service, index) => {
    const pointer = `/serviceIds/${String(index)}`;
    if (first === undefined || service?.active !== true) return [violation("GRP-04", "SERVICE_NOT_OFFERED", pointer)];
    return [
      ...(service.type === first.type ? [] : [violation("GRP-05", "MIXED_SERVICE_TYPE", pointer)]),
      ...(service.durationMinutes === first.durationMinutes
        ? []
        : [violation("GRP-06", "MIXED_SERVICE_DURATION", pointer)]),
      ...(service.consultationReason === allReasons ? [violation("GRP-07", "ALL_REASONS_NOT_GROUPABLE", pointer)] : []),
    ];
  });
}
