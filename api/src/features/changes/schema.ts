import { z } from "@hono/zod-openapi";
import { changeObjects } from "../../db/change-log.ts";
import { externalId, instant, version, says } from "../../http/schema.ts";
import { resourceSchema } from "../snapshots/schema.ts";

const seq = z
  .number()
  .int()
  .min(1)
  .openapi({ description: "Place in the establishment's log, which has no gaps.", example: 4182 });
const prevSeq = z.number().int().min(0).openapi({
  description:
    "The seq given to this reader before this one, in the same establishment; 0 when this is the first. Equal to the last one applied: nothing was missed.",
  example: 4179,
});

export const changeSchema = z
  .object({
    establishmentId: z.string().openapi({ example: "est_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
    seq,
    prevSeq,
    at: instant.openapi({ description: "When it was written, UTC.", example: "2027-03-08T14:02:11.480Z" }),
    objectType: z.enum(changeObjects).openapi({ example: "appointment" }),
    objectId: z.string().openapi({ example: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
    operation: z
      .enum(["created", "updated", "deleted"])
      .openapi({ description: "`deleted` is a tombstone: the object is gone.", example: "created" }),
    version: version.openapi({
      description:
        "The object's version after the change: apply it only over a lower one. A tombstone has a version too, and holds whatever it is.",
    }),
    placeIds: z.array(z.string()).openapi({
      description: "The places concerned that this reader may see.",
      example: ["plc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
    }),
    professionalId: z.string().nullable().openapi({ example: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
    startAt: instant.nullable(),
    endAt: instant.nullable().openapi({ example: "2027-03-08T09:15:00-05:00" }),
    status: z
      .string()
      .nullable()
      .openapi({
        description:
          "The object's status, if it has one. Of an appointment `active` or `cancelled`, of a slot `complete` or `incomplete`, of a consultation reason `active` or `inactive`. " +
          "Of a hold `active` while it runs; its tombstone says how it ended: `consumed` by the booking of its owner, `released`, or `expired` by itself.",
        example: "active",
      }),
    changed: z.array(z.string()).openapi({
      description:
        "Names of the fields that changed, of an update. Never their values: of an appointment, who the patient is reads `patient`, their phones and e-mail address `contact`.",
      example: [],
    }),
    origin: z
      .object({
        actorType: z
          .enum(["operator", "machine", "employee", "citizen", "nurse", "system"])
          .openapi({ example: "citizen" }),
        own: z.boolean().openapi({
          description: "Written by this reader's own software (any machine of its vendor), or by this employee.",
          example: false,
        }),
      })
      .openapi("ChangeOrigin"),
    externalId: externalId.nullable().openapi({
      description: "This reader's own identifier of the object, also when the object is gone; null when it has none.",
      example: null,
    }),
  })
  .openapi("Change");
export type ChangeItem = z.infer<typeof changeSchema>;

export const listedChangeSchema = changeSchema
  .extend({
    resource: resourceSchema
      .nullable()
      .optional()
      .openapi({
        description:
          "With `include=resource`: the service, slot or appointment as its own GET shows it now, perhaps newer than this change; " +
          "null when it is gone, when the reader may no longer read it, and of every other kind of object.",
      }),
  })
  .openapi("ListedChange");
export type ListedChange = z.infer<typeof listedChangeSchema>;

export const changePageSchema = z
  .object({
    items: z.array(listedChangeSchema),
    nextCursor: z.string().openapi({
      description: "Where to go on: keep it together with what you applied.",
      example: "eyJlc3RfMDFtOHFr…",
    }),
    caughtUp: z.boolean().openapi({
      description: "Nothing more was there when this was answered; false: ask again at once.",
      example: true,
    }),
  })
  .openapi("ChangePage");
export type ChangePage = z.infer<typeof changePageSchema>;

export const changeQuery = z
  .strictObject({
    // A position for each establishment: some 70 characters each.
    cursor: z.string().max(12_000).optional().openapi({
      description: "nextCursor of the call before. Without one, the log is read from its beginning.",
      example: "eyJlc3RfMDFtOHFr…",
    }),
    from: z.enum(["beginning", "now"]).optional().openapi({
      description:
        "Without a cursor: where to begin. `now` answers at once, with no item and a cursor: take it, read the agenda, then follow from it.",
      example: "now",
    }),
    wait: z.coerce.number().int().min(0).max(30).default(0).openapi({
      description: "Seconds to wait for a change when there is none; the answer comes as soon as there is one.",
      example: 30,
    }),
    include: z
      .enum(["resource"])
      .optional()
      .openapi({
        description:
          "`resource`: each item brings the object as it is now, which saves reading it. Reading appointments leaves access records; " +
          "a token needs `services.read`, `slots.read` and `appointments.read` besides.",
        example: "resource",
      }),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(100)
      .openapi({ description: "Changes an answer, at most.", example: 100 }),
  })
  .refine(({ cursor, from }) => cursor === undefined || from === undefined, {
    path: ["from"],
    ...says(
      "Un curseur dit déjà d'où suivre : `from` ne va pas avec lui.",
      "A cursor says where to follow from: `from` does not go with it.",
    ),
  });
export type ChangeQuery = z.infer<typeof changeQuery>;

export const changePageExample: ChangePage = {
  items: [
    {
      establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
      seq: 4182,
      prevSeq: 4179,
      at: "2027-03-04T19:02:11.480Z",
      objectType: "appointment",
      objectId: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h",
      operation: "created",
      version: 1,
      placeIds: ["plc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
      professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
      startAt: "2027-03-08T09:00:00-05:00",
      endAt: "2027-03-08T09:15:00-05:00",
      status: "active",
      changed: [],
      origin: { actorType: "citizen", own: false },
      externalId: null,
    },
  ],
  nextCursor: "eyJlc3RfMDFtOHFrNXYwZTdrcXY4ZjBhM242YzlkMmgiOls0MTgyLDQxODJdfQ.kq0mB2d8m1cX3s5v7y9A_w",
  caughtUp: true,
};
