import type { Language } from "../../domain/problems.ts";

/** Pages for people: nothing from another host, and no script unless the policy lets one in. */

const nothingButText = "default-src 'none'; style-src 'self'; frame-ancestors 'none'";

export const pageHeaders = (policy = nothingButText) => ({
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
});

/** A page in the hub's own dress. */
export function htmlPage(language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>`;
}

export function stylesheet(): Response {
  return new Response(styles, {
    headers: {
      "content-type": "text/css; charset=utf-8",
      "cache-control": "public, max-age=3600",
      "x-content-type-options": "nosniff",
    },
  });
}

const styles = `:root { color-scheme: light dark; }
body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1, h2, h3 { line-height: 1.2; }
h2 { margin-top: 3rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
a { color: light-dark(#0b5394, #8ab8f0); }
code { font: 0.9em ui-monospace, monospace; }
pre { padding: 0.9rem 1rem; overflow-x: auto; background: color-mix(in srgb, currentColor 6%, transparent); }
small { opacity: 0.75; }
p.rule { font-size: 1.2rem; }
dt { margin-top: 0.9rem; font-weight: 600; }
dd { margin: 0.1rem 0 0 1.5rem; }
table { display: block; overflow-x: auto; border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.35rem 0.6rem; text-align: left; vertical-align: top; }
tr + tr > * { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
`;

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
