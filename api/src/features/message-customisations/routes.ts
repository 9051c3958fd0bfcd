import { operation } from "../../http/operation.ts";
import { warningsOf } from "../../http/problem.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import {
  getOneMessageCustomisation,
  listSomeMessageCustomisations,
  previewMessageCustomisation,
  removeMessageCustomisation,
  replaceMessageCustomisation,
} from "./actions.ts";
import {
  messageCustomisationChangeExample,
  messageCustomisationChangeSchema,
  messageCustomisationExample,
  messageCustomisationPage,
  messageCustomisationQuery,
  messageCustomisationSchema,
  messageKey,
  messagePreviewExample,
  messagePreviewRequestExample,
  messagePreviewRequestSchema,
  messagePreviewSchema,
  savedMessageCustomisationSchema,
} from "./schema.ts";

const list = operation({
  operationId: "messageCustomisations.list",
  method: "get",
  path: "/v1/message-customisations",
  tag: "configuration",
  summary: "List what the clinic tells citizens beside their results",
  description: "COMM-12: a place without a message of its own shows the establishment's, and that without one RAMQ's.",
  actors: ["employee", "machine"],
  scope: "places.read",
  query: messageCustomisationQuery,
  status: 200,
  result: messageCustomisationPage,
  list: true,
  problems: [],
  example: { result: { items: [messageCustomisationExample], nextCursor: null } },
});

const get = operation({
  operationId: "messageCustomisations.get",
  method: "get",
  path: "/v1/message-customisations/{type}/{scope}/{language}",
  tag: "configuration",
  summary: "Read one message of the clinic",
  actors: ["employee"],
  params: messageKey,
  status: 200,
  result: messageCustomisationSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: messageCustomisationExample },
});

const replace = operation({
  operationId: "messageCustomisations.replace",
  method: "put",
  path: "/v1/message-customisations/{type}/{scope}/{language}",
  tag: "configuration",
  summary: "Write one message of the clinic",
  description:
    "COMM-10: for one place or the whole establishment, each language apart. With the option `default` a place shows " +
    "RAMQ's message, also where its establishment has another. Local administrators and super users write (PERM-20); it " +
    "is kept in RVSQ, so agenda software is refused (LCGA-04). Writing over another message needs `If-Match`. In the " +
    "change log it is named `{type}/{scope}/{language}`.",
  actors: ["employee", "machine"],
  params: messageKey,
  body: messageCustomisationChangeSchema,
  condition: "optional",
  status: 200,
  result: savedMessageCustomisationSchema,
  etag: true,
  problems: [
    "NOT_FOUND",
    "MACHINE_NOT_LINKED",
    "MANAGED_IN_RVSQ",
    "IMAGE_NOT_ALLOWED",
    "REQUIRED_FIELD",
    "PRECONDITION_REQUIRED",
  ],
  example: { body: messageCustomisationChangeExample, result: { ...messageCustomisationExample, warnings: [] } },
});

const remove = operation({
  operationId: "messageCustomisations.delete",
  method: "delete",
  path: "/v1/message-customisations/{type}/{scope}/{language}",
  tag: "configuration",
  summary: "Withdraw one message of the clinic",
  description: "COMM-12: the establishment's is shown in its place, else RAMQ's.",
  actors: ["employee", "machine"],
  params: messageKey,
  condition: "required",
  status: 204,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ"],
  example: {},
});

const preview = operation({
  operationId: "messageCustomisations.preview",
  method: "post",
  path: "/v1/message-customisations/preview",
  tag: "configuration",
  summary: "See a message as citizens would read it",
  description: "COMM-09: for those who may write it. Nothing is kept; the option `default` shows RAMQ's words.",
  actors: ["employee", "machine"],
  reads: true,
  body: messagePreviewRequestSchema,
  status: 200,
  result: messagePreviewSchema,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ", "IMAGE_NOT_ALLOWED", "REQUIRED_FIELD"],
  example: { body: messagePreviewRequestExample, result: messagePreviewExample },
});

export function messageCustomisationRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, list, async (call, { query }) => ({ body: await listSomeMessageCustomisations(deps, call, query) }));
  serve(hub, preview, async (call, { body }) => {
    const { shown, notices } = await previewMessageCustomisation(deps, call, body);
    return { body: { ...shown, warnings: warningsOf(notices, call) } };
  });
  serve(hub, get, async (call, { params }) => ({ body: await getOneMessageCustomisation(deps, call, params) }));
  serve(hub, replace, async (call, { params, body }) => {
    const { customisation, notices } = await replaceMessageCustomisation(deps, call, params, body);
    return { body: { ...customisation, warnings: warningsOf(notices, call) } };
  });
  serve(hub, remove, async (call, { params }) => {
    await removeMessageCustomisation(deps, call, params);
    return {};
  });
}
