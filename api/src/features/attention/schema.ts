import { z } from "@hono/zod-openapi";
import { attentionKinds } from "../../domain/attention.ts";
import { nackReasons } from "../../domain/inbox.ts";
import { id, instant, page, pageQuery, version } from "../../http/schema.ts";

export const placeId = id("plc", "Where.");
const appointmentId = id("apt", "An appointment.");

const onlyOfAppointments = "Null when it is the state of the link.";

export const attentionItemSchema = z
  .object({
    kind: z.enum(attentionKinds).openapi({
      description:
        "`agendaLate`, `agendaStale`: the link's state. `agendaRejected`, `agendaTimedOut` (SYNC-52): its software does not take it, or has not answered. `doubleBooking`: more appointments at once than the professional's capacity. `notAtWorkPlace`: the professional no " +
        "longer works here. `placeEnded`, `professionalLeft`: after the last day of either. An appointment is listed once for each; more kinds may come.",
      example: "doubleBooking",
    }),
    rule: z.string().openapi({ description: "The rule that makes it one, in the rule book.", example: "SYNC-18" }),
    appointmentId: appointmentId.nullable().openapi({ description: onlyOfAppointments }),
    version: version.nullable().openapi({ description: "Of the appointment, to move or cancel it as it is now." }),
    professionalId: id("pro", "Whose appointment it is.").nullable().openapi({ description: onlyOfAppointments }),
    startAt: instant.nullable().openapi({ description: onlyOfAppointments }),
    since: z.iso.datetime().nullable().openapi({
      description: "Since when it wants attention, UTC, where the hub knows: null for a last day still to come.",
      example: null,
    }),
    agendaReason: z.enum(nackReasons).nullable().openapi({
      description: "Of `agendaRejected`: why its software does not take it (SYNC-45).",
      example: null,
    }),
    overlaps: z.array(appointmentId).openapi({
      description: "Of a double booking: the appointments it overlaps, as far as the caller may read their agendas.",
      example: [],
    }),
    busyElsewhere: z.boolean().openapi({
      description:
        "Of a double booking, BUSY_ELSEWHERE (SYNC-15): its time is also taken at a place that the caller may not read.",
      example: true,
    }),
  })
  .openapi("AttentionItem");
export type AttentionItem = z.infer<typeof attentionItemSchema>;

export const attentionPage = page("AttentionPage", attentionItemSchema);

export const attentionQuery = z.strictObject(pageQuery);
export type AttentionQuery = z.infer<typeof attentionQuery>;

export const attentionItemExample: AttentionItem = {
  kind: "doubleBooking",
  rule: "SYNC-18",
  appointmentId: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 3,
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  since: null,
  agendaReason: null,
  overlaps: [],
  busyElsewhere: true,
};
