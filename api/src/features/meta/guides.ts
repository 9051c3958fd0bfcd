import { readFile } from "node:fs/promises";
import { Marked } from "marked";
import type { Language } from "../../domain/problems.ts";
import { escapeHtml, htmlPage, pageHeaders } from "./page.ts";

/** The vendors' guides (docs/vendors), shown as they are in the repository: the same addresses, the same anchors. */

/** In the order in which they are read. */
const guideNames = ["first-hour", "agenda-model", "sync", "time", "errors", "going-live"] as const;
type GuideName = (typeof guideNames)[number];

const words = {
  fr: { title: "Guides pour les éditeurs", all: "Tous les guides", reference: "Référence", other: "In English" },
  en: { title: "Guides for vendors", all: "All guides", reference: "Reference", other: "En français" },
} as const satisfies Record<Language, unknown>;

export async function guideIndex(language: Language): Promise<Response> {
  const { title, reference } = words[language];
  const listed = await Promise.all(
    guideNames.map(async (name) => {
      const heading = headingOf(await textOf(language, name));
      return `<li><a href="/docs/guides/${language}/${name}.md">${escapeHtml(heading)}</a></li>`;
    }),
  );
  const body = `<p>${languageLink(language, "")} · <a href="/docs">${reference}</a></p>
<h1>${title}</h1>
<ol>${listed.join("\n")}</ol>`;
  return page(language, title, body);
}

/** Nothing: no such guide. */
export async function guidePage(language: Language, file: string): Promise<Response | undefined> {
  const name = guideNames.find((known) => file === `${known}.md`);
  if (name === undefined) return undefined;
  const text = await textOf(language, name);
  const navigation = `<p><a href="/docs/guides/${language}">${words[language].all}</a> · ${languageLink(language, `/${name}.md`)}</p>`;
  return page(language, headingOf(text), `${navigation}\n${await markdown.parse(text)}`);
}

/** What an address says. */
export function guideLanguage(text: string): Language | undefined {
  return text === "fr" || text === "en" ? text : undefined;
}

function languageLink(language: Language, path: string): string {
  const other = language === "fr" ? "en" : "fr";
  return `<a href="/docs/guides/${other}${path}" hreflang="${other}" lang="${other}">${words[language].other}</a>`;
}

function page(language: Language, title: string, body: string): Response {
  return new Response(htmlPage(language, `arrimage · ${title}`, body), {
    headers: { ...pageHeaders(), "content-language": language },
  });
}

async function textOf(language: Language, name: GuideName): Promise<string> {
  return readFile(new URL(`../../../../docs/vendors/${language}/${name}.md`, import.meta.url), "utf8");
}

function headingOf(text: string): string {
  return text.slice("# ".length, text.indexOf("\n"));
}

const markdown = new Marked({
  renderer: {
    heading({ tokens, depth, text }) {
      const level = String(depth);
      return `<h${level} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
  },
});

/** As repositories' hosts make it of a heading: `L'empreinte` is `lempreinte`. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number} -]/gu, "")
    .replaceAll(" ", "-");
}
