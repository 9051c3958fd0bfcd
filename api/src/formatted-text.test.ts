import { describe, expect, test } from "vitest";
import { formatText } from "./formatted-text.ts";

const kept = (written: string) => {
  const decision = formatText(written);
  if (!decision.ok) throw new Error("refused");
  return { ...decision.value, notices: decision.warnings.map(({ rule, code, pointer }) => [rule, code, pointer]) };
};
const removed = [["COMM-08", "FORMATTING_REMOVED", "/body"]];

describe("COMM-08 formatting is kept", () => {
  test.each([
    ["<p>Bonjour <strong>à</strong> <em>tous</em></p>", "Bonjour à tous"],
    ["<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"],
    ["<h3>Horaire</h3><p>Dès 8 h</p><hr /><p>Fermé le lundi</p>", "Horaire\nDès 8 h\n\nFermé le lundi"],
    ["<blockquote>Merci</blockquote>", "Merci"],
    ["", ""],
  ])("%s", (written, text) => {
    expect(kept(written)).toEqual({ html: written, text, notices: [] });
  });

  test.each([
    ["plain & simple <3", "plain &amp; simple &lt;3", "plain & simple <3"],
    ["a<br>b", "a<br />b", "a\nb"],
    ["<p>ouvert", "<p>ouvert</p>", "ouvert"],
    ["  <html><body><p>a</p></body></html>\n", "<p>a</p>", "a"],
    ["&lt;img src=x&gt;", "&lt;img src=x&gt;", "<img src=x>"],
    ['&amp;lt; &quot;"', '&amp;lt; ""', '&lt; ""'],
  ])("in its own spelling: %s", (written, html, text) => {
    expect(kept(written)).toEqual({ html, text, notices: [] });
  });

  test("a text that is kept once is kept unchanged again", () => {
    const { html } = kept('<p onclick="x">a & b<br><a href="https://clinique.example?a=1&b=2">site</a>');
    expect(kept(html)).toMatchObject({ html, notices: [] });
  });
});

describe("COMM-08 links go to the web, a mailbox or a phone", () => {
  test.each([
    ["https://clinique.example/?a=1", "site (https://clinique.example/?a=1)"],
    ["http://clinique.example", "site (http://clinique.example)"],
    ["mailto:rdv@clinique.example", "site (rdv@clinique.example)"],
    ["tel:+14185550100", "site (+14185550100)"],
  ])("%s", (href, text) => {
    expect(kept(`<a href="${href}">site</a>`)).toEqual({
      html: `<a href="${href}" rel="noopener noreferrer">site</a>`,
      text,
      notices: [],
    });
  });

  test("an address that is its own label is said once", () => {
    expect(kept('<a href="mailto:a@b.example">a@b.example</a>').text).toBe("a@b.example");
  });

  test.each(["javascript:alert(1)", "JaVaScRiPt:alert(1)", "//evil.example", "/local", "vbscript:x", "httpx://a", " "])(
    "no further: %s",
    (href) => {
      expect(kept(`<a href="${href}">site</a>`)).toEqual({ html: "<a>site</a>", text: "site", notices: removed });
    },
  );
});

describe("COMM-08 an image is refused", () => {
  test.each([
    '<p>a</p><img src="https://clinique.example/logo.png">',
    "<IMG SRC=x>",
    "<picture><source srcset=x></picture>",
    '<svg viewBox="0 0 1 1"></svg>',
    "<p><image href=x /></p>",
    "<canvas></canvas>",
    "<video></video>",
    "<object></object>",
    "<embed>",
    "<iframe></iframe>",
    '<input type="image" src="x">',
    '<input TYPE="IMAGE">',
    '<table background="x"></table>',
    '<p style="background-image: url(x)">a</p>',
    '<p style="background: image-set(x)">a</p>',
    "<style>p { background: url(x) }</style>",
    '<a href="data:image/png;base64,iVBORw0KGgo=">a</a>',
    '<p title=" data:image/png;base64,iVBORw0KGgo=">a</p>',
    "<noscript><img src=x></noscript>",
    "<div><img src=x></div>",
    '<source srcset="x 1x">',
    '<p>a</p><img src="https://clinique.example/logo.png"',
    "<style>p { background: image-set('x') }</style>",
  ])("%s", (written) => {
    const decision = formatText(written);
    expect(decision.ok ? [] : decision.violations).toEqual([
      { rule: "COMM-08", code: "IMAGE_NOT_ALLOWED", pointer: "/body" },
    ]);
  });

  test("words about one are words", () => {
    expect(kept("<p>url (https) et data: image</p>").notices).toEqual([]);
    expect(kept("<!-- <img src=x> --><p>a</p>")).toEqual({ html: "<p>a</p>", text: "a", notices: [] });
  });
});

describe("COMM-08 what is neither is left out, with a notice", () => {
  test.each([
    ["<script>alert(1)</script>a", "a"],
    ["<style>p { color: red }</style><p>a</p>", "<p>a</p>"],
    ['<p class="MsoNormal" style="color:red">a</p>', "<p>a</p>"],
    ['<p onclick="alert(1)">a</p>', "<p>a</p>"],
    ["<div><span>a</span></div>", "a"],
    ["<h1>a</h1>", "a"],
    ["<form><input><button>a</button></form>", "a"],
    [
      '<a href="https://a.example" target="_blank">a</a>',
      '<a href="https://a.example" rel="noopener noreferrer">a</a>',
    ],
    ["<xmp><b onclick=x>a</b></xmp>", ""],
    ["<p>a</p><b class=", "<p>a</p>"],
  ])("%s", (written, html) => {
    expect(kept(written)).toMatchObject({ html, notices: removed });
  });

  test.each([
    ["<div>un</div><div>deux</div>", "un<br />deux", "un\ndeux"],
    ["un<div>deux</div><div>trois</div>", "un<br />deux<br />trois", "un\ndeux\ntrois"],
    ["<h1>Titre</h1>\n<p>a</p>", "Titre\n<p>a</p>", "Titre\na"],
    ["<div><b>À voir</b></div><ul><li>a</li></ul>", "<b>À voir</b><ul><li>a</li></ul>", "À voir\n- a"],
    ["<h1>Titre</h1>a", "Titre<br />a", "Titre\na"],
    ['<div class="WordSection1"><p>a</p><p>b</p></div>', "<p>a</p><p>b</p>", "a\nb"],
    ["<div><b>un</b></div> <div><b>deux</b></div>", "<b>un</b> <br /><b>deux</b>", "un\ndeux"],
    ["<table><tr><td>8 h</td><td>lundi</td></tr></table>", "8 h<br />lundi", "8 h\nlundi"],
    ["<p>a</p><DIV>b</DIV>c", "<p>a</p>b<br />c", "a\nb\nc"],
    ["<div>un<br></div><div>deux</div>", "un<br />deux", "un\ndeux"],
  ])("and no word sticks to the one that stood on another line: %s", (written, html, text) => {
    expect(kept(written)).toEqual({ html, text, notices: removed });
    expect(kept(html)).toMatchObject({ html, text, notices: [] });
  });

  test("what is nested deeper than anybody formats", () => {
    const { html } = kept(`${"<b>".repeat(100)}a${"</b>".repeat(100)}`);
    expect(html.match(/<b>/g)?.length ?? 0).toBeLessThan(40);
  });
});
