import sanitizeHtml from "sanitize-html";
import type { FormattedText } from "./domain/customisation.ts";
import { accept, refuse, violation } from "./domain/decision.ts";
import type { Decision } from "./domain/decision.ts";

/** The one place where formatting that people write is read: what leaves it may stand in an e-mail or on a page. */

const allowedTags = [
  "p",
  "br",
  "strong",
  "b",
  "em",
  "i",
  "u",
  "s",
  "ul",
  "ol",
  "li",
  "h3",
  "h4",
  "blockquote",
  "hr",
  "a",
];

/** Nothing of a page: what a browser or an editor wraps around a text without changing it. */
const wrappers = new Set(["html", "head", "body"]);

/** COMM-08: whatever shows a picture, or could be made to. */
const pictures = new Set([
  "img",
  "image",
  "picture",
  "svg",
  "canvas",
  "video",
  "object",
  "embed",
  "iframe",
  "frame",
  "map",
]);
const pictureInStyle = /<style[^>]*>[^<]*(?:url|image-set)\s*\(/i;
const pictureAttributes = new Set(["background", "srcset", "poster", "longdesc", "dynsrc", "lowsrc"]);
const pictureValue = /url\s*\(|image-set\s*\(|^\s*data:/i;
const safeLink = /^(?:https?:\/\/|mailto:|tel:)/i;

/** Deeper than anybody formats a message. */
const deepest = 30;

/**
 * COMM-08: formatting is kept, an image is refused. What is neither (scripts, styles, classes, other tags) is left out,
 * with a notice, because texts pasted from a word processor are full of it. Links go to the web, a mailbox or a phone.
 */
export function formatText(written: string): Decision<FormattedText> {
  // A tag that the text ends in is never opened for the parser, and would go without a word.
  const unended = /<([a-z][a-z0-9]*)[^<>]*$/i.exec(written)?.[1]?.toLowerCase();
  let pictured = pictureInStyle.test(written) || (unended !== undefined && pictures.has(unended));
  let removed = unended !== undefined;
  const sanitised = sanitizeHtml(withLineBreaks(written), {
    allowedTags,
    allowedAttributes: { a: ["href", "rel"] },
    allowedSchemes: ["http", "https", "mailto", "tel"],
    allowProtocolRelative: false,
    enforceHtmlBoundary: false,
    nestingLimit: deepest,
    onOpenTag(name, attributes) {
      if (isPicture(name, attributes)) pictured = true;
      if (!wrappers.has(name) && !isKept(name, attributes)) removed = true;
    },
    transformTags: { a: (tagName, { href = "" }) => ({ tagName, attribs: linkOf(href) }) },
  });
  if (pictured) return refuse(violation("COMM-08", "IMAGE_NOT_ALLOWED", "/body"));
  const html = sanitised.trim();
  const warnings = removed ? [violation("COMM-08", "FORMATTING_REMOVED", "/body")] : [];
  return accept({ html, text: textOf(html) }, warnings);
}

/** Blocks that are not kept, though what is in them stands on lines of its own. */
const leftOutBlocks =
  /(?:<\/?(?:div|h[1256]|section|article|header|footer|main|address|center|pre|table|thead|tbody|tr|td|th|caption|dl|dt|dd)\b[^<>]*>\s*)+/gi;
/** Beside these a line ends anyway. */
const lines = new Set(["p", "br", "hr", "ul", "ol", "li", "h3", "h4", "blockquote", ...wrappers]);

/**
 * A line break where blocks are about to be left out between two pieces of text: an editor writes each line as a `div`, and
 * the last word of one would stick to the first of the next.
 */
function withLineBreaks(written: string): string {
  return written.replace(leftOutBlocks, (blocks, offset: number) => {
    const [before, after] = [written.slice(0, offset).trimEnd(), written.slice(offset + blocks.length)];
    const apart = before === "" || after === "" || lines.has(lastTagOf(before)) || lines.has(firstTagOf(after));
    return apart ? blocks : `${blocks}<br />`;
  });
}

/** The name of the tag that a text ends with; empty when it ends with something else. */
function lastTagOf(html: string): string {
  return html.endsWith(">") ? firstTagOf(html.slice(html.lastIndexOf("<"))) : "";
}

function firstTagOf(html: string): string {
  return /^<\/?([a-z][a-z0-9]*)/i.exec(html)?.[1]?.toLowerCase() ?? "";
}

type Attributes = Readonly<Record<string, string>>;

function isPicture(name: string, attributes: Attributes): boolean {
  if (pictures.has(name) || (name === "input" && attributes["type"]?.toLowerCase() === "image")) return true;
  return Object.entries(attributes).some(
    ([attribute, value]) => pictureAttributes.has(attribute) || pictureValue.test(value),
  );
}

function isKept(name: string, attributes: Attributes): boolean {
  if (!allowedTags.includes(name)) return false;
  return Object.entries(attributes).every(
    ([attribute, value]) =>
      name === "a" && (attribute === "rel" || (attribute === "href" && safeLink.test(value.trim()))),
  );
}

/** A link tells the page it leads to nothing of the one it stands on. */
function linkOf(href: string): Record<string, string> {
  const target = href.trim();
  return safeLink.test(target) ? { href: target, rel: "noopener noreferrer" } : {};
}

const entities: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };

/** As a reader without formatting has it: a line for each paragraph and item, and the address behind each link. */
function textOf(html: string): string {
  const lined = html
    .replace(/\s+/g, " ")
    .replace(/<a href="([^"]*)"[^>]*>(.*?)<\/a>/g, (_, href: string, label: string) => {
      const address = href.replace(/^(?:mailto|tel):/i, "");
      return label === address ? label : `${label} (${address})`;
    })
    .replace(/(<\/(?:a|b|strong|em|i|u|s)>|[^>\s]) ?(?=<(?:p|ul|ol|li|h3|h4|blockquote)>)/g, "$1\n")
    .replace(/<li>/g, "- ")
    .replace(/<br \/>|<hr \/>|<\/(?:p|li|h3|h4|blockquote|ul|ol)>/g, "\n");
  return sanitizeHtml(lined, { allowedTags: [], allowedAttributes: {} })
    .replace(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity)
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
