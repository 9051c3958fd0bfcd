import type { Language } from "../../domain/problems.ts";
import { behaviours } from "../../sandbox/behaviours.ts";
import { faultNames } from "../../sandbox/faults.ts";
import { escapeHtml, pageHeaders } from "../meta/page.ts";
import { consoleTexts } from "./texts.ts";

/** The console: a page that calls the sandbox's operations and shows what they answer. */

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function consolePage(language: Language, operationIds: readonly string[]): Response {
  const t = consoleTexts[language];
  const other = language === "fr" ? "en" : "fr";
  const options = (values: readonly string[]) =>
    values.map((value) => `<option>${escapeHtml(value)}</option>`).join("");
  const button = (action: string, text: string) =>
    `<button type="button" data-action="${action}">${escapeHtml(text)}</button>`;
  const number = (name: string, text: string, attributes: string) =>
    `<label>${escapeHtml(text)} <input type="number" name="${name}" ${attributes}></label>`;
  const table = (id: string, columns: readonly string[]) =>
    `<table id="${id}"><thead><tr>${columns.map((column) => `<th>${escapeHtml(column)}</th>`).join("")}</tr></thead><tbody></tbody></table>`;
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>arrimage · ${escapeHtml(t.title)}</title>
<link rel="stylesheet" href="/docs/page.css">
<link rel="stylesheet" href="/sandbox/console.css">
<script type="module" src="/sandbox/console.js"></script>
</head>
<body data-texts="${escapeHtml(JSON.stringify(t)).replaceAll('"', "&quot;")}">
<main>
<p class="languages"><a href="/sandbox?lang=${other}" lang="${other}" hreflang="${other}">${escapeHtml(t.other)}</a></p>
<h1>${escapeHtml(t.title)}</h1>
<p>${escapeHtml(t.lead)} <a href="/docs">${escapeHtml(t.reference)}</a>.</p>
<p id="notice" role="status"></p>
<section aria-labelledby="clock">
<h2 id="clock">${escapeHtml(t.clock)}</h2>
<p>${escapeHtml(t.now)} <output id="now"></output> <small id="running"></small></p>
<p>${button("hour", t.hour)} ${button("day", t.day)} ${button("stop", t.stop)} ${button("run", t.run)}</p>
</section>
<section aria-labelledby="machines-title">
<h2 id="machines-title">${escapeHtml(t.machines)}</h2>
${table("machines", [t.name, "client_id", t.places, t.key])}
</section>
<section aria-labelledby="citizens-title">
<h2 id="citizens-title">${escapeHtml(t.citizens)}</h2>
<form id="citizens">
<label>${escapeHtml(t.behaviour)} <select name="behaviour">${options(behaviours)}</select></label>
<label>${escapeHtml(t.place)} <select name="placeId"><option value="">${escapeHtml(t.anywhere)}</option></select></label>
${number("seed", t.seed, 'value="1" min="0"')}
${number("count", t.count, 'min="1" max="40"')} ${button("act", t.act)}
${number("steps", t.steps, 'value="20" min="1" max="1000"')} ${button("simulate", t.simulate)}
</form>
<ol id="acts"></ol>
</section>
<section aria-labelledby="faults-title">
<h2 id="faults-title">${escapeHtml(t.faults)}</h2>
<form id="faults-form">
<label>${escapeHtml(t.fault)} <select name="fault">${options(faultNames)}</select></label>
<label>${escapeHtml(t.operation)} <select name="operationId"><option value="">${escapeHtml(t.everything)}</option>${options(operationIds)}</select></label>
${number("probability", t.probability, 'min="0" max="1" step="0.05"')}
${number("times", t.times, 'min="1"')}
${number("milliseconds", t.milliseconds, 'min="0"')}
${button("createFault", t.create)} ${button("clearFaults", t.clear)}
</form>
${table("faults", [t.fault, t.operation, t.probability, t.times, t.met, t.missed, ""])}
</section>
<section aria-labelledby="snapshots-title">
<h2 id="snapshots-title">${escapeHtml(t.snapshots)}</h2>
<p>${button("keep", t.keep)} ${button("reset", t.reset)}</p>
${table("snapshots", [t.name, t.now, ""])}
</section>
<section aria-labelledby="requests-title">
<h2 id="requests-title">${escapeHtml(t.requests)}</h2>
<p><label><input type="checkbox" id="pause"> ${escapeHtml(t.pause)}</label> ${button("clearRequests", t.clear)}</p>
${table("requests", [t.at, t.call, t.operation, t.status, t.verdict, t.fault])}
</section>
</main>
</body>
</html>`;
  return new Response(html, { headers: pageHeaders(policy) });
}

export const consoleStyles = `.languages { float: right; margin: 0; }
form { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: end; }
label { display: inline-grid; gap: 0.15rem; font-size: 0.85rem; }
label:has([type="checkbox"]) { display: inline-flex; }
input[type="number"] { width: 6.5rem; }
button, input, select { font: inherit; padding: 0.25rem 0.5rem; }
#notice:not(:empty) { padding: 0.5rem 0.8rem; border: 1px solid currentColor; border-radius: 0.3rem; }
#acts { font-size: 0.9rem; max-height: 16rem; overflow-y: auto; }
#requests { max-height: 32rem; overflow-y: auto; }
td.invalid, td.unknownOperation { color: light-dark(#b00020, #ff8a94); font-weight: 600; }
td.valid { color: light-dark(#0a6b2d, #7fd49a); }
`;
