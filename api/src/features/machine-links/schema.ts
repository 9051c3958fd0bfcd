import { z } from "@hono/zod-openapi";
import { version } from "../../http/schema.ts";
import { machineId } from "../machines/schema.ts";
import { placeId } from "../places/schema.ts";
import { vendorId } from "../vendors/schema.ts";

const servicesManagedBy = z.enum(["machine", "staff"]).openapi({
  description: "LCGA-04: who keeps the services of the professionals of this place.",
  example: "machine",
});

export const machineLinkSchema = z
  .object({
    placeId,
    version,
    machineId,
    vendorId,
    servicesManagedBy,
    linkedAt: z.iso.datetime().openapi({ description: "Since when, in UTC.", example: "2027-03-01T12:00:00.000Z" }),
  })
  .openapi("MachineLink");
export type MachineLink = z.infer<typeof machineLinkSchema>;

export const newMachineLinkSchema = z
  .strictObject({
    machineId,
    servicesManagedBy: servicesManagedBy.optional(),
  })
  .openapi("NewMachineLink", {
    description: "Without `servicesManagedBy`: as before; for a new link `machine` in the sandbox, else `staff`.",
  });
export type NewMachineLink = z.infer<typeof newMachineLinkSchema>;

export const newMachineLinkExample: NewMachineLink = {
  machineId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
  servicesManagedBy: "machine",
};

export const machineLinkExample: MachineLink = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  machineId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
  vendorId: "vnd_01m8qk5v0e7kqv8f0a3n6c9d2h",
  servicesManagedBy: "machine",
  linkedAt: "2027-03-01T12:00:00.000Z",
};
