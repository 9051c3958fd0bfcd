import { z } from "@hono/zod-openapi";
import { problemCodes } from "../domain/problems.ts";
import type { Language } from "../domain/problems.ts";
import { idPattern } from "../ids.ts";
import type { IdPrefix } from "../ids.ts";

/** Building blocks shared by the features' schemas. */

export function id(prefix: IdPrefix, description: string) {
  return z
    .string()
    .regex(idPattern(prefix))
    .openapi({ description, example: `${prefix}_01m8qk5v0e7kqv8f0a3n6c9d2h` });
}

/** What a refinement says of what it refuses; zod's own texts are in both languages already (validation.ts). */
export function says(fr: string, en: string) {
  return { params: { says: { fr, en } satisfies Record<Language, string> } };
}

/** Years an agenda can speak of; the bounds keep arithmetic on times within what the database holds. */
const [firstYear, lastYear] = ["1900", "2200"];
const inThoseYears = says("L'année va de 1900 à 2199.", "The year is from 1900 to 2199.");

/** RFC 3339 with an offset or Z, to the second or finer. Parsed to milliseconds by `readInstant`. */
export const instant = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => text >= firstYear && text < lastYear, inThoseYears)
  .openapi({ description: "Instant, RFC 3339 with offset.", example: "2027-03-08T09:00:00-05:00" });

/** Agendas count in seconds at most. */
export const agendaInstant = instant.refine(
  (text) => Date.parse(text) % 1000 === 0,
  says("Des secondes entières seulement.", "Whole seconds only."),
);

export const localDate = z.iso
  .date({ abort: true })
  .refine((text) => text >= firstYear && text < lastYear, inThoseYears)
  .openapi({ description: "Local date.", example: "2027-03-08" });

export const externalId = z
  .string()
  // In an address `.` and `..` are steps, not names (RFC 3986 §5.2.4).
  .regex(/^(?!\.{1,2}$)[\x21-\x7e]{1,128}$/)
  .openapi({
    description: "The vendor's own identifier: 1 to 128 visible ASCII characters, other than `.` and `..`.",
    example: "101-2027-03-08-0830",
  });

export const version = z
  .number()
  .int()
  .min(1)
  .openapi({ description: 'Moves by one with each write; the ETag is this number as `"v3"`.', example: 3 });

export const acknowledge = z
  .array(z.enum(problemCodes))
  .max(20)
  .optional()
  .openapi({
    description: "Codes of warnings already seen: the call goes on in spite of them.",
    example: ["HELD_BY_CITIZEN"],
  });

const cursor = z
  .string()
  .max(2000)
  .optional()
  .openapi({ description: "nextCursor of the previous page.", example: "eyJhZnRlciI6Ij…" });
const limit = { description: "Items per page.", example: 100 };

/** `cursor` and `limit` of every list. */
export const pageQuery = {
  cursor,
  limit: z.coerce.number().int().min(1).max(1000).default(100).openapi(limit),
};

/** The same of a list by POST, whose criteria do not belong in a URL. */
export const pageBody = {
  cursor,
  limit: z.number().int().min(1).max(1000).default(100).openapi(limit),
};

export function page<Item extends z.ZodType, Beside extends z.ZodRawShape = Record<never, never>>(
  name: string,
  item: Item,
  beside?: Beside,
) {
  return z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().openapi({ description: "For the next page; null when this is the last one." }),
      // Without a shape the type is that of none.
      ...(beside ?? ({} as Beside)),
    })
    .openapi(name);
}

export const violationSchema = z
  .object({
    rule: z.string().openapi({
      description: "The rule's id in the rule book; CONTRACT for a convention of this document.",
      example: "SLOT-07",
    }),
    href: z.string().optional().openapi({
      description: "The rule's page, for people, or as JSON when that is accepted. Absent for CONTRACT.",
      example: "http://127.0.0.1:4700/docs/rules/SLOT-07",
    }),
    code: z.enum(problemCodes).openapi({ example: "SLOT_PARTIALLY_FILLED" }),
    pointer: z.string().openapi({
      description: "JSON pointer into the request's body; /query/…, /path/… and /header/… for its other parts.",
      example: "/visibility",
    }),
    detail: z.string().openapi({ example: "Lieu, services et visibilité vont ensemble : les trois ou aucun." }),
    objectId: z.string().optional().openapi({
      description:
        "What speaks against it, when the request does not name it: a slot of the week to be copied, a service.",
      example: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
    }),
  })
  .openapi("Violation");

/** Of a problem, or of a line's. */
export const violationsSchemas = {
  violations: z.array(violationSchema).openapi({ description: "All that stands against it, up to 100." }),
  violationsLeftOut: z.number().int().min(1).optional().openapi({
    description: "How many more there are than `violations` lists; absent when it lists all.",
    example: 12,
  }),
};

/** What a success remarks: nothing stood against it, but its caller should know. */
export const warningsSchema = z.array(violationSchema).openapi({
  description: "What the caller should know of this success; empty when there is nothing to say.",
  example: [],
});

/** SHA-256 in hexadecimal (domain/digest.ts). */
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .openapi({
    description: "SHA-256 of the day's lines, in hexadecimal.",
    example: "4b2f1d64d0b1c1e0b9d0f3a4a7a0b55f0c3c6b6f2a7e9d1c8f4e5a6b7c8d9e0f",
  });

export const problemSchema = z
  .object({
    type: z.string().openapi({
      description: "Page that documents the code.",
      example: "http://127.0.0.1:4700/docs/problems/SLOT_PARTIALLY_FILLED",
    }),
    title: z.string().openapi({ example: "Lieu, services et visibilité vont ensemble : les trois ou aucun." }),
    status: z.number().int().openapi({ example: 422 }),
    detail: z.string().openapi({ example: "Lieu, services et visibilité vont ensemble : les trois ou aucun." }),
    instance: z.string().openapi({ example: "urn:arrimage:request:req_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
    code: z.enum(problemCodes).openapi({ description: "Stable; branch on it.", example: "SLOT_PARTIALLY_FILLED" }),
    requestId: z.string().openapi({ example: "req_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
    retryable: z
      .boolean()
      .openapi({ description: "Whether the same call may succeed later without change.", example: false }),
    ...violationsSchemas,
    alternatives: z
      .array(z.looseObject({}))
      .optional()
      .openapi({ description: "Of a lost opening: up to three openings that were bookable when this was answered." }),
    current: z
      .looseObject({})
      .nullable()
      .optional()
      .openapi({ description: "Of a stale condition: the object as it is now." }),
    differingDays: z
      .array(
        z
          .object({
            professionalId: id("pro", "Whose day it is."),
            date: localDate,
            digest: digest.nullable().openapi({ description: "The hub's; null when it has nothing on that day." }),
          })
          .openapi("DifferingDay"),
      )
      .optional()
      .openapi({
        description: "Of a confirmation that does not match: the days to read again, by professional and date.",
      }),
    recovery: z
      .object({
        operationId: z.string().openapi({ example: "snapshots.create" }),
        method: z.string().openapi({ example: "POST" }),
        href: z.string().openapi({ example: "http://127.0.0.1:4700/v1/snapshots" }),
      })
      .optional()
      .openapi({ description: "Of a cursor that is too old: the operation that begins anew (SYNC-33)." }),
  })
  .openapi("Problem");
