import { z } from "@hono/zod-openapi";
import { visibilities } from "../../domain/opening.ts";
import { templateProfessions, weekdays } from "../../domain/schedule-template.ts";
import { maxAdditionalWeeks } from "../../domain/template-application.ts";
import { id, localDate, page, pageQuery, version, warningsSchema } from "../../http/schema.ts";
import { durationMinutes, serviceReason, serviceType } from "../services/schema.ts";
import { slotId, slotSchema } from "../slots/schema.ts";

export const templateId = id("tpl", "Identifies a schedule template (modèle d'horaire).");
const placeId = id("plc", "TPL-22: where its slots are; chosen once (TPL-24).");
export const professionalId = id("pro", "A professional.");

/** As many slots as fill a week of quarter hours, day and evening. */
const mostSlots = 200;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const weekday = z.enum(weekdays).openapi({ description: "TPL-21, TPL-26: the week is Sunday to Saturday." });
const startTime = time.openapi({ description: "TPL-26: local time at the place.", example: "08:00" });
const endTime = time.openapi({ description: "Later than the start; `00:00` is the end of the day.", example: "12:00" });
const visibility = z.enum(visibilities).openapi({ description: "SLOT-20, SLOT-21.", example: "public" });
const openDaysBefore = z.number().int().min(0).max(366).openapi({
  description: "TPL-30, TPL-33: citizens begin to see the slot so many days before its date, at `openTime`.",
  example: 14,
});
const openTime = time.openapi({ description: "TPL-30, TPL-32: together with `openDaysBefore`.", example: "07:30" });

const templateServiceSchema = z
  .strictObject({ type: serviceType, consultationReason: serviceReason, durationMinutes })
  .openapi("TemplateService");

const services = z.array(templateServiceSchema).openapi({
  description:
    "TPL-09: by type, reason and duration; a professional to whom the template is applied offers each of them by an " +
    "active service of their own. TPL-27: of one type and one duration, all reasons alone.",
});

const newTemplateSlotSchema = z
  .strictObject({
    weekday,
    startTime,
    endTime: endTime.optional().openapi({ description: "TPL-27: four hours after the start when absent." }),
    placeId: placeId.optional().openapi({ description: "TPL-25: no other than the template's." }),
    services: services
      .max(50)
      .openapi({ description: "TPL-28: each offered by a professional who works at the place. TPL-45: at least one." }),
    serviceGroupIds: z
      .array(z.string().max(64))
      .max(50)
      .optional()
      .openapi({ description: "TPL-29: refused; name the services themselves.", example: [] }),
    visibility: visibility.optional().openapi({ description: "`private` when absent." }),
    openDaysBefore: openDaysBefore.nullable().optional(),
    openTime: openTime.nullable().optional(),
  })
  .openapi("NewTemplateSlot");

const name = z.string().max(100).openapi({
  description: "TPL-34, TPL-35: not blank, and unlike that of every other template of the place.",
  example: "Semaine type",
});
const professions = z
  .array(z.enum(templateProfessions))
  .openapi({ description: "TPL-36: whom it is for, at least one.", example: ["physician"] });
const professionalIds = z.array(professionalId).openapi({
  description: "TPL-37, TPL-38, TPL-40: who may have it applied, of these professions and at work at the place.",
});

export const newScheduleTemplateSchema = z
  .strictObject({
    placeId,
    name,
    professions: professions.max(10),
    professionalIds: professionalIds.max(200),
    slots: z.array(newTemplateSlotSchema).max(mostSlots),
  })
  .openapi("NewScheduleTemplate");
export type NewScheduleTemplate = z.infer<typeof newScheduleTemplateSchema>;

export const scheduleTemplateChangeSchema = z
  .strictObject({
    placeId: placeId.optional().openapi({ description: "TPL-24: only as it is." }),
    name: name.optional(),
    professions: professions.max(10).optional(),
    professionalIds: professionalIds.max(200).optional().openapi({ description: "All that it is to list." }),
    slots: z.array(newTemplateSlotSchema).max(mostSlots).optional().openapi({ description: "All that it is to hold." }),
  })
  .openapi("ScheduleTemplateChange");
export type ScheduleTemplateChange = z.infer<typeof scheduleTemplateChangeSchema>;

const templateSlotSchema = z
  .object({
    weekday,
    startTime,
    endTime,
    services,
    visibility,
    openDaysBefore: openDaysBefore.nullable(),
    openTime: openTime.nullable(),
  })
  .openapi("TemplateSlot");

export const scheduleTemplateSchema = z
  .object({
    templateId,
    version,
    placeId,
    name,
    professions,
    professionalIds: professionalIds.openapi({
      description:
        "TPL-40: to whose agendas it may be applied. Who has left the place is not among them, and is again on coming " +
        "back, unless the list has been changed in the meantime.",
    }),
    slots: z.array(templateSlotSchema),
  })
  .openapi("ScheduleTemplate");
export type ScheduleTemplate = z.infer<typeof scheduleTemplateSchema>;

export const scheduleTemplatePage = page("ScheduleTemplatePage", scheduleTemplateSchema);

export const scheduleTemplateQuery = z.strictObject({
  placeId: placeId.optional().openapi({ description: "TPL-04: those of this place." }),
  professionalId: professionalId.optional().openapi({ description: "TPL-40: those that list this professional." }),
  ...pageQuery,
});
export type ScheduleTemplateQuery = z.infer<typeof scheduleTemplateQuery>;

export const templatePlaceSchema = z
  .object({
    placeId: id("plc", "Where the caller may apply a template to the professional's agenda."),
    name: z.string().openapi({ description: "Of the place.", example: "Clinique médicale du Faubourg" }),
    placeLabel: z.string().openapi({ description: "PLACE-04: the abbreviation, else the name.", example: "Faubourg" }),
  })
  .openapi("TemplatePlace");
export type TemplatePlace = z.infer<typeof templatePlaceSchema>;
export const templatePlacePage = page("TemplatePlacePage", templatePlaceSchema);
export const templatePlaceQuery = z.strictObject(pageQuery);
export type TemplatePlaceQuery = z.infer<typeof templatePlaceQuery>;

export const templateApplicationSchema = z
  .strictObject({
    professionalId: professionalId.openapi({ description: "TPL-02: to whose agenda." }),
    templateId,
    placeId: placeId.openapi({ description: "TPL-04: the template's." }),
    week: localDate.openapi({ description: "Any date of the week, which runs Sunday to Saturday." }),
    additionalWeeks: z
      .number()
      .int()
      .default(0)
      .openapi({
        description: `TPL-05, TPL-06: how many weeks that follow directly have it too, up to ${String(maxAdditionalWeeks)}.`,
        example: 3,
      }),
  })
  .openapi("TemplateApplication");
export type TemplateApplication = z.infer<typeof templateApplicationSchema>;

const { startAt, endAt, openFrom, serviceIds } = slotSchema.shape;
const count = z.number().int().min(0);

export const appliedTemplateSchema = z
  .object({
    created: count.openapi({ description: "How many slots there are more.", example: 1 }),
    weeks: z.array(
      z.object({
        weekStart: localDate.openapi({ description: "The Sunday on which the week begins.", example: "2027-03-07" }),
        created: count.openapi({ description: "Slots created in this week.", example: 1 }),
      }),
    ),
    slots: z.array(z.object({ slotId, startAt, endAt, serviceIds, visibility, openFrom })).openapi({
      description: "TPL-13: those created, week by week; a dry run creates none and tells them all the same.",
    }),
    warnings: warningsSchema,
  })
  .openapi("AppliedTemplate");
export type AppliedTemplate = z.infer<typeof appliedTemplateSchema>;

const service = { type: "GEN", consultationReason: "regular", durationMinutes: 15 } as const;

export const newScheduleTemplateExample: NewScheduleTemplate = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  name: "Semaine d'été",
  professions: ["physician", "nurse"],
  professionalIds: ["pro_01m8qk5v0e7kqv8f0a3n6c9d2h"],
  slots: [
    {
      weekday: "monday",
      startTime: "08:00",
      endTime: "12:00",
      services: [service],
      visibility: "public",
      openDaysBefore: 14,
      openTime: "07:30",
    },
    { weekday: "thursday", startTime: "13:00", services: [service] },
  ],
};

export const scheduleTemplateExample: ScheduleTemplate = {
  templateId: "tpl_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  name: "Semaine d'été",
  professions: ["physician", "nurse"],
  professionalIds: ["pro_01m8qk5v0e7kqv8f0a3n6c9d2h"],
  slots: [
    {
      weekday: "monday",
      startTime: "08:00",
      endTime: "12:00",
      services: [service],
      visibility: "public",
      openDaysBefore: 14,
      openTime: "07:30",
    },
    {
      weekday: "thursday",
      startTime: "13:00",
      endTime: "17:00",
      services: [service],
      visibility: "private",
      openDaysBefore: null,
      openTime: null,
    },
  ],
};

export const templatePlaceExample: TemplatePlace = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  name: "Clinique médicale du Faubourg",
  placeLabel: "Faubourg",
};

export const templateApplicationExample: TemplateApplication = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  templateId: "tpl_01m8qk5v0e7kqv8f0a3n6c9d2h",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  week: "2027-03-22",
  additionalWeeks: 0,
};

export const appliedTemplateExample: AppliedTemplate = {
  created: 2,
  weeks: [{ weekStart: "2027-03-21", created: 2 }],
  slots: [
    {
      slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
      startAt: "2027-03-22T08:00:00-04:00",
      endAt: "2027-03-22T12:00:00-04:00",
      serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
      visibility: "public",
      openFrom: "2027-03-08T07:30:00-05:00",
    },
    {
      slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2j",
      startAt: "2027-03-25T13:00:00-04:00",
      endAt: "2027-03-25T17:00:00-04:00",
      serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
      visibility: "private",
      openFrom: null,
    },
  ],
  warnings: [],
};
