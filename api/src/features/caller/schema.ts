import { z } from "@hono/zod-openapi";
import { machineScopes, nurseMentions } from "../../domain/actor.ts";
import { id } from "../../http/schema.ts";

const link = z.object({
  establishmentId: id("est", "Establishment of the place."),
  placeId: id("plc", "Place the machine is linked with."),
  servicesManagedBy: z.enum(["machine", "staff"]).openapi({ description: "LCGA-04: who keeps the services there." }),
});

export const callerSchema = z
  .object({
    kind: z.enum(["machine", "employee", "citizen", "nurse", "operator"]),
    machineId: id("mch", "The machine identifier.").nullable(),
    employeeId: id("emp", "The employee.").nullable(),
    professionalId: id("pro", "The professional that the employee is.").nullable(),
    profile: z.enum(["localAdmin", "superUser", "user"]).nullable().openapi({ description: "PERM-01." }),
    nurseMention: z
      .enum(nurseMentions)
      .nullable()
      .openapi({ description: "APPT-43: of a nurse, as it is kept with what they book.", example: null }),
    scopes: z.array(z.enum(machineScopes)).openapi({ description: "What the machine's token may do." }),
    links: z.array(link).openapi({ description: "LCGA-02: where the machine may act." }),
  })
  .openapi("Caller");
export type CallerBody = z.infer<typeof callerSchema>;

export const callerExample: CallerBody = {
  kind: "machine",
  machineId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
  employeeId: null,
  professionalId: null,
  profile: null,
  nurseMention: null,
  scopes: ["places.read", "slots.read", "slots.write"],
  links: [
    {
      establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
      placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
      servicesManagedBy: "machine",
    },
  ],
};
