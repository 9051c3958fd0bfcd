import { z } from "@hono/zod-openapi";
import { agendaViews, everybody, longestView } from "../../domain/agenda-view.ts";
import { id, instant, localDate, page, pageQuery } from "../../http/schema.ts";
import { timeZones } from "../../domain/time.ts";
import { appointmentExample, appointmentSchema } from "../appointments/schema.ts";
import { holdSchema } from "../holds/schema.ts";
import { freshnessExample, freshnessSchema } from "../machine-links/schema.ts";
import { slotExample, slotSchema } from "../slots/schema.ts";

const establishmentId = id("est", "The establishment.");
export const professionalId = id("pro", "Whose agendas these are.");
const placeId = id("plc", "Where.");

const count = (description: string, example: number) => z.number().int().min(0).openapi({ description, example });

export const agendaSlotSchema = z
  .object({
    ...slotSchema.shape,
    public: z
      .literal(true)
      .optional()
      .openapi({ description: "SLOT-49: of a public slot; absent from a private one.", example: true }),
    openings: z
      .object({
        total: count("Appointments that the slot has room for.", 12),
        taken: count("Those whose time is taken.", 3),
        free: count("Those that can still be booked: neither taken, nor held, nor past.", 8),
      })
      .openapi("OpeningCounts", { description: "How much is left when the agenda was read." }),
  })
  .openapi("AgendaSlot");
export type AgendaSlot = z.infer<typeof agendaSlotSchema>;

const manageable = z
  .boolean()
  .openapi({ description: "VIEW-06: whether the caller may change it: only with WRITE.", example: true });

export const agendaSchema = z
  .object({
    placeId,
    placeLabel: z
      .string()
      .openapi({ description: "PLACE-04: the place's abbreviation, else its name.", example: "Faubourg" }),
    timeZone: z
      .enum(timeZones)
      .openapi({ description: "Of the place: its days are these.", example: "America/Toronto" }),
    from: localDate.openapi({ description: "First day." }),
    to: localDate.openapi({ description: "Last day, included." }),
    freshness: freshnessSchema,
    manageable,
    slots: z.array(agendaSlotSchema).openapi({ description: "SLOT-49: those that touch these days, by start." }),
    appointments: z.array(appointmentSchema).openapi({
      description:
        "The active ones that touch these days, by start; `slotId` is null of one outside any slot (hors plage).",
    }),
    holds: z.array(holdSchema).openapi({ description: "HOLD-03: times that somebody is booking at this moment." }),
  })
  .openapi("Agenda", { description: "VIEW-01: the slots and appointments of a professional at a place." });
export type Agenda = z.infer<typeof agendaSchema>;

export const professionalAgendasSchema = z
  .object({
    professionalId,
    professionalName: z.string().openapi({ description: "The professional's name.", example: "Camille Tremblay" }),
    establishmentId,
    readAt: instant.openapi({
      description: "VIEW-07: what was written before it is shown; a booking is decided on what there is by then, UTC.",
      example: "2027-03-08T13:00:00.000Z",
    }),
    manageable: manageable.openapi({
      description: "VIEW-06, PERM-19: whether the caller may change one of these agendas, and so the incomplete slots.",
    }),
    agendas: z.array(agendaSchema).openapi({ description: "One for each place, of those the caller may read." }),
    incompleteSlots: z.array(slotSchema).openapi({
      description: "SLOT-06: slots without a place yet are in none of the agendas; empty when one place is asked for.",
    }),
  })
  .openapi("ProfessionalAgendas");
export type ProfessionalAgendas = z.infer<typeof professionalAgendasSchema>;

export const professionalAgendasPage = page("ProfessionalAgendasPage", professionalAgendasSchema);

const days = String(longestView);

export const agendaQuery = z.strictObject({
  placeId: placeId.optional().openapi({ description: "Only the agenda at this place." }),
  view: z.enum(agendaViews).optional().openapi({
    description: "`day` (default), `week` from Sunday to Saturday, or `upcoming`: the days that come.",
    example: "week",
  }),
  date: localDate
    .optional()
    .openapi({ description: "The day, one of the week, or the first that comes; today when absent." }),
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(longestView)
    .optional()
    .openapi({ description: `How many upcoming days, 14 when absent.`, example: 7 }),
  from: localDate.optional().openapi({ description: `In place of a view: the first day, at most ${days} in all.` }),
  to: localDate.optional().openapi({ description: "And the last, included.", example: "2027-03-12" }),
});
export type AgendaQuery = z.infer<typeof agendaQuery>;

export const agendaListQuery = z.strictObject({
  date: localDate.optional().openapi({ description: "One day; today when absent." }),
  placeId: placeId.optional().openapi({ description: "Only the agendas at this place." }),
  professionalIds: z
    .string()
    .max(4000)
    .optional()
    .openapi({
      description:
        `VIEW-04: up to 100 professionals, comma separated, or \`${everybody}\`; those whose agenda the caller may not read are ` +
        "left out. VIEW-02, VIEW-03: without it a user has their own agenda or none, agenda software everybody's.",
      example: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
    }),
  cursor: pageQuery.cursor,
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(50)
    .openapi({ description: "Professionals per page.", example: 50 }),
});
export type AgendaListQuery = z.infer<typeof agendaListQuery>;

export const professionalAgendasExample: ProfessionalAgendas = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  professionalName: "Camille Tremblay",
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  readAt: "2027-03-08T13:00:00.000Z",
  manageable: true,
  agendas: [
    {
      placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
      placeLabel: "Faubourg",
      timeZone: "America/Toronto",
      from: "2027-03-08",
      to: "2027-03-08",
      freshness: freshnessExample,
      manageable: true,
      slots: [{ ...slotExample, externalId: null, public: true, openings: { total: 12, taken: 3, free: 8 } }],
      appointments: [appointmentExample],
      holds: [],
    },
  ],
  incompleteSlots: [],
};
