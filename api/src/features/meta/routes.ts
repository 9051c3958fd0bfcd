import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { refusal } from "../../domain/decision.ts";
import { problemCodes } from "../../domain/problems.ts";
import { createDocument } from "../../http/document.ts";
import { operation } from "../../http/operation.ts";
import { languageOf } from "../../http/request.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { ruleBook } from "../../rule-book.ts";
import { guideIndex, guideLanguage, guidePage } from "./guides.ts";
import { problemPage, referencePage, referenceScript } from "./reference.ts";
import { stylesheet } from "./page.ts";
import { ruleBookJson, ruleBookPage, ruleJson, rulePage } from "./rule-pages.ts";

const healthSchema = z.object({ status: z.literal("ok") }).openapi("Health");

const live = operation({
  operationId: "meta.live",
  method: "get",
  path: "/livez",
  tag: "meta",
  summary: "Whether the process lives",
  actors: [],
  status: 200,
  result: healthSchema,
  problems: [],
  example: { result: { status: "ok" } },
});

const ready = operation({
  operationId: "meta.ready",
  method: "get",
  path: "/readyz",
  tag: "meta",
  summary: "Whether the hub can serve: its database answers",
  actors: [],
  status: 200,
  result: healthSchema,
  problems: [],
  example: { result: { status: "ok" } },
});

const document = operation({
  operationId: "meta.document",
  method: "get",
  path: "/openapi.json",
  tag: "meta",
  summary: "This document",
  actors: [],
  status: 200,
  result: z.looseObject({ openapi: z.string() }).openapi("OpenApiDocument"),
  problems: [],
  example: { result: { openapi: "3.1.1" } },
});

/** Liveness, readiness, the contract and its reference pages. */
export function metaRoutes(hub: Hub): void {
  const { deps, app } = hub;
  serve(hub, live, () => Promise.resolve({ body: { status: "ok" as const } }));
  serve(hub, ready, async () => {
    const answered = await Promise.race([
      databaseAnswers(hub),
      new Promise<false>((resolve) => setTimeout(resolve, 1000, false)),
    ]);
    if (!answered) throw refusal("UNAVAILABLE", "", { retryAfterSeconds: 1 });
    return { body: { status: "ok" as const } };
  });
  // The routes do not change while the process runs.
  const texts = new Map<string, string>();
  const textOf = (part: "public" | "sandbox") => {
    const text =
      texts.get(part) ?? JSON.stringify(createDocument(hub.operations, part, deps.config.baseUrl, hub.webhooks));
    texts.set(part, text);
    return text;
  };
  serve(hub, document, () => Promise.resolve({ json: textOf("public") }));
  if (deps.config.mode === "sandbox") {
    app.get("/sandbox/openapi.json", () => jsonResponse(textOf("sandbox")));
  }
  app.get("/docs", () => referencePage(deps.ids, deps.config.mode === "sandbox"));
  app.get("/docs/scalar.js", () => referenceScript());
  app.get("/docs/page.css", () => stylesheet());
  app.get("/docs/problems/:code", (context) => {
    const code = problemCodes.find((known) => known === context.req.param("code"));
    return code === undefined ? context.notFound() : problemPage(code, hub.operations);
  });
  const { baseUrl } = deps.config;
  app.get("/docs/rules", (context) =>
    wantsJson(context) ? ruleBookJson(baseUrl) : ruleBookPage(languageOf(context.req.header("accept-language"))),
  );
  app.get("/docs/rules/:id", (context) => {
    const entry = ruleBook.entries.get(context.req.param("id"));
    if (entry === undefined) return context.notFound();
    return wantsJson(context)
      ? ruleJson(entry, baseUrl)
      : rulePage(entry, languageOf(context.req.header("accept-language")));
  });
  app.get("/docs/guides", (context) => guideIndex(languageOf(context.req.header("accept-language"))));
  app.get("/docs/guides/:language/:file?", async (context) => {
    const language = guideLanguage(context.req.param("language"));
    if (language === undefined) return context.notFound();
    const file = context.req.param("file");
    return (await (file === undefined ? guideIndex(language) : guidePage(language, file))) ?? context.notFound();
  });
  app.get("/", (context) => context.redirect("/docs"));
}

function wantsJson(context: Context): boolean {
  const [html, json] = ["text/html", "application/json"] as const;
  return accepts(context, { header: "Accept", supports: [html, json], default: html }) === json;
}

function jsonResponse(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/json; charset=utf-8" } });
}

async function databaseAnswers(hub: Hub): Promise<boolean> {
  try {
    await hub.deps.connection`SELECT 1`;
    return true;
  } catch {
    return false;
  }
}
