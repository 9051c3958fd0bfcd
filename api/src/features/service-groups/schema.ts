import { z } from "@hono/zod-openapi";
import { id, page, pageQuery, version } from "../../http/schema.ts";
import { professionalRef, serviceId } from "../services/schema.ts";

export const serviceGroupId = id("grp", "Identifies a service group (regroupement de services).");
const professionalId = id("pro", "Whose services it holds.");

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .openapi({ description: "GRP-02: unique among the professional's groups.", example: "Suivis" });
const serviceIds = z.array(serviceId).openapi({
  description:
    "Sorted. Empty when the last service has been deleted (SVC-21): the group is then of no use until filled.",
});
/** As many as a slot takes. */
const wantedServiceIds = z.array(serviceId).min(1).max(50).openapi({
  description:
    "GRP-04 to GRP-07: services of this professional, of one type and one duration, none of them for all reasons.",
});

export const serviceGroupSchema = z
  .object({ serviceGroupId, version, professionalId, name, serviceIds })
  .openapi("ServiceGroup");
export type ServiceGroup = z.infer<typeof serviceGroupSchema>;

export const newServiceGroupSchema = z
  .strictObject({ professionalId: professionalRef, name, serviceIds: wantedServiceIds })
  .openapi("NewServiceGroup");
export type NewServiceGroup = z.infer<typeof newServiceGroupSchema>;

export const serviceGroupChangeSchema = z
  .strictObject({
    name: name.optional(),
    serviceIds: wantedServiceIds
      .optional()
      .openapi({ description: "Every service that the group is to hold; those left out leave it." }),
  })
  .openapi("ServiceGroupChange");
export type ServiceGroupChange = z.infer<typeof serviceGroupChangeSchema>;

export const serviceGroupPage = page("ServiceGroupPage", serviceGroupSchema);

export const serviceGroupQuery = z.strictObject({ professionalId: professionalRef.optional(), ...pageQuery });
export type ServiceGroupQuery = z.infer<typeof serviceGroupQuery>;

export const newServiceGroupExample: NewServiceGroup = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  name: "Suivis",
  serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h", "svc_01m8qk5v0e7kqv8f0a3n6c9d2j"],
};

export const serviceGroupExample: ServiceGroup = {
  serviceGroupId: "grp_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  ...newServiceGroupExample,
};
