import { z } from "@hono/zod-openapi";
import { serviceTypes } from "../../domain/opening.ts";
import { serviceReasons } from "../../domain/reason.ts";
import { id, page, pageQuery, version } from "../../http/schema.ts";

export const serviceId = id("svc", "Identifies a service.");
const professionalId = id("pro", "The professional who offers it.");

/** EMP-20: the record of an employee may be named too; one who is no professional is refused as such. */
export const professionalRef = z
  .string()
  .regex(/^(pro|emp)_[0-9a-hjkmnp-tv-z]{26}$/)
  .openapi({
    description: "The professional, or that professional's employee record.",
    example: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  });

export const serviceType = z.enum(serviceTypes).openapi({
  description: "SVC-03: MF (family physician), GMF (family medicine group), GEN (general).",
  example: "GEN",
});
export const serviceReason = z.enum(serviceReasons).openapi({
  description: "A consultation reason, or `allReasons`: offered whatever the reason searched (SVC-10).",
  example: "regular",
});
export const durationMinutes = z
  .number()
  .int()
  .min(5)
  .max(480)
  .openapi({ description: "Length of an appointment, in minutes.", example: 20 });

export const serviceSchema = z
  .object({
    serviceId,
    version,
    professionalId,
    type: serviceType,
    consultationReason: serviceReason,
    durationMinutes,
    active: z.boolean().openapi({ description: "False once deleted: past slots still list it (SVC-20)." }),
  })
  .openapi("Service");
export type Service = z.infer<typeof serviceSchema>;

export const newServiceSchema = z
  .strictObject({
    professionalId: professionalRef,
    type: serviceType,
    consultationReason: serviceReason,
    durationMinutes,
  })
  .openapi("NewService");
export type NewService = z.infer<typeof newServiceSchema>;

/** SVC-17: whatever is sent is refused. */
export const serviceChangeSchema = z
  .strictObject({
    type: serviceType.optional(),
    consultationReason: serviceReason.optional(),
    durationMinutes: durationMinutes.optional(),
  })
  .openapi("ServiceChange");

export const servicePage = page("ServicePage", serviceSchema);

export const serviceQuery = z.strictObject({
  professionalId: professionalRef.optional(),
  active: z
    .enum(["true", "false"])
    .optional()
    .openapi({ description: "Only those in use, or only those deleted.", example: "true" }),
  ...pageQuery,
});
export type ServiceQuery = z.infer<typeof serviceQuery>;

export const newServiceExample: NewService = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  type: "GMF",
  consultationReason: "regular",
  durationMinutes: 20,
};

export const serviceExample: Service = {
  serviceId: "svc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  type: "GMF",
  consultationReason: "regular",
  durationMinutes: 20,
  active: true,
};
