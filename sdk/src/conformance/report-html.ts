/** The report as one page that needs nothing else: for whoever asks a vendor for it. */
import type { Report } from "./report.ts";
import { escaped, verdictOf } from "./report.ts";

export function reportHtml(report: Report): string {
  const { software, profiles, seed, kit, contract, counts, checks, digest } = report;
  const rows = checks.map(({ id, title, stands, sources, status, findings }) => {
    const found = findings.map((it) => `<li><b>${escaped(it.scenario)}</b>: ${escaped(it.found)}</li>`).join("");
    return `<tr class="${status}"><td>${id}</td><td>${escaped(title)}<p>${escaped(stands)} <i>${escaped(sources.join(", "))}</i></p>${
      found === "" ? "" : `<ul>${found}</ul>`
    }</td><td>${status}</td></tr>`;
  });
  const name = escaped(`${software.name} ${software.version}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}: ${escaped(verdictOf(report))}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #8884; padding: .5rem; vertical-align: top; }
td:first-child { white-space: nowrap; font-family: ui-monospace, monospace; }
p, li { margin: 0; color: #666; font-size: .85em; }
.failed td:last-child { color: #b00020; font-weight: bold; }
.passed td:last-child { color: #11703c; }
code { overflow-wrap: anywhere; }
</style>
<h1>${name}: ${escaped(verdictOf(report))}</h1>
<p>Profiles ${profiles.join(", ")}; seed ${String(seed)}; contract ${escaped(contract)}; kit ${escaped(kit)}.
${String(counts.passed)} passed, ${String(counts.failed)} failed, ${String(counts.skipped)} skipped.</p>
<table>
${rows.join("\n")}
</table>
<p>Digest <code>${digest}</code></p>
</html>
`;
}
