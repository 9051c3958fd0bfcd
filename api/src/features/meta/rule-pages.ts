import type { Language } from "../../domain/problems.ts";
import { problemCodes } from "../../domain/problems.ts";
import { ruleBook, ruleHref, rulePath } from "../../rule-book.ts";
import type { Entity, Entry, Family, FieldRow, Pending, Rule, RuleKind, RuleTable } from "../../rule-book.ts";
import { escapeHtml, htmlPage, pageHeaders } from "./page.ts";

/** The rule book, for people in both languages and as JSON. Field tables and what the guide leaves open are in English. */

const words = {
  fr: {
    language: "fr" as const,
    everyRule: "Toutes les règles",
    inEnglish: "Les tableaux de champs, les conventions et les points ouverts sont en anglais.",
    section: "Section du guide",
    kind: "Nature",
    family: "Famille",
    reading: "Interprétation",
    readingOf: "tout ou partie : le guide se tait ou est ambigu, et voici ce qui a été retenu",
    pending: "À venir",
    partly: "en partie",
    comesWith: { booking: "avec les rendez-vous", messages: "avec les messages", reports: "avec les rapports" },
    finished: "terminée",
    unfinished: "en cours",
    sources: "Sources",
    conventions: "Conventions",
    openPoints: "Ce que le guide laisse ouvert, et ce qui a été retenu",
    field: "champ",
    entity: "Objet",
    none: "rien",
    kinds: {
      field: "champ",
      validation: "validation",
      behaviour: "comportement",
      permission: "permission",
      default: "valeur par défaut",
      computed: "calcul",
    } satisfies Record<RuleKind, string>,
    row: {
      frenchName: "Nom français",
      type: "Type",
      required: "Obligatoire",
      editableBy: "Modifiable par",
      default: "Valeur par défaut",
      validation: "Validation",
    },
  },
  en: {
    language: "en" as const,
    everyRule: "Every rule",
    inEnglish: "The guide is in French; the rules are in both languages.",
    section: "Section of the guide",
    kind: "Kind",
    family: "Family",
    reading: "Reading",
    readingOf: "all or part of it: the guide is silent or ambiguous, and this is what was chosen",
    pending: "To come",
    partly: "in part",
    comesWith: { booking: "with booking", messages: "with messages", reports: "with reports" },
    finished: "finished",
    unfinished: "under way",
    sources: "Sources",
    conventions: "Conventions",
    openPoints: "What the guide leaves open, and what was chosen",
    field: "field",
    entity: "Object",
    none: "none",
    kinds: {
      field: "field",
      validation: "validation",
      behaviour: "behaviour",
      permission: "permission",
      default: "default",
      computed: "computed",
    } satisfies Record<RuleKind, string>,
    row: {
      frenchName: "French name",
      type: "Type",
      required: "Required",
      editableBy: "Editable by",
      default: "Default",
      validation: "Validation",
    },
  },
} satisfies Record<Language, unknown>;
type Words = (typeof words)[Language];

/** The answer depends on what its reader prefers. */
const vary = "Accept, Accept-Language";

export function ruleBookJson(baseUrl: string): Response {
  const families = ruleBook.families.map((family) => ({
    ...family,
    rules: family.rules.map((rule) => ({ ...rule, href: ruleHref(rule.id, baseUrl) })),
  }));
  const { title, documents, conventions } = ruleBook;
  return json({ title, documents, conventions, families });
}

export function ruleJson(entry: Entry, baseUrl: string): Response {
  const { family, title, finished } = entry.family;
  const of = { family, title, finished };
  if ("rule" in entry) return json({ ...entry.rule, href: ruleHref(entry.rule.id, baseUrl), family: of });
  const { field, entity } = entry;
  return json({ ...field, href: ruleHref(field.id, baseUrl), entity: entity.name, family: of });
}

function json(body: object): Response {
  const headers = { ...pageHeaders(), "content-type": "application/json; charset=utf-8", vary };
  return new Response(JSON.stringify(body), { headers });
}

export function ruleBookPage(language: Language): Response {
  return page(language, ruleBook.title[language], books[language]());
}

/** Made once in each language: there are hundreds of rules, and the book does not change while the process runs. */
const books = { fr: once(() => wholeBook("fr")), en: once(() => wholeBook("en")) };

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}

function wholeBook(language: Language): string {
  const say = words[language];
  const { title, documents, conventions, families } = ruleBook;
  return `<h1>${escapeHtml(title[language])}</h1>
<p>${say.inEnglish}</p>
<ul>${families.map((family) => `<li>${familyLink(family, language)} · ${stateOf(family, say)}</li>`).join("")}</ul>
<h2>${say.sources}</h2>
<ul>${documents.map((each) => `<li>${escapeHtml(`${each.title[language]}: ${each.source[language]}`)}</li>`).join("")}</ul>
<h2>${say.conventions}</h2>
<ul lang="en">${conventions.map((text) => `<li>${rich(text)}</li>`).join("")}</ul>
${families.map((family) => familySection(family, language)).join("\n")}
<h2>${say.openPoints}</h2>
${documents
  .filter(({ openPoints }) => openPoints.length > 0)
  .map(
    ({ title, openPoints }) => `<h3>${escapeHtml(title[language])}</h3>
<ol lang="en">${openPoints.map((point) => `<li value="${String(point.number)}">${openPoint(point)}</li>`).join("")}</ol>`,
  )
  .join("\n")}`;
}

function familyLink({ family, title }: Family, language: Language): string {
  return `<a href="/docs/rules#${family}">${family}</a> ${escapeHtml(title[language])}`;
}

function stateOf({ finished }: Family, say: Words): string {
  return finished ? say.finished : say.unfinished;
}

function openPoint({ question, reading, rules }: { question: string; reading: string; rules?: string }): string {
  return `${rich(question)} → ${rich(reading)}${rules === undefined ? "" : ` (${rich(rules)})`}`;
}

function familySection(family: Family, language: Language): string {
  const say = words[language];
  return `<section id="${family.family}">
<h2>${family.family} · ${escapeHtml(family.title[language])}</h2>
${family.entities.map((entity) => fieldTable(entity, say)).join("\n")}
<dl>${family.rules.map((rule) => ruleItem(rule, say)).join("\n")}</dl>
${family.tables.map(ruleTable).join("\n")}
</section>`;
}

function ruleItem(rule: Rule, say: Words): string {
  const marks = [say.kinds[rule.kind], escapeHtml(rule.section), ...marksOf(rule, say)];
  return `<dt>${link(rule.id)}</dt><dd>${rich(rule.text[say.language])} <small>${marks.join(" · ")}</small></dd>`;
}

function marksOf({ reading, pending }: Pick<Rule, "reading" | "pending">, say: Words): string[] {
  return [
    ...(reading ? [say.reading.toLowerCase()] : []),
    ...(pending === undefined ? [] : [waits(pending, say).toLowerCase()]),
  ];
}

function waits({ partly, comesWith }: Pending, say: Words): string {
  return `${say.pending} ${say.comesWith[comesWith]}${partly === true ? `, ${say.partly}` : ""}`;
}

function fieldTable({ name, frenchName, fields }: Entity, say: Words): string {
  const columns = ["frenchName", "type", "required", "editableBy", "default", "validation"] as const;
  const rows = fields.map(
    (field) =>
      `<tr><th>${link(field.id, field.name)}</th>${columns.map((column) => cell(field[column])).join("")}</tr>`,
  );
  return `<h3>${name} (<span lang="fr">${escapeHtml(frenchName)}</span>)</h3>
<table lang="en">
<tr lang="${say.language}"><th>${say.field}</th>${columns.map((column) => `<th>${say.row[column]}</th>`).join("")}</tr>
${rows.join("\n")}
</table>`;
}

function ruleTable({ title, columns, rows }: RuleTable): string {
  return `<h3 lang="en">${escapeHtml(title)}</h3>
<table lang="en">
<tr>${columns.map((column) => `<th>${escapeHtml(column)}</th>`).join("")}</tr>
${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n")}
</table>`;
}

function cell(text: string | null): string {
  return `<td>${text === null ? "" : rich(text)}</td>`;
}

export function rulePage(entry: Entry, language: Language): Response {
  const say = words[language];
  const { id, reading } = "rule" in entry ? entry.rule : entry.field;
  const items = [
    ...("rule" in entry ? ruleItems(entry.rule, say) : fieldItems(entry, say)),
    ...(reading ? [item(say.reading, say.readingOf)] : []),
    item(say.family, `${familyLink(entry.family, language)} · ${stateOf(entry.family, say)}`),
  ];
  const text = "rule" in entry ? `<p class="rule">${rich(entry.rule.text[language])}</p>` : "";
  return page(
    language,
    id,
    `<h1><code>${id}</code></h1>
${text}
<dl>
${items.join("\n")}
</dl>
<p><a href="/docs/rules">${say.everyRule}</a></p>`,
  );
}

function ruleItems({ section, kind, pending }: Rule, say: Words): string[] {
  const items = [item(say.section, escapeHtml(section)), item(say.kind, say.kinds[kind])];
  if (pending === undefined) return items;
  return [...items, item(waits(pending, say), rich(pending.reason[say.language]))];
}

function fieldItems({ entity, field }: { entity: Entity; field: FieldRow }, say: Words): string[] {
  const { frenchName, type, required, editableBy, default: preset, validation } = field;
  const told = { frenchName, type, required, editableBy, default: preset, validation };
  const items = Object.entries(say.row).map(([name, label]) => {
    // The labels are those of the row's parts.
    const text = told[name as keyof typeof told];
    return item(
      label,
      text === null ? say.none : `<span lang="${name === "frenchName" ? "fr" : "en"}">${rich(text)}</span>`,
    );
  });
  return [item(say.entity, `${entity.name} (<span lang="fr">${escapeHtml(entity.frenchName)}</span>)`), ...items];
}

function item(label: string, html: string): string {
  return `<dt>${label}</dt><dd>${html}</dd>`;
}

/** Text with its code marked as such, and with links from rules, fields and problem codes to their pages. */
function rich(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]*)`/g, (_whole, code: string) =>
      problemCodes.some((known) => known === code)
        ? `<a href="/docs/problems/${code}"><code>${code}</code></a>`
        : `<code>${code}</code>`,
    )
    .replace(/(?<![\w-])(?:[A-Z]{2,8}-\d{2}|[A-Z][A-Za-z]+\.[a-z][A-Za-z]*)(?![\w-])/g, (id) =>
      ruleBook.entries.has(id) ? link(id) : id,
    );
}

function link(id: string, shown = id): string {
  return `<a href="${rulePath(id)}"><code>${shown}</code></a>`;
}

function page(language: Language, title: string, body: string): Response {
  const html = htmlPage(language, title, body);
  return new Response(html, { headers: { ...pageHeaders(), "content-language": language, vary } });
}
