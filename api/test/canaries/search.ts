import { normaliseNam } from "../../src/domain/nam.ts";

/**
 * What must not be said, as it would read in a text: health insurance numbers in whatever spelling, and of the people
 * whom the suite invents their names and how they are reached.
 */

const separator = String.raw`(?:[\s+-]|%20|%2B|%2D)*`;
/** Four letters and eight digits. Dates behind a word read like that too: see isNamed. */
const number = new RegExp(`[A-Za-z]{4}${separator}(?:[0-9]${separator}){7}[0-9]`, "g");

const personal: readonly { kind: string; form: RegExp }[] = [
  // Of factories.ts.
  { kind: "name", form: /citoyenne(?:[\s+]|%20)*\d+/gi },
  // From where a word begins: a mebibyte without an @ is read once.
  { kind: "e-mail address", form: /(?<![\w.-])[\w.-]+(?:@|%40)[\w-]+\.[a-z]{2,}/gi },
  // Nobody's, in the suite as in films: 555. Not the clinic's of factories.ts, which a refusal names (MSG-04).
  { kind: "phone", form: /(?<!\d)(?!418-555-0100)[2-9]\d\d[- .]?555[- .]?\d{4}(?!\d)/g },
];

export interface Found {
  kind: string;
  /** Of a number: as the hub stores it. Never printed. */
  nam?: string;
  /** Of a number: nothing of a longer word or number, and a real date in it. */
  exact?: boolean;
  /** What stands around it, everything personal struck out. */
  around: string;
}

/** Everything of the kind in a text, and what the text says when it is the URL of something. */
export function find(text: string): Found[] {
  return [...new Set([text, decoded(text)])].flatMap((version) => [
    ...[...version.matchAll(number)].map((match) => {
      const [spelt] = match;
      const nam = folded(spelt);
      const alone = !/[A-Za-z0-9]/.test(version.charAt(match.index - 1) + version.charAt(match.index + spelt.length));
      return { kind: "NAM", nam, exact: alone && normaliseNam(nam) !== null, around: struckOut(version, match.index) };
    }),
    ...personal.flatMap(({ kind, form }) =>
      [...version.matchAll(form)].map(({ index }) => ({ kind, around: struckOut(version, index) })),
    ),
  ]);
}

/** The numbers that a request gives: `nam` fields, and whatever else has the form of one. */
export function numbersIn(body: string): string[] {
  const given = [...body.matchAll(/"nam"\s*:\s*"([^"]*)"/gi)].map(([, value = ""]) => folded(value));
  const formed = find(body).flatMap(({ nam, exact }) => (exact === true && nam !== undefined ? [nam] : []));
  return [...given, ...formed].filter((text) => /^[A-Z]{4}[0-9]{8}$/.test(text));
}

/** The one spelling that the others are compared by. */
export function folded(spelt: string): string {
  return spelt.replace(/%20|%2B|%2D|[\s+-]/gi, "").toUpperCase();
}

const shown = 100;

function struckOut(text: string, at: number): string {
  const [before, after] = [text.slice(Math.max(0, at - shown), at), text.slice(at, at + shown)];
  let rest = `${before}${after}`.replace(number, "[NAM]");
  for (const { kind, form } of personal) rest = rest.replace(form, `[${kind}]`);
  // What the cut has left of another one, at either end.
  return rest.replace(/^[A-Za-z0-9%+ -]*|[A-Za-z0-9%+ -]*$/g, (edge) => edge.replace(/[0-9]/g, "·"));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
