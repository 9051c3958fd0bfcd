import { readFile } from "node:fs/promises";

/** A guide's fenced blocks, in order. What stands between the fences is what a reader copies, and what the tests run. */
export interface Block {
  /** js, sh, text … */
  language: string;
  /** What follows it on the fence, as `file=agenda.mjs` or `background`. */
  attributes: ReadonlyMap<string, string>;
  text: string;
  line: number;
}

export const guides = ["first-hour", "agenda-model", "errors", "time", "sync", "going-live"] as const;
export type Guide = (typeof guides)[number];
export type Language = "fr" | "en";

export async function readGuide(language: Language, guide: Guide): Promise<string> {
  return readFile(new URL(`../vendors/${language}/${guide}.md`, import.meta.url), "utf8");
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (fence !== null && open === undefined) open = { info: fence[1] ?? "", line: index + 1, lines: [] };
    else if (fence !== null && open !== undefined) {
      const [language = "", ...words] = open.info.trim().split(/ +/);
      const attributes = new Map(words.map((word): [string, string] => splitOnce(word)));
      blocks.push({ language, attributes, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    } else open?.lines.push(line);
  }
  if (open !== undefined) throw new Error(`the block of line ${String(open.line)} is not closed`);
  return blocks;
}

function splitOnce(word: string): [string, string] {
  const at = word.indexOf("=");
  return at === -1 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
}

/** The code of a block without what is written for people: comments, and the texts of what it prints. */
export function codeOf({ language, attributes, text }: Block): string {
  const code = text
    .split("\n")
    .map((line) => (language === "sh" ? line.replace(/(^|\s)#.*$/, "") : line.replace(/(^|\s)\/\/ .*$/, "")))
    .filter((line) => line.trim() !== "")
    .join("\n");
  return `${language} ${[...attributes].join()}\n${code}`;
}

/** Output as the guide shows it: `…` stands for what is different each time. */
export function patternOf(line: string): RegExp {
  const parts = line.trimEnd().split("…");
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")} *$`);
}
