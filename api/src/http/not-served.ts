import type { Context } from "hono";
import { refusal } from "../domain/decision.ts";
import type { Operation } from "./operation.ts";
import { languageOf } from "./request.ts";
import { renderFailure, requestIdOf } from "./serve.ts";
import type { Hub } from "./serve.ts";

/** What no operation serves: 405 with `Allow` where the address has other methods (RFC 9110 §15.5.6), else 404. */
export function notServed(hub: Hub, context: Context): Response {
  const methods = methodsAt(hub.operations, context.req.path);
  const refused = refusal(methods.length > 0 ? "METHOD_NOT_ALLOWED" : "NOT_FOUND");
  return renderFailure(hub.deps, refused, {
    requestId: requestIdOf(context.req.header("x-request-id"), hub.deps),
    language: languageOf(context.req.header("accept-language")),
    headers: methods.length > 0 ? { allow: methods.join(", ") } : {},
  });
}

/** A failure outside the operations: a page's, or the application's own. */
export function broken(hub: Hub, error: unknown, context: Context): Response {
  return renderFailure(hub.deps, error, {
    requestId: requestIdOf(context.req.header("x-request-id"), hub.deps),
    language: languageOf(context.req.header("accept-language")),
    headers: {},
  });
}

function methodsAt(operations: readonly Operation[], path: string): string[] {
  const asked = path.split("/");
  const at = operations.filter((declared) => {
    const steps = declared.path.split("/");
    return steps.length === asked.length && steps.every((step, index) => step.startsWith("{") || step === asked[index]);
  });
  // Hono answers HEAD wherever it answers GET.
  return [...new Set(at.flatMap(({ method }) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()])))].sort();
}
