import { z } from "@hono/zod-openapi";
import { problemCodes } from "../../domain/problems.ts";
import { id, instant, says } from "../../http/schema.ts";
import { behaviours, deeds } from "../../sandbox/behaviours.ts";

const behaviour = z.enum(behaviours).openapi({
  description:
    "`book`; `cancel` an appointment of theirs; `changeMind` (cancel, and book another time); `doubleClick` (the same form " +
    "twice at once); `race` (many citizens, one opening); `noShow` (the clinic marks as absent whoever of them was not " +
    "seen; without one, somebody books who will not come).",
  example: "book",
});

const shared = {
  placeId: id("plc", "Only at this place.").optional(),
  professionalId: id("pro", "Only with this professional.").optional(),
  seed: z.number().int().min(0).max(2_147_483_647).default(1).openapi({
    description:
      "The same seed in the same world does the same. Each seed modulo 400 has a hundred citizens of its own.",
    example: 42,
  }),
};

export const actSchema = z
  .strictObject({
    behaviour,
    ...shared,
    count: z.number().int().min(1).max(40).optional().openapi({
      description: "How often; of `race`, how many citizens (10 when left out).",
      example: 1,
    }),
  })
  .openapi("SandboxCitizensAct");
export type ActInput = z.infer<typeof actSchema>;

const weight = z.number().min(0).max(100).optional();

export const simulateSchema = z
  .strictObject({
    ...shared,
    steps: z.number().int().min(1).max(1000).openapi({ description: "How many times somebody acts.", example: 100 }),
    mix: z
      .strictObject({
        book: weight,
        cancel: weight,
        changeMind: weight,
        doubleClick: weight,
        race: weight,
        noShow: weight,
      })
      .refine(
        (mix) => Object.values(mix).some((each) => (each ?? 0) > 0),
        says("Au moins un poids est positif.", "At least one weight is positive."),
      )
      .optional()
      .openapi({
        description: "Weights; what is left out does not happen. Without a mix: 5, 2, 1, 1, 1 and 1.",
        example: { book: 5, cancel: 2 },
      }),
  })
  .openapi("SandboxCitizensSimulation");
export type SimulationInput = z.infer<typeof simulateSchema>;

const doneSchema = z
  .object({
    behaviour,
    citizen: z.number().int().openapi({ description: "Which of the robots.", example: 4207 }),
    did: z.enum(deeds).openapi({
      description:
        "What came of it. `replayed`: the answer of the same command; `absent`: marked so by the clinic; `foundNothing`: " +
        "nothing is offered that could be booked.",
      example: "booked",
    }),
    code: z.enum(problemCodes).nullable().openapi({ description: "Why it was refused.", example: null }),
    placeId: id("plc", "Where.").nullable(),
    professionalId: id("pro", "With whom; null where the place masks it (PLACE-27).").nullable(),
    slotId: id("slt", "In which slot, when it was booked just now.").nullable(),
    startAt: instant.nullable(),
    appointmentId: id("apt", "Which appointment.").nullable(),
    referenceNumber: z.string().nullable().openapi({ description: "Its reference number.", example: "1000000042" }),
  })
  .openapi("SandboxCitizenAct");
export type Done = z.infer<typeof doneSchema>;

export const doneListSchema = z
  .object({ items: z.array(doneSchema).openapi({ description: "In the order in which it was done." }) })
  .openapi("SandboxCitizenActs");

export const doneExample: Done = {
  behaviour: "book",
  citizen: 4207,
  did: "booked",
  code: null,
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  appointmentId: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  referenceNumber: "1000000042",
};
