import { accept, pointerStep, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { nobodys } from "./field-editor.ts";
import type { FieldTable } from "./field-editor.ts";
import type { Position } from "./geography.ts";
import type { TimeZone } from "./time.ts";

/** PLACE-24, PLACE-25: what a citizen is shown at each step of the search. */
export const displayModes = ["byRelationship", "byClientele"] as const;
export type DisplayMode = (typeof displayModes)[number];

export const cancellationUnits = ["hours", "minutes"] as const;
export type CancellationUnit = (typeof cancellationUnits)[number];

/** Until how long before the start a patient may cancel online. */
export interface CancellationPolicy {
  value: number;
  unit: CancellationUnit;
}

export interface PlaceOptions {
  displayMode: DisplayMode;
  /** PLACE-26: whether the professional's name is kept from citizens, in the cascades that can keep it. */
  maskProfessionalName: { gmf: boolean; gen: boolean };
  cancellationPolicy: CancellationPolicy;
  noShowMessageEnabled: boolean;
}

/** PLACE-20: what a new place starts with. */
export const defaultPlaceOptions: PlaceOptions = {
  displayMode: "byRelationship",
  maskProfessionalName: { gmf: false, gen: false },
  cancellationPolicy: { value: 24, unit: "hours" },
  noShowMessageEnabled: false,
};

/** Options as somebody would have them: any of them may be null, and masks that do not exist may be named. */
export interface WantedPlaceOptions {
  displayMode: DisplayMode | null;
  maskProfessionalName: ({ gmf: boolean | null; gen: boolean | null } & Readonly<Record<string, unknown>>) | null;
  cancellationPolicy: { value: number | null; unit: CancellationUnit | null } | null;
  noShowMessageEnabled: boolean | null;
}

/** PLACE-29, PLACE-30: the largest delay of a unit; an hour is sent as 1 hour, a day as 24 hours. */
export const longestDelay: Readonly<Record<CancellationUnit, number>> = { minutes: 59, hours: 24 };

/** PLACE-23, PLACE-26, PLACE-29, PLACE-30, CANCEL-08: every option has a value, in its range, and there is no mask for MF. */
export function decidePlaceOptions(wanted: WantedPlaceOptions): Decision<PlaceOptions> {
  const { displayMode, maskProfessionalName: mask, cancellationPolicy: policy, noShowMessageEnabled } = wanted;
  const [gmf, gen] = [mask?.gmf ?? null, mask?.gen ?? null];
  const [value, unit] = [policy?.value ?? null, policy?.unit ?? null];
  const violations = [
    ...absent("", { displayMode, maskProfessionalName: mask, cancellationPolicy: policy, noShowMessageEnabled }),
    ...(mask === null ? [] : [...absent("/maskProfessionalName", { gmf, gen }), ...unknownMasks(mask)]),
    ...(policy === null ? [] : absent("/cancellationPolicy", { value, unit })),
    ...(value === null || unit === null ? [] : outOfRange({ value, unit })),
  ];
  const options = { displayMode, gmf, gen, value, unit, noShowMessageEnabled };
  // What is null is among the violations; asked again, the types know it too.
  if (violations.length > 0 || !isWhole(options)) return refuse(...violations);
  return accept({
    displayMode: options.displayMode,
    maskProfessionalName: { gmf: options.gmf, gen: options.gen },
    cancellationPolicy: { value: options.value, unit: options.unit },
    noShowMessageEnabled: options.noShowMessageEnabled,
  });
}

function isWhole<T extends object>(options: T): options is { [Name in keyof T]: NonNullable<T[Name]> } {
  return !Object.values(options).includes(null);
}

/** PLACE-04: how a slot names its place: the abbreviation, or the full name when there is none. */
export function placeLabel(place: { name: string; abbreviation: string | null }): string {
  return place.abbreviation === null || place.abbreviation === "" ? place.name : place.abbreviation;
}

/** PLACE-07: a place is part of RVSQ through its last day. Both are local dates of the place. */
export function hasEnded(endDate: string | null, today: string): boolean {
  return endDate !== null && endDate < today;
}

/** The end of a membership does not come before its start. Both are `YYYY-MM-DD`. */
export function refuseMembership(
  startDate: string | null,
  endDate: string | null,
  pointer = "/endDate",
): Violation | undefined {
  if (startDate === null || endDate === null || startDate <= endDate) return undefined;
  return violation("Place.endDate", "OUT_OF_RANGE", pointer);
}

/** Degrees; both or none. */
export interface Coordinates {
  latitude: number | null;
  longitude: number | null;
}

export function refuseCoordinates({ latitude, longitude }: Coordinates): Violation | undefined {
  if ((latitude === null) === (longitude === null)) return undefined;
  return violation("CONTRACT", "REQUIRED_FIELD", latitude === null ? "/latitude" : "/longitude");
}

/** Where a place is: at its coordinates, else where its postal code is, else nowhere, and cascade 3 does not find it. */
export function placePosition(
  { latitude, longitude, postalCode }: Coordinates & { postalCode: string },
  positionOfPostalCode: (postalCode: string) => Position | null,
): Position | null {
  if (latitude === null || longitude === null) return positionOfPostalCode(postalCode);
  return { latitude, longitude };
}

export interface PlaceInformation extends Coordinates {
  name: string;
  abbreviation: string | null;
  ramqNumber: string | null;
  localityCode: string | null;
  /** `YYYY-MM-DD`, as is the last day. */
  startDate: string | null;
  endDate: string | null;
  civicNumber: string;
  street: string;
  suite: string | null;
  city: string;
  province: string;
  postalCode: string;
  phone: string;
  timeZone: TimeZone;
}

const byOperator = { editableBy: ["operator"] } as const;
const byLocalAdmin = { editableBy: ["operator", "localAdmin"] } as const;

/**
 * Of the field table `Place`, who edits what. PLACE-01: nobody the id. PLACE-02: a local administrator abbreviation, suite
 * and phone. PLACE-03: others nothing. The machine identifier is set by linking the place (machineLinks.put).
 */
export const placeFields = {
  forbidden: "PLACE-03",
  notEditable: "PLACE-02",
  fields: {
    placeId: nobodys("PLACE-01"),
    establishmentId: nobodys("Establishment.places"),
    name: byOperator,
    abbreviation: byLocalAdmin,
    label: nobodys("PLACE-04"),
    ramqNumber: byOperator,
    localityCode: byOperator,
    startDate: byOperator,
    endDate: byOperator,
    machineIdentifier: nobodys("Place.machineIdentifier"),
    civicNumber: byOperator,
    street: byOperator,
    suite: byLocalAdmin,
    city: byOperator,
    province: byOperator,
    postalCode: byOperator,
    phone: byLocalAdmin,
    latitude: byOperator,
    longitude: byOperator,
    timeZone: byOperator,
  },
} as const satisfies FieldTable;

/** What somebody would have of a place; what is left out stays as it is. */
export type WantedPlace = { [Field in keyof PlaceInformation]?: PlaceInformation[Field] | undefined };

/**
 * Place.endDate, and the zone, which is fixed once there is something in an agenda of the place: its local times would
 * silently become others.
 */
export function decidePlace(
  before: PlaceInformation,
  wanted: WantedPlace,
  { hasAgenda }: { hasAgenda: boolean },
): Decision<{ information: PlaceInformation; changed: string[] }> {
  const information: PlaceInformation = {
    name: wanted.name ?? before.name,
    abbreviation: kept(wanted.abbreviation, before.abbreviation),
    ramqNumber: kept(wanted.ramqNumber, before.ramqNumber),
    localityCode: kept(wanted.localityCode, before.localityCode),
    startDate: kept(wanted.startDate, before.startDate),
    endDate: kept(wanted.endDate, before.endDate),
    civicNumber: wanted.civicNumber ?? before.civicNumber,
    street: wanted.street ?? before.street,
    suite: kept(wanted.suite, before.suite),
    city: wanted.city ?? before.city,
    province: wanted.province ?? before.province,
    postalCode: wanted.postalCode ?? before.postalCode,
    phone: wanted.phone ?? before.phone,
    latitude: kept(wanted.latitude, before.latitude),
    longitude: kept(wanted.longitude, before.longitude),
    timeZone: wanted.timeZone ?? before.timeZone,
  };
  const dated = wanted.endDate === undefined ? "/startDate" : "/endDate";
  const violations = [
    refuseMembership(information.startDate, information.endDate, dated),
    refuseCoordinates(information),
  ];
  if (hasAgenda && information.timeZone !== before.timeZone)
    violations.push(violation("CONTRACT", "FIELD_NOT_EDITABLE", "/timeZone"));
  const found = violations.filter((each) => each !== undefined);
  if (found.length > 0) return refuse(...found);
  // The keys of an object that was just written out.
  const fields = Object.keys(information) as (keyof PlaceInformation)[];
  return accept({ information, changed: fields.filter((field) => information[field] !== before[field]) });
}

function kept<T>(wanted: T | null | undefined, before: T | null): T | null {
  return wanted === undefined ? before : wanted;
}

function absent(pointer: string, options: Readonly<Record<string, unknown>>): Violation[] {
  return Object.entries(options)
    .filter(([, value]) => value === null)
    .map(([name]) => violation("PLACE-23", "REQUIRED_FIELD", `${pointer}/${name}`));
}

function unknownMasks(mask: Readonly<Record<string, unknown>>): Violation[] {
  return Object.keys(mask)
    .filter((name) => name !== "gmf" && name !== "gen")
    .map((name) => violation("PLACE-26", "UNKNOWN_FIELD", `/maskProfessionalName${pointerStep(name)}`));
}

function outOfRange({ value, unit }: CancellationPolicy): Violation[] {
  if (value >= 0 && value <= longestDelay[unit]) return [];
  return [violation(unit === "minutes" ? "PLACE-29" : "PLACE-30", "OUT_OF_RANGE", "/cancellationPolicy/value")];
}
