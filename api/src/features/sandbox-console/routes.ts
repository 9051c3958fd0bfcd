import { readFile } from "node:fs/promises";
import { languageOf } from "../../http/request.ts";
import type { Hub } from "../../http/serve.ts";
import { consolePage, consoleStyles } from "./page.ts";

/** A page for people at /sandbox; what it does, it does through the sandbox's operations. */
export function sandboxConsoleRoutes(hub: Hub): void {
  const { app } = hub;
  const operationIds = () =>
    hub.operations.filter(({ path }) => /^\/(v1|oauth)\//.test(path)).map(({ operationId }) => operationId);
  app.get("/sandbox", (context) => {
    const asked = context.req.query("lang");
    const language = asked === "en" || asked === "fr" ? asked : languageOf(context.req.header("accept-language"));
    return consolePage(language, operationIds().sort());
  });
  app.get("/sandbox/console.css", () => asset(consoleStyles, "text/css"));
  app.get("/sandbox/console.js", async () =>
    asset(await readFile(new URL("./console.js", import.meta.url), "utf8"), "text/javascript"),
  );
}

function asset(text: string, type: string): Response {
  return new Response(text, {
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    },
  });
}
