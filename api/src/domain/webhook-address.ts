import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";

/** Which addresses webhooks may be sent to: nobody shall have the hub call into a network it can reach and they cannot. */

/**
 * SYNC-60: an https address on port 443 of a host on the public internet, without user name or password. In the sandbox
 * also http, any port, this machine and private networks: a vendor's developer listens there.
 */
export function decideAddress(text: string, mode: "sandbox" | "production"): Decision<string> {
  const refused = refuse(violation("SYNC-60", "WEBHOOK_ADDRESS_REFUSED", "/url"));
  if (!URL.canParse(text)) return refused;
  // WHATWG: what writes an IPv4 address in decimal, octal or hexadecimal reads as its four numbers from here on.
  const url = new URL(text);
  const sandbox = mode === "sandbox";
  if (url.protocol !== "https:" && !(sandbox && url.protocol === "http:")) return refused;
  if (url.port !== "" && !sandbox) return refused;
  if (url.username !== "" || url.password !== "") return refused;
  return mayBeHost(hostOf(url), mode) ? accept(url.href) : refused;
}

/** The host as a resolver takes it: an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Whether a host that is an address may be called; a name has to be resolved first, and what it resolves to be asked. */
function mayBeHost(host: string, mode: "sandbox" | "production"): boolean {
  if (isAddress(host)) return mayBeCalled(host, mode);
  const name = host.replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return mode === "sandbox";
  // A name without a dot, or of a network of one's own, is nobody's on the internet.
  return name.includes(".") && !/\.(local|internal|lan|home\.arpa|onion)$/.test(name);
}

export function isAddress(host: string): boolean {
  return ipv4(host) !== undefined || ipv6(host) !== undefined;
}

/** SYNC-60: whether an address, as a resolver answers it, is one that webhooks may be sent to. */
export function mayBeCalled(address: string, mode: "sandbox" | "production"): boolean {
  const bits = ipv4(address);
  if (bits !== undefined) return mayBeCalled4(bits, mode);
  const groups = ipv6(address);
  if (groups === undefined) return false;
  const embedded = embeddedIpv4(groups);
  if (embedded !== undefined) return mayBeCalled4(embedded, mode);
  if (groups.slice(0, 7).every((group) => group === 0) && groups[7] === 1) return mode === "sandbox";
  const first = groups[0] ?? 0;
  // Unique local, fc00::/7.
  if ((first & 0xfe00) === 0xfc00) return mode === "sandbox";
  // Global unicast is 2000::/3; in it, what is for documentation and for tunnels that hide an IPv4 address is not.
  return (first & 0xe000) === 0x2000 && !(first === 0x2001 && ((groups[1] ?? 0) < 0x200 || groups[1] === 0x0db8));
}

const own4: readonly [string, number][] = [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
];
/** RFC 6890: this network, carriers' NAT, link-local, protocol assignments, documentation, 6to4, benchmarks, multicast, reserved. */
const never4: readonly [string, number][] = [
  ["0.0.0.0", 8],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

function mayBeCalled4(bits: number, mode: "sandbox" | "production"): boolean {
  if (isIn(bits, never4)) return false;
  return mode === "sandbox" || !isIn(bits, own4);
}

function isIn(bits: number, networks: readonly [string, number][]): boolean {
  return networks.some(([network, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(bits / size) === Math.floor((ipv4(network) ?? 0) / size);
  });
}

function ipv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((bits, part) => bits * 256 + part, 0);
}

/** The eight groups; a zone (`%eth0`) only link-local addresses have, which are refused anyway. */
function ipv6(text: string): number[] | undefined {
  const plain = text.replace(/%.*$/, "");
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  const last = tail?.[2] === undefined ? undefined : ipv4(tail[2]);
  if (tail !== null && last === undefined) return undefined;
  const hex =
    tail === null || last === undefined
      ? plain
      : `${tail[1] ?? ""}${Math.floor(last / 65_536).toString(16)}:${(last % 65_536).toString(16)}`;
  const [head, rest, more] = hex.split("::");
  if (head === undefined || more !== undefined) return undefined;
  const before = groupsOf(head);
  const after = rest === undefined ? [] : groupsOf(rest);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined;
}

/** The IPv4 address behind a mapped, compatible, translated (NAT64) or 6to4 one. */
function embeddedIpv4(groups: readonly number[]): number | undefined {
  const at = (index: number) => (groups[index] ?? 0) * 65_536 + (groups[index + 1] ?? 0);
  const zero = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  if (zero(0, 5) && (groups[5] === 0xffff || (groups[5] === 0 && at(6) > 1))) return at(6);
  if (zero(0, 4) && groups[4] === 0xffff && groups[5] === 0) return at(6);
  if (groups[0] === 0x64 && groups[1] === 0xff9b) return at(6);
  return groups[0] === 0x2002 ? at(1) : undefined;
}
