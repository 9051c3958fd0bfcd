import { operation } from "../../http/operation.ts";
import { warningsOf } from "../../http/problem.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import {
  getOneEmailCustomisation,
  listSomeEmailCustomisations,
  previewEmailCustomisation,
  removeEmailCustomisation,
  replaceEmailCustomisation,
} from "./actions.ts";
import {
  emailCustomisationChangeExample,
  emailCustomisationChangeSchema,
  emailCustomisationExample,
  emailCustomisationPage,
  emailCustomisationQuery,
  emailCustomisationSchema,
  emailKey,
  emailPreviewExample,
  emailPreviewRequestExample,
  emailPreviewRequestSchema,
  emailPreviewSchema,
  savedEmailCustomisationSchema,
} from "./schema.ts";

const list = operation({
  operationId: "emailCustomisations.list",
  method: "get",
  path: "/v1/email-customisations",
  tag: "configuration",
  summary: "List what the clinic adds to automatic e-mails",
  description:
    "COMM-05: for a subject and a language that are not listed the e-mail goes out without a clinic's section.",
  actors: ["employee", "machine"],
  scope: "places.read",
  query: emailCustomisationQuery,
  status: 200,
  result: emailCustomisationPage,
  list: true,
  problems: [],
  example: { result: { items: [emailCustomisationExample], nextCursor: null } },
});

const get = operation({
  operationId: "emailCustomisations.get",
  method: "get",
  path: "/v1/email-customisations/{subject}/{language}",
  tag: "configuration",
  summary: "Read what the clinic adds to one automatic e-mail",
  actors: ["employee"],
  params: emailKey,
  status: 200,
  result: emailCustomisationSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: emailCustomisationExample },
});

const replace = operation({
  operationId: "emailCustomisations.replace",
  method: "put",
  path: "/v1/email-customisations/{subject}/{language}",
  tag: "configuration",
  summary: "Write what the clinic adds to one automatic e-mail",
  description:
    "COMM-04: each subject and language apart. Local administrators and super users write (PERM-20); it is kept in RVSQ, so " +
    "agenda software is refused (LCGA-04). The answer shows what is kept of the formatting. Writing over another text " +
    "needs `If-Match`. In the change log it is named `{subject}/{language}`.",
  actors: ["employee", "machine"],
  params: emailKey,
  body: emailCustomisationChangeSchema,
  condition: "optional",
  status: 200,
  result: savedEmailCustomisationSchema,
  etag: true,
  problems: ["MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ", "IMAGE_NOT_ALLOWED", "PRECONDITION_REQUIRED"],
  example: { body: emailCustomisationChangeExample, result: { ...emailCustomisationExample, warnings: [] } },
});

const remove = operation({
  operationId: "emailCustomisations.delete",
  method: "delete",
  path: "/v1/email-customisations/{subject}/{language}",
  tag: "configuration",
  summary: "Add nothing to one automatic e-mail any more",
  actors: ["employee", "machine"],
  params: emailKey,
  condition: "required",
  status: 204,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ"],
  example: {},
});

const preview = operation({
  operationId: "emailCustomisations.preview",
  method: "post",
  path: "/v1/email-customisations/preview",
  tag: "configuration",
  summary: "See how a text would stand in an automatic e-mail",
  description: "COMM-09: for those who may write it. Nothing is kept.",
  actors: ["employee", "machine"],
  reads: true,
  body: emailPreviewRequestSchema,
  status: 200,
  result: emailPreviewSchema,
  problems: ["MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ", "IMAGE_NOT_ALLOWED"],
  example: { body: emailPreviewRequestExample, result: emailPreviewExample },
});

export function emailCustomisationRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, list, async (call, { query }) => ({ body: await listSomeEmailCustomisations(deps, call, query) }));
  serve(hub, preview, async (call, { body }) => {
    const { section, notices } = previewEmailCustomisation(call, body);
    return { body: { section, warnings: warningsOf(notices, call) } };
  });
  serve(hub, get, async (call, { params }) => ({ body: await getOneEmailCustomisation(deps, call, params) }));
  serve(hub, replace, async (call, { params, body }) => {
    const { customisation, notices } = await replaceEmailCustomisation(deps, call, params, body);
    return { body: { ...customisation, warnings: warningsOf(notices, call) } };
  });
  serve(hub, remove, async (call, { params }) => {
    await removeEmailCustomisation(deps, call, params);
    return {};
  });
}
