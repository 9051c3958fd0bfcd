import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import {
  createScheduleTemplate,
  deleteScheduleTemplate,
  getOneScheduleTemplate,
  listSomeScheduleTemplates,
  listTemplatePlaces,
  updateScheduleTemplate,
} from "./actions.ts";
import { applyTemplate } from "./apply.ts";
import {
  appliedTemplateExample,
  appliedTemplateSchema,
  newScheduleTemplateExample,
  newScheduleTemplateSchema,
  professionalId,
  scheduleTemplateChangeSchema,
  scheduleTemplateExample,
  scheduleTemplatePage,
  scheduleTemplateQuery,
  scheduleTemplateSchema,
  templateApplicationExample,
  templateApplicationSchema,
  templateId,
  templatePlaceExample,
  templatePlacePage,
  templatePlaceQuery,
} from "./schema.ts";

/** Templates are staff's own tool: agenda software has templates of its own, and pushes the slots they make. */
const actors = ["employee"] as const;

/** What a template can be refused for. */
const templateProblems = [
  "NOT_FOUND",
  "REQUIRED_FIELD",
  "TEMPLATE_NAME_TAKEN",
  "NOT_A_PROFESSIONAL",
  "PLACE_NOT_WORK_PLACE",
  "FIELD_NOT_EDITABLE",
  "INVALID_INTERVAL",
  "SLOT_PARTIALLY_FILLED",
  "MIXED_SERVICE_DURATION",
  "MIXED_SERVICE_TYPE",
  "ALL_REASONS_EXCLUSIVE",
  "SERVICE_NOT_OFFERED",
  "OPEN_FROM_REQUIRES_PUBLIC",
] as const;

const keepers =
  "TPL-20: for local administrators, super users, and at a place for who writes the agenda of at least one " +
  "professional there, one's own included.";

const create = operation({
  operationId: "scheduleTemplates.create",
  method: "post",
  path: "/v1/schedule-templates",
  tag: "agenda",
  summary: "Make a schedule template",
  description:
    "A week of slots by weekday and local time, at one place, for professionals who work there. It names services by " +
    `type, reason and duration (TPL-09, TPL-28). ${keepers}`,
  actors,
  body: newScheduleTemplateSchema,
  idempotent: true,
  status: 201,
  result: scheduleTemplateSchema,
  etag: true,
  problems: [...templateProblems, "PLACE_ENDED"],
  example: { body: newScheduleTemplateExample, result: scheduleTemplateExample },
});

const get = operation({
  operationId: "scheduleTemplates.get",
  method: "get",
  path: "/v1/schedule-templates/{templateId}",
  tag: "agenda",
  summary: "Read a schedule template",
  actors,
  params: z.object({ templateId }),
  status: 200,
  result: scheduleTemplateSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: scheduleTemplateExample },
});

const list = operation({
  operationId: "scheduleTemplates.list",
  method: "get",
  path: "/v1/schedule-templates",
  tag: "agenda",
  summary: "List schedule templates",
  description: "TPL-43: those of the places where the caller writes the agenda of at least one professional.",
  actors,
  query: scheduleTemplateQuery,
  status: 200,
  result: scheduleTemplatePage,
  list: true,
  problems: [],
  example: { result: { items: [scheduleTemplateExample], nextCursor: null } },
});

const update = operation({
  operationId: "scheduleTemplates.update",
  method: "patch",
  path: "/v1/schedule-templates/{templateId}",
  tag: "agenda",
  summary: "Change a schedule template",
  description:
    "TPL-41: what is absent stays; lists are replaced whole. TPL-24: its place never changes. TPL-44: slots that were " +
    "made from it stay as they are. Professionals and services that it has already are kept, also when nobody could add " +
    `them now. ${keepers}`,
  actors,
  params: z.object({ templateId }),
  body: scheduleTemplateChangeSchema,
  condition: "required",
  status: 200,
  result: scheduleTemplateSchema,
  etag: true,
  problems: templateProblems,
  example: { body: { name: "Semaine d'été" }, result: scheduleTemplateExample },
});

const remove = operation({
  operationId: "scheduleTemplates.delete",
  method: "delete",
  path: "/v1/schedule-templates/{templateId}",
  tag: "agenda",
  summary: "Delete a schedule template",
  description: `TPL-44: slots that were made from it stay as they are. ${keepers}`,
  actors,
  params: z.object({ templateId }),
  condition: "required",
  status: 204,
  problems: ["NOT_FOUND"],
  example: {},
});

const listPlaces = operation({
  operationId: "scheduleTemplates.listPlaces",
  method: "get",
  path: "/v1/professionals/{professionalId}/template-places",
  tag: "agenda",
  summary: "List the places where a template may be applied to a professional's agenda",
  description: "TPL-03: their work places where the caller has WRITE on them; a place that has ended is left out.",
  actors,
  params: z.object({ professionalId }),
  query: templatePlaceQuery,
  status: 200,
  result: templatePlacePage,
  list: true,
  problems: ["NOT_FOUND"],
  example: { result: { items: [templatePlaceExample], nextCursor: null } },
});

const apply = operation({
  operationId: "weeks.applyTemplate",
  method: "post",
  path: "/v1/weeks/apply-template",
  tag: "agenda",
  summary: "Fill weeks with a template's slots",
  description:
    "TPL-01, TPL-02: for who writes the professional's agenda at the template's place. All of the slots are created or " +
    "none: not when one would end in the past (TPL-07), nor when the professional does not offer each of its services by " +
    "an active one of their own (TPL-08, TPL-09); the refusal names each. Local times are kept across clock changes; a " +
    "slot whose start a change skips is left out and told in `warnings`. What the weeks hold stays, and the slots are " +
    "added beside it (TPL-10, TPL-11). TPL-13: `?dryRun=true` tells the slots and creates none.",
  actors,
  body: templateApplicationSchema,
  idempotent: true,
  status: 201,
  result: appliedTemplateSchema,
  problems: [
    "NOT_FOUND",
    "TEMPLATE_PLACE_MISMATCH",
    "TEMPLATE_NOT_FOR_PROFESSIONAL",
    "PLACE_NOT_WORK_PLACE",
    "PLACE_ENDED",
    "OUT_OF_RANGE",
    "SERVICE_NOT_OFFERED",
    "INACTIVE_REASON",
    "SLOT_IN_PAST",
  ],
  example: { body: templateApplicationExample, result: appliedTemplateExample },
});

export function scheduleTemplateRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createScheduleTemplate(deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, list, async (call, { query }) => ({ body: await listSomeScheduleTemplates(deps, call, query) }));
  serve(hub, get, async (call, { params }) => ({ body: await getOneScheduleTemplate(deps, call, params.templateId) }));
  serve(hub, update, async (call, { params, body }) => ({
    body: await updateScheduleTemplate(deps, call, params.templateId, body),
  }));
  serve(hub, remove, async (call, { params }) => {
    await deleteScheduleTemplate(deps, call, params.templateId);
    return {};
  });
  serve(hub, listPlaces, async (call, { params, query }) => ({
    body: await listTemplatePlaces(deps, call, params.professionalId, query),
  }));
  serve(hub, apply, async (call, { body }) => {
    const { value, replayed } = await applyTemplate(deps, call, body);
    return { body: value, replayed };
  });
}
