/** Pages for people: nothing from another host, and no script unless the policy lets one in. */

const nothingButText = "default-src 'none'; frame-ancestors 'none'";

export const pageHeaders = (policy = nothingButText) => ({
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
});

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
