import { z } from "@hono/zod-openapi";
import { id, externalId, localDate, says, version } from "../../http/schema.ts";
import { appointmentExample, appointmentSchema } from "../appointments/schema.ts";
import { serviceExample, serviceSchema } from "../services/schema.ts";
import { slotExample, slotSchema } from "../slots/schema.ts";

/** What a snapshot lists, in this order; also what a change may show whole (`include=resource`). */
export const resourceTypes = ["service", "slot", "appointment"] as const;
export type ResourceType = (typeof resourceTypes)[number];

export const resourceSchema = z.union([serviceSchema, slotSchema, appointmentSchema]);
export type Resource = z.infer<typeof resourceSchema>;

export const newSnapshotSchema = z
  .strictObject({
    placeIds: z
      .array(id("plc", "A place linked with this machine."))
      .min(1)
      .max(1000)
      .optional()
      .openapi({ description: "Only these places; every place linked with the machine when absent." }),
    objectTypes: z
      .array(z.enum(resourceTypes))
      .min(1)
      .max(resourceTypes.length)
      .optional()
      .openapi({
        description: "Only these kinds; all of them when absent. Each needs the scope that reading it needs.",
        example: ["slot", "appointment"],
      }),
    from: localDate.optional().openapi({
      description:
        "SYNC-31: slots and appointments from this local date of their place on; today when absent. Services have no date.",
      example: "2027-03-01",
    }),
    to: localDate
      .optional()
      .openapi({ description: "Local date after the last one (it is not included); without end when absent." }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ["to"],
    ...says("`to` suit `from`.", "`to` is after `from`."),
  })
  .openapi("NewSnapshot");
export type NewSnapshot = z.infer<typeof newSnapshotSchema>;

const objectLine = {
  type: z.literal("object"),
  objectId: z.string().openapi({ example: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
  version: version.openapi({ description: "Keep the object only over a lower version." }),
  externalId: externalId.nullable().openapi({
    description: "This vendor's identifier of the object; null when it is bound to none (adoptions.create).",
  }),
};
const counted = (description: string, example: number) => z.number().int().min(0).openapi({ description, example });

const serviceLine = z.object({ ...objectLine, objectType: z.literal("service"), object: serviceSchema });
const slotLine = z.object({ ...objectLine, objectType: z.literal("slot"), object: slotSchema });
const appointmentLine = z.object({ ...objectLine, objectType: z.literal("appointment"), object: appointmentSchema });
const endLine = z.object({
  type: z.literal("end"),
  cursor: z.string().openapi({
    description: "Where to follow from with changes.list. It was taken before the first object was read.",
    example: "eyJlc3RfMDFtOHFr…",
  }),
  counts: z
    .object({
      services: counted("Lines of services.", 8),
      slots: counted("Lines of slots.", 240),
      appointments: counted("Lines of appointments.", 310),
    })
    .openapi({ description: "How many lines there were before this one." }),
});

/** `object` is the object as its own GET shows it. */
export const snapshotLineSchema = z
  .union([
    serviceLine.openapi("SnapshotService"),
    slotLine.openapi("SnapshotSlot"),
    appointmentLine.openapi("SnapshotAppointment"),
    endLine.openapi("SnapshotEnd"),
  ])
  .openapi("SnapshotLine");
export type SnapshotLine = z.infer<typeof snapshotLineSchema>;
export type SnapshotObject = Exclude<SnapshotLine, { type: "end" }>;

export const newSnapshotExample: NewSnapshot = { placeIds: ["plc_01m8qk5v0e7kqv8f0a3n6c9d2h"], from: "2027-03-01" };

export const snapshotExample: SnapshotLine[] = [
  {
    ...{ type: "object", objectType: "service", objectId: serviceExample.serviceId, version: serviceExample.version },
    ...{ externalId: null, object: serviceExample },
  },
  {
    ...{ type: "object", objectType: "slot", objectId: slotExample.slotId, version: slotExample.version },
    ...{ externalId: slotExample.externalId, object: slotExample },
  },
  {
    ...{ type: "object", objectType: "appointment", objectId: appointmentExample.appointmentId },
    ...{ version: appointmentExample.version, externalId: appointmentExample.externalId, object: appointmentExample },
  },
  {
    type: "end",
    cursor: "eyJlc3RfMDFtOHFrNXYwZTdrcXY4ZjBhM242YzlkMmgiOls0MTgyLDBdfQ.kq0mB2d8m1cX3s5v7y9A_w",
    counts: { services: 1, slots: 1, appointments: 1 },
  },
];
