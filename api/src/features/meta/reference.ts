import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { problemText, problems } from "../../domain/problems.ts";
import type { ProblemCode } from "../../domain/problems.ts";
import type { Ids } from "../../ids.ts";
import { problemsOf } from "../../http/operation.ts";
import type { Operation } from "../../http/operation.ts";
import { escapeHtml, htmlPage, pageHeaders } from "./page.ts";

/** The reference pages: Scalar from its package, nothing from another host, a strict content security policy. */

export function referencePage(ids: Ids, sandbox: boolean): Response {
  const nonce = ids.random(16).toString("base64url");
  const sources = [
    { title: "arrimage", slug: "hub", url: "/openapi.json" },
    ...(sandbox ? [{ title: "Sandbox", slug: "sandbox", url: "/sandbox/openapi.json" }] : []),
  ];
  const configuration = JSON.stringify({
    sources,
    withDefaultFonts: false,
    telemetry: false,
    hideClientButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
  }).replaceAll("<", "\\u003c");
  // Scalar writes its styles at run time; scripts are ours alone, by nonce.
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  const html = `<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>arrimage</title></head>
<body>
<div id="reference"></div>
<script nonce="${nonce}" src="/docs/scalar.js"></script>
<script nonce="${nonce}">Scalar.createApiReference("#reference", ${configuration})</script>
</body>
</html>`;
  return new Response(html, { headers: pageHeaders(policy) });
}

let script: Promise<Uint8Array<ArrayBuffer>> | undefined;

export async function referenceScript(): Promise<Response> {
  script ??= readScript().then((file) => new Uint8Array(file));
  return new Response(await script, {
    headers: {
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "private, max-age=3600",
      "x-content-type-options": "nosniff",
    },
  });
}

/** Of Scalar's 280 packages the hub serves one file: a packed hub has it beside its code (api/pack.ts) and needs no other. */
async function readScript(): Promise<Buffer<ArrayBuffer>> {
  const packed = new URL("../../../../scalar/standalone.js", import.meta.url);
  if (existsSync(packed)) return readFile(packed);
  return readFile(new URL("./browser/standalone.js", import.meta.resolve("@scalar/api-reference")));
}

/** What the `type` of a problem points to: its text in both languages and the operations that can answer it. */
export function problemPage(code: ProblemCode, operations: readonly Operation[]): Response {
  const answering = operations.filter((declared) => problemsOf(declared).includes(code));
  const { status, retryable, warning } = problems[code];
  const kind = warning
    ? "avertissement · warning (acknowledge)"
    : retryable
      ? "réessayable · retryable"
      : "refus · refusal";
  const body = `<h1><code>${code}</code></h1>
<p>HTTP ${String(status)} · ${kind}</p>
<p class="rule" lang="fr">${escapeHtml(problemText(code, "fr"))}</p>
<p class="rule" lang="en">${escapeHtml(problemText(code, "en"))}</p>
<ul>${answering.map(({ operationId }) => `<li><code>${operationId}</code></li>`).join("")}</ul>`;
  return new Response(htmlPage("fr", code, body), { headers: pageHeaders() });
}
