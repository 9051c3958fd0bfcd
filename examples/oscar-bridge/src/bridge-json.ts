import { isTimeZone, parseInstant } from "./local-time.ts";
import { ExportError } from "./malformed.ts";

export type ServiceType = "MF" | "GMF" | "GEN";
export type Visibility = "public" | "private";

/** What one schedule code means to RVSQ. */
export interface OfferedCode {
  type: ServiceType;
  consultationReason: string;
  durationMinutes: number;
  visibility: Visibility;
  /** Published so many days before the slot's date, at this local time; null: at once. */
  openFrom: { daysBefore: number; minute: number } | null;
}

export interface Establishment {
  name: string;
  isGmf: boolean;
  gmfNumber: string | null;
}

export interface Place {
  name: string;
  abbreviation: string;
  civicNumber: string;
  street: string;
  city: string;
  province: string;
  postalCode: string;
  phone: string;
  timeZone: string;
}

/** Professionals by practice number: a work group, and who relays it. A team without anybody is none (WG-16). */
export interface WorkGroup {
  members: readonly string[];
  relayTeam1: readonly string[];
  relayTeam2: readonly string[];
}

/** `bridge.json`: what the clinic tells the bridge. A code that is not listed is not offered. */
export interface BridgeConfig {
  establishment: Establishment;
  place: Place;
  clock: Date;
  codes: ReadonlyMap<string, OfferedCode>;
  /** None when the file says nothing of them. */
  workGroups: readonly WorkGroup[];
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Throws ExportError naming the path of the first thing that is not as it should be. */
export function readBridgeConfig(json: string): BridgeConfig {
  const root = object(parseJson(json), "");
  const establishment = object(root.establishment, "establishment");
  const isGmf = establishment.isGmf === true;
  return {
    establishment: {
      name: text(establishment, "establishment", "name"),
      isGmf,
      gmfNumber: establishment.gmfNumber === undefined ? null : text(establishment, "establishment", "gmfNumber"),
    },
    place: place(object(root.place, "place")),
    clock: parseInstant(text(root, "", "clock")) ?? refuse("clock", "must be an RFC 3339 instant with its offset"),
    codes: new Map(
      Object.entries(object(root.codes, "codes")).map(([code, meaning]) => [code, offeredCode(code, meaning)]),
    ),
    workGroups: workGroups(root.workGroups, isGmf),
  };
}

/** Throws ExportError when a work group names somebody whom the export does not have. */
export function refuseStrangers(
  { workGroups }: Pick<BridgeConfig, "workGroups">,
  professionalNumbers: ReadonlySet<string>,
): void {
  for (const [index, group] of workGroups.entries()) {
    for (const list of groupLists) {
      const position = group[list].findIndex((number) => !professionalNumbers.has(number));
      if (position !== -1) {
        refuse(`workGroups[${index}].${list}[${position}]`, "must be a practice number of provider.csv (WG-12)");
      }
    }
  }
}

function place(json: JsonObject): Place {
  const timeZone = text(json, "place", "timeZone");
  if (!isTimeZone(timeZone)) refuse("place.timeZone", "must be an IANA time zone");
  return {
    name: text(json, "place", "name"),
    abbreviation: text(json, "place", "abbreviation"),
    civicNumber: text(json, "place", "civicNumber"),
    street: text(json, "place", "street"),
    city: text(json, "place", "city"),
    province: text(json, "place", "province"),
    postalCode: text(json, "place", "postalCode"),
    phone: text(json, "place", "phone"),
    timeZone,
  };
}

function offeredCode(code: string, meaning: unknown): OfferedCode {
  const path = `codes.${code}`;
  const json = object(meaning, path);
  const { type, visibility, durationMinutes } = json;
  if ([...code].length !== 1 || code === "_") refuse(path, "must be one character, and not `_`, which is no code");
  if (type !== "MF" && type !== "GMF" && type !== "GEN") return refuse(`${path}.type`, "must be MF, GMF or GEN");
  if (visibility !== "public" && visibility !== "private") {
    return refuse(`${path}.visibility`, "must be public or private");
  }
  if (!isWhole(durationMinutes) || durationMinutes === 0) {
    return refuse(`${path}.durationMinutes`, "must be a whole number of minutes");
  }
  const openFrom = json.openFrom === undefined ? null : opening(object(json.openFrom, `${path}.openFrom`), path);
  if (openFrom && visibility !== "public") refuse(`${path}.openFrom`, "needs a public visibility (SLOT-24)");
  return { type, consultationReason: text(json, path, "consultationReason"), durationMinutes, visibility, openFrom };
}

const groupLists = ["members", "relayTeam1", "relayTeam2"] as const;

/** What is wrong in the file itself; whether the hub knows these professionals is not. */
function workGroups(json: unknown, isGmf: boolean): WorkGroup[] {
  if (json === undefined) return [];
  const groups = array(json, "workGroups").map((group, index) => workGroup(group, `workGroups[${index}]`));
  if (groups.length > 0 && !isGmf) refuse("workGroups", "needs an establishment with isGmf true (WG-01)");
  const sortedMembers = groups.map(({ members }) => [...members].sort().join());
  for (const [index, members] of sortedMembers.entries()) {
    const first = sortedMembers.indexOf(members);
    if (first < index) refuse(`workGroups[${index}].members`, `must not be those of workGroups[${first}] (WG-07)`);
  }
  return groups;
}

function workGroup(value: unknown, path: string): WorkGroup {
  const json = object(value, path);
  const [members = [], relayTeam1 = [], relayTeam2 = []] = groupLists.map((list) =>
    json[list] === undefined ? [] : practiceNumbers(json[list], `${path}.${list}`),
  );
  if (members.length === 0) refuse(`${path}.members`, "must name at least one practice number (WG-06)");
  if (relayTeam2.length > 0 && relayTeam1.length === 0) refuse(`${path}.relayTeam2`, "needs a relayTeam1 (WG-14)");
  return { members, relayTeam1, relayTeam2 };
}

function practiceNumbers(value: unknown, path: string): string[] {
  return array(value, path).map((number, position, all) => {
    const at = `${path}[${position}]`;
    if (typeof number !== "string" || !/^\d{6}$/.test(number)) return refuse(at, "must be a text of six digits");
    if (all.indexOf(number) < position) refuse(at, `must not name ${number} a second time (WG-21)`);
    return number;
  });
}

function opening(json: JsonObject, path: string): { daysBefore: number; minute: number } {
  const { daysBefore, time } = json;
  if (!isWhole(daysBefore)) return refuse(`${path}.openFrom.daysBefore`, "must be a whole number of days");
  const parts = typeof time === "string" ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) : null;
  if (!parts) return refuse(`${path}.openFrom.time`, "must be a local time HH:MM");
  return { daysBefore, minute: Number(parts[1]) * 60 + Number(parts[2]) };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\ufeff/, ""));
  } catch {
    return refuse("", "must be JSON");
  }
}

function object(value: unknown, path: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(path, "must be an object");
  // An object that is no array: every property may be read, and is checked where it is.
  return value as JsonObject;
}

function array(value: unknown, path: string): unknown[] {
  return Array.isArray(value) ? value : refuse(path, "must be a list");
}

function text(json: JsonObject, path: string, key: string): string {
  const value = json[key];
  if (typeof value !== "string" || value.trim() === "") {
    return refuse(path === "" ? key : `${path}.${key}`, "must be a text");
  }
  return value;
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function refuse(path: string, must: string): never {
  throw new ExportError(`bridge.json: ${path === "" ? "the file" : path} ${must}.`);
}
