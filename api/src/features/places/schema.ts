import { z } from "@hono/zod-openapi";
import { quebecBox } from "../../domain/geography.ts";
import { phonePattern } from "../../domain/patient.ts";
import { defaultPlaceOptions } from "../../domain/place.ts";
import { timeZones } from "../../domain/time.ts";
import { id, localDate, page, pageQuery, version } from "../../http/schema.ts";
import { establishmentId } from "../establishments/schema.ts";

export const placeId = id(
  "plc",
  "PLACE-01, LCGA-01: identifies a place (identifiant unique), also to agenda software; it never changes.",
);

function text(max: number, description: string, example: string) {
  return z.string().trim().min(1).max(max).openapi({ description, example });
}

const fields = {
  name: text(200, "Shown to patients.", "Clinique médicale du Faubourg"),
  abbreviation: text(40, "PLACE-04: how slots name the place, when there is one.", "Faubourg").nullable(),
  ramqNumber: text(20, "RAMQ's number of the place.", "55231").nullable(),
  localityCode: text(20, "Of the postal code's locality.", "23027").nullable(),
  startDate: localDate.nullable().openapi({ description: "When the place joined RVSQ.", example: "2024-09-03" }),
  endDate: localDate
    .nullable()
    .openapi({ description: "PLACE-07: the last day of its membership; not before startDate.", example: null }),
  civicNumber: text(20, "Shown to patients.", "825"),
  street: text(200, "Shown to patients.", "rue Saint-Jean"),
  suite: text(40, "Shown to patients.", "bureau 200").nullable(),
  city: text(100, "Shown to patients.", "Québec"),
  province: text(40, "Shown to patients.", "QC"),
  postalCode: z
    .string()
    .regex(/^[A-CEGHJ-NPR-TVXY]\d[A-CEGHJ-NPR-TV-Z] \d[A-CEGHJ-NPR-TV-Z]\d$/)
    .openapi({ description: "Shown to patients.", example: "G1R 1R2" }),
  phone: z
    .string()
    .trim()
    .max(40)
    .regex(phonePattern)
    .openapi({ description: "Shown to patients.", example: "418-555-0100" }),
  latitude: z
    .number()
    .min(quebecBox.south)
    .max(quebecBox.north)
    .nullable()
    .openapi({
      description:
        "Degrees north. Both coordinates or neither; they stay as they are when the address changes. Without them the " +
        "place is where its postal code is, to a few kilometres or, in the country, tens; where that is not known either, " +
        "citizens do not find it by distance (cascade 3).",
      example: 46.8118,
    }),
  longitude: z
    .number()
    .min(quebecBox.west)
    .max(quebecBox.east)
    .nullable()
    .openapi({ description: "Degrees east, so negative in Québec.", example: -71.2155 }),
  timeZone: z
    .enum(timeZones)
    .openapi({ description: "The zone of every time at this place.", example: "America/Toronto" }),
};

export const placeSchema = z
  .object({
    placeId,
    version,
    establishmentId,
    ...fields,
    label: z.string().openapi({ description: "PLACE-04: how slots name the place.", example: "Faubourg" }),
    machineIdentifier: id(
      "mch",
      "PLACE-08: the agenda software linked with the place (identifiant machine).",
    ).nullable(),
  })
  .openapi("Place");
export type Place = z.infer<typeof placeSchema>;

export const newPlaceSchema = z
  .strictObject({
    establishmentId,
    ...fields,
    abbreviation: fields.abbreviation.optional(),
    ramqNumber: fields.ramqNumber.optional(),
    localityCode: fields.localityCode.optional(),
    startDate: fields.startDate.optional(),
    endDate: fields.endDate.optional(),
    suite: fields.suite.optional(),
    latitude: fields.latitude.optional(),
    longitude: fields.longitude.optional(),
  })
  .openapi("NewPlace");
export type NewPlace = z.infer<typeof newPlaceSchema>;

/** A value is refused with its rule's id rather than as an unknown field. */
const readOnly = (description: string) => z.unknown().optional().openapi({ description, readOnly: true });

export const placeChangeSchema = z
  .strictObject({
    name: fields.name.optional(),
    abbreviation: fields.abbreviation.optional(),
    ramqNumber: fields.ramqNumber.optional(),
    localityCode: fields.localityCode.optional(),
    startDate: fields.startDate.optional(),
    endDate: fields.endDate.optional(),
    civicNumber: fields.civicNumber.optional(),
    street: fields.street.optional(),
    suite: fields.suite.optional(),
    city: fields.city.optional(),
    province: fields.province.optional(),
    postalCode: fields.postalCode.optional(),
    phone: fields.phone.optional(),
    latitude: fields.latitude.optional(),
    longitude: fields.longitude.optional(),
    timeZone: fields.timeZone.optional(),
    placeId: readOnly("PLACE-01: nobody changes it; refused."),
    establishmentId: readOnly("A place stays in its establishment; refused."),
    label: readOnly("PLACE-04: computed; refused."),
    machineIdentifier: readOnly("Set by linking the place (machineLinks.put); refused here."),
  })
  .openapi("PlaceChange", {
    description:
      "What is left out stays as it is. PLACE-02: a local administrator sends `abbreviation`, `suite` and `phone` only. " +
      "`timeZone` is fixed once there is something in an agenda of the place.",
  });
export type PlaceChange = z.infer<typeof placeChangeSchema>;

export const placePage = page("PlacePage", placeSchema);

export const placeQuery = z.strictObject({
  ...pageQuery,
  establishmentId: establishmentId.optional(),
});
export type PlaceQuery = z.infer<typeof placeQuery>;

const displayMode = z.enum(["byRelationship", "byClientele"]).openapi({
  description:
    "byRelationship: a patient's own professional's openings of every type come first (PLACE-24). byClientele: each " +
    "step of the search has its type (PLACE-25).",
  example: "byRelationship",
});
const mask = z.boolean().openapi({ description: "Whether citizens see no name of the professional.", example: false });
const delayUnit = z.enum(["hours", "minutes"]).openapi({ example: "hours" });
const delay = z
  .number()
  .int()
  .openapi({ description: "PLACE-29, PLACE-30: 0 to 59 minutes, or 0 to 24 hours.", example: 24 });
const noShowMessageEnabled = z
  .boolean()
  .openapi({ description: "Whether absentees are written to (PLACE-34).", example: false });

export const placeOptionsSchema = z
  .object({
    placeId,
    version,
    displayMode,
    maskProfessionalName: z
      .object({ gmf: mask, gen: mask })
      .openapi({ description: "PLACE-26: in the GMF and GEN cascades; there is no mask for MF." }),
    cancellationPolicy: z
      .object({ value: delay, unit: delayUnit })
      .openapi({ description: "PLACE-31: until how long before the start a patient cancels online." }),
    noShowMessageEnabled,
  })
  .openapi("PlaceOptions");
export type PlaceOptions = z.infer<typeof placeOptionsSchema>;

/** PLACE-23: null passes the schema, so that the rule refuses it. PLACE-26: so does a mask that does not exist. */
export const placeOptionsChangeSchema = z
  .strictObject({
    displayMode: displayMode.nullable(),
    maskProfessionalName: z
      .object({ gmf: mask.nullable(), gen: mask.nullable() })
      .catchall(z.unknown())
      .nullable()
      .openapi({
        description: "PLACE-26: in the GMF and GEN cascades; a mask for MF is refused with UNKNOWN_FIELD.",
        additionalProperties: false,
      }),
    cancellationPolicy: z.strictObject({ value: delay.nullable(), unit: delayUnit.nullable() }).nullable(),
    noShowMessageEnabled: noShowMessageEnabled.nullable(),
  })
  .openapi("PlaceOptionsChange", { description: "PLACE-23: every option has a value; null is refused." });
export type PlaceOptionsChange = z.infer<typeof placeOptionsChangeSchema>;

export const newPlaceExample = {
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  name: "Clinique médicale du Faubourg",
  abbreviation: "Faubourg",
  civicNumber: "825",
  street: "rue Saint-Jean",
  suite: "bureau 200",
  city: "Québec",
  province: "QC",
  postalCode: "G1R 1R2",
  phone: "418-555-0100",
  latitude: 46.8118,
  longitude: -71.2155,
  timeZone: "America/Toronto",
} satisfies NewPlace;

export const placeExample: Place = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  ...newPlaceExample,
  ramqNumber: null,
  localityCode: null,
  startDate: null,
  endDate: null,
  label: "Faubourg",
  machineIdentifier: null,
};

export const placeChangeExample: PlaceChange = { abbreviation: "Faubourg", suite: "bureau 310", phone: "418-555-0112" };

export const placeOptionsExample: PlaceOptions = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  ...defaultPlaceOptions,
};

export const placeOptionsChangeExample: PlaceOptionsChange = {
  displayMode: "byClientele",
  maskProfessionalName: { gmf: false, gen: true },
  cancellationPolicy: { value: 12, unit: "hours" },
  noShowMessageEnabled: true,
};
