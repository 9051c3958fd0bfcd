import ipaddr from "ipaddr.js";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";

/** Which addresses webhooks may be sent to: nobody shall have the hub call into a network it can reach and they cannot. */

/**
 * SYNC-60: an https address on port 443 of a host on the public internet, without user name or password. In the sandbox
 * also http, any port, this machine and private networks: a vendor's developer listens there.
 */
export function decideAddress(text: string, mode: "sandbox" | "production"): Decision<string> {
  const schemes = mode === "sandbox" ? { schemes: "http(s)" } : undefined;
  const refused = refuse(violation("SYNC-60", "WEBHOOK_ADDRESS_REFUSED", "/url", schemes));
  if (!URL.canParse(text)) return refused;
  // WHATWG: what writes an IPv4 address in decimal, octal or hexadecimal reads as its four numbers from here on.
  const url = new URL(text);
  const sandbox = mode === "sandbox";
  if (url.protocol !== "https:" && !(sandbox && url.protocol === "http:")) return refused;
  if (url.port === "0" || (url.port !== "" && !sandbox)) return refused;
  if (url.username !== "" || url.password !== "") return refused;
  return mayBeHost(hostOf(url), mode) ? accept(url.href) : refused;
}

/** The host as a resolver takes it: an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replaceAll(/[[\]]/g, "");
}

/** Whether a host that is an address may be called; a name has to be resolved first, and what it resolves to be asked. */
function mayBeHost(host: string, mode: "sandbox" | "production"): boolean {
  if (isAddress(host)) return mayBeCalled(host, mode);
  const name = host.replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return mode === "sandbox";
  // A name without a dot, or of a network of one's own, is nobody's on the internet.
  return /^[^.]+(\.[^.]+)+$/.test(name) && !/\.(local|internal|lan|home\.arpa|onion)$/.test(name);
}

export function isAddress(host: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(host) || ipaddr.IPv6.isValid(host);
}

const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * SYNC-60: whether an address, as a resolver answers it, is one that webhooks may be sent to: by the registries of special
 * addresses (RFC 6890), and in IPv6 within what is given out for the internet at all.
 */
export function mayBeCalled(address: string, mode: "sandbox" | "production"): boolean {
  if (!isAddress(address)) return false;
  const called = behind(ipaddr.process(address));
  const range = called.range();
  if (range === "loopback" || range === "private" || range === "uniqueLocal") return mode === "sandbox";
  return range === "unicast" && (called instanceof ipaddr.IPv4 || called.match(globalUnicast));
}

/** The IPv4 address that a translated (NAT64, RFC 6052) or a 6to4 one leads to; a mapped one is read as such already. */
function behind(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  const range = address.range();
  if (range === "rfc6052") return new ipaddr.IPv4(address.toByteArray().slice(12));
  return range === "6to4" ? new ipaddr.IPv4(address.toByteArray().slice(2, 6)) : address;
}
