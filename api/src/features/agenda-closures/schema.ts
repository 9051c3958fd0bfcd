import { z } from "@hono/zod-openapi";
import { longestClosureDays, mostAtOnce, outcomes } from "../../domain/agenda-closure.ts";
import { acknowledge, agendaInstant, externalId, id, version, violationSchema } from "../../http/schema.ts";
import { appointmentId, referenceNumber, startAt } from "../appointments/schema.ts";
import { slotExample, slotId, slotSchema } from "../slots/schema.ts";

export const professionalId = id("pro", "Whose agenda is closed.");
const placeId = id("plc", "Where.");

const wanted = {
  placeId: placeId.openapi({ description: "At which place; what they do elsewhere goes on." }),
  from: agendaInstant.optional().openapi({
    description: "CLOSE-02: when it begins, included; now when absent.",
    example: "2027-03-08T08:00:00-05:00",
  }),
  to: agendaInstant.openapi({
    description: `CLOSE-02: when it ends, excluded; at most ${String(longestClosureDays)} days later.`,
    example: "2027-03-13T00:00:00-05:00",
  }),
};

export const agendaClosureSchema = z
  .discriminatedUnion("appointments", [
    z
      .strictObject({
        ...wanted,
        appointments: z.literal("cancel").openapi({ description: "CLOSE-09: they are cancelled by the clinic." }),
      })
      .openapi("AgendaClosureCancelling"),
    z
      .strictObject({
        ...wanted,
        appointments: z.literal("keep").openapi({ description: "CLOSE-07: they stay as they are, off-slot." }),
      })
      .openapi("AgendaClosureKeeping"),
    z
      .strictObject({
        ...wanted,
        appointments: z
          .literal("move")
          .openapi({ description: "CLOSE-10: they go to another agenda, at the same time." }),
        toProfessionalId: id("pro", "CLOSE-10: who sees these patients instead."),
        toPlaceId: placeId.optional().openapi({
          description:
            "And where: when absent, the place of the slot they get into, or else where they were (MOVE-04, APPT-14).",
        }),
        acknowledge: acknowledge.openapi({
          description: "CLOSE-11: codes of warnings in spite of which an appointment is moved.",
          example: ["OVERLAPS_APPOINTMENT"],
        }),
      })
      .openapi("AgendaClosureMoving"),
  ])
  .openapi("AgendaClosure", { description: "What is to become of the appointments says `appointments`." });
export type AgendaClosureBody = z.infer<typeof agendaClosureSchema>;

const deletedSlot = z
  .object({
    slotId,
    externalId: externalId.nullable().openapi({ description: "The calling machine's own name of it, if it had one." }),
    startAt: agendaInstant.openapi({ description: "When it began." }),
    endAt: agendaInstant.openapi({ description: "When it ended.", example: "2027-03-08T12:00:00-05:00" }),
  })
  .openapi("DeletedSlot");

export const settledAppointmentSchema = z
  .object({
    appointmentId,
    externalId: externalId.nullable().openapi({ description: "The calling machine's own name of it, if bound." }),
    referenceNumber,
    version: version.openapi({ description: "As it is now." }),
    startAt,
    outcome: z.enum(outcomes).openapi({
      description:
        "`cancelled`, `moved`, `kept` (asked for, or never settled by a closing), or `refused`: it is as it was, and " +
        "`violations` say why.",
      example: "cancelled",
    }),
    rule: z.string().openapi({ description: "The rule that this outcome follows.", example: "CLOSE-09" }),
    to: z
      .object({ professionalId: id("pro", "Whose agenda it is in now."), placeId })
      .nullable()
      .openapi({ description: "Where it was moved.", example: null }),
    warnings: z.array(violationSchema).openapi({ description: "What was acknowledged.", example: [] }),
    violations: z.array(violationSchema).openapi({
      description: "As appointments.move or appointments.cancel would answer; their pointers are into that call.",
      example: [],
    }),
    reachable: z
      .boolean()
      .openapi({ description: "CLOSE-12: whether a message can reach the patient.", example: true }),
  })
  .openapi("SettledAppointment");
export type SettledAppointment = z.infer<typeof settledAppointmentSchema>;

export const agendaClosedSchema = z
  .object({
    professionalId,
    placeId,
    from: wanted.from.unwrap().openapi({ description: "When the closing begins." }),
    to: wanted.to.openapi({ description: "When it ends." }),
    slots: z
      .object({
        deleted: z.array(deletedSlot).openapi({ description: "CLOSE-04: those of which nothing is left." }),
        shortened: z
          .array(slotSchema)
          .openapi({ description: "CLOSE-04: those of which a beginning or an end is left, as they are now." }),
        created: z
          .array(slotSchema)
          .openapi({ description: "CLOSE-04: what is left after a middle that is gone; new slots." }),
        incomplete: z.array(slotId).openapi({
          description: "CLOSE-05: slots in the interval that have no place yet; they stay.",
          example: [],
        }),
      })
      .openapi("WithdrawnSlots"),
    releasedHolds: z.number().int().min(0).openapi({ description: "CLOSE-06: how many holds have ended.", example: 1 }),
    appointments: z.array(settledAppointmentSchema).openapi({
      description: `CLOSE-07: each that reaches into the interval, by start; at most ${mostAtOnce.toLocaleString("en-CA")}.`,
    }),
    unreachable: z.array(appointmentId).openapi({
      description:
        "CLOSE-12: those cancelled or moved whose patient no message can reach and somebody has to phone. " +
        "appointments.list reads whom, by `ids`.",
    }),
  })
  .openapi("AgendaClosed");
export type AgendaClosed = z.infer<typeof agendaClosedSchema>;

export const agendaClosureExample: AgendaClosureBody = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  from: "2027-03-08T10:00:00-05:00",
  to: "2027-03-13T00:00:00-05:00",
  appointments: "cancel",
};

export const agendaClosedExample: AgendaClosed = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  from: "2027-03-08T10:00:00-05:00",
  to: "2027-03-13T00:00:00-05:00",
  slots: {
    deleted: [
      {
        slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2j",
        externalId: "101-2027-03-09-0800",
        startAt: "2027-03-09T08:00:00-05:00",
        endAt: "2027-03-09T12:00:00-05:00",
      },
    ],
    shortened: [{ ...slotExample, version: 2, endAt: "2027-03-08T10:00:00-05:00" }],
    created: [],
    incomplete: [],
  },
  releasedHolds: 1,
  appointments: [
    {
      appointmentId: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h",
      externalId: "101-2027-03-09-0900",
      referenceNumber: "1000000042",
      version: 2,
      startAt: "2027-03-09T09:00:00-05:00",
      outcome: "cancelled",
      rule: "CLOSE-09",
      to: null,
      warnings: [],
      violations: [],
      reachable: false,
    },
  ],
  unreachable: ["apt_01m8qk5v0e7kqv8f0a3n6c9d2h"],
};
