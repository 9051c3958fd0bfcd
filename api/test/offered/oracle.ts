import { openingsOf } from "./world.ts";
import type {
  Cascade,
  Establishment,
  Group,
  Opening,
  Place,
  Professional,
  Question,
  Registration,
  Slot,
  World,
  Zone,
} from "./world.ts";

/**
 * What is offered to whom, written a second time from the rule book: plainly, slowly, and without the hub. It answers
 * every rule that stands against an opening; none, and it is offered.
 */
export function whatStandsAgainst(world: World, question: Question, opening: Opening): string[] {
  return rulesFor(world, question, opening)
    .filter(([, standsAgainst]) => standsAgainst())
    .map(([rule]) => rule);
}

type Rule = [rule: string, standsAgainst: () => boolean];

function rulesFor(world: World, question: Question, opening: Opening): Rule[] {
  const { now, cascade, reason, asker } = question;
  const citizen = found(world.citizens[question.citizen]);
  const { slot, startAt } = opening;
  const professional = found(world.professionals.find((each) => each.professionalId === slot.professionalId));
  const place = found(world.places.find((each) => each.placeId === slot.placeId));
  const establishment = found(world.establishments.find((each) => each.establishmentId === place.establishmentId));
  const registration = holdsToday(citizen.registration, dateIn("America/Toronto", now));
  const closed = whyClosed(world, registration, cascade);
  const [date, today] = [dateIn(place.zone, startAt), dateIn(place.zone, now)];
  const left = professional.departureDate;
  return [
    [closed ?? "CASC-01", () => closed !== null],
    ["CASC-23", () => reason === "redirection" && asker !== "redirection"],
    ["REASON-11", () => world.inactiveReasons.includes(reason)],
    ["EMP-15", () => !professional.placeIds.includes(place.placeId)],
    ["SYNC-13", () => place.staleAt !== null && now >= place.staleAt],
    ["SVC-05", () => cascade === "1" && registration !== null && ownOf(registration) !== professional.practiceNumber],
    // Who books at an establishment is told of its own groups, whatever others of the GMF have.
    [
      "CASC-10",
      () => cascade.startsWith("2.") && cascade !== "2.3" && !isGroupedAt(world, registration, establishment),
    ],
    ["CASC-03", () => cascade === "2.1" && !isRelay(world, registration, cascade, professional)],
    ["CASC-04", () => cascade === "2.2" && !isRelay(world, registration, cascade, professional)],
    ["SVC-06", () => cascade.startsWith("2") && registration?.gmfNumber !== establishment.gmfNumber],
    ["CASC-17", () => cascade === "3" && question.near && place.northKm > 50],
    ["PLACE-07", () => place.endDate !== null && (date > place.endDate || today > place.endDate)],
    ["EMP-18", () => left !== null && date > left && left >= today],
    ["SEARCH-15", () => left !== null && left < today],
    ["SLOT-21", () => slot.visibility !== "public"],
    [ruleOfType[slot.type], () => !typesOf(cascade, place).includes(slot.type)],
    ["SVC-09", () => !slot.reasons.includes(reason) && !slot.reasons.includes("allReasons")],
    ["CASC-24", () => startAt < now],
    ["REASON-08", () => !isOfAge(reason, ageOn(citizen.birthDate, date))],
    ["SLOT-22", () => slot.openFrom !== null && slot.openFrom > now],
    ["OPT-07", () => slot.openFrom === null && !isWithinWeeks(professional, date, today)],
    ["APPT-09", () => isTaken(world, professional, opening)],
    ["HOLD-11", () => !isTaken(world, professional, opening) && isHeld(world, professional, opening, now)],
    ["APPT-11", () => asker === "citizen" && hasAppointmentOn(world, question.citizen, date)],
  ];
}

/** Whether a search answers anything. */
export function offersSomething(world: World, question: Question): boolean {
  return world.slots.some(
    (slot) =>
      isSearched(world, question, slot) &&
      openingsOf(slot).some(
        (opening) => !rulesFor(world, question, opening).some(([, standsAgainst]) => standsAgainst()),
      ),
  );
}

/** Whether the search looks at the slot's agenda at all. */
export function isSearched(world: World, question: Question, slot: Slot): boolean {
  const { placeId, professionalId } = question;
  if (placeId !== null && placeId !== slot.placeId) return false;
  return professionalId === null || (professionalId === slot.professionalId && !isMasked(world, question, slot));
}

/** PLACE-27: a search that names the professional finds nothing where nobody is named; without the name it would. */
export function isHiddenByName(world: World, question: Question, slot: Slot): boolean {
  const { professionalId } = question;
  const unnamed = isSearched(world, { ...question, professionalId: null }, slot);
  return unnamed && professionalId === slot.professionalId && isMasked(world, question, slot);
}

function isMasked(world: World, { cascade }: Question, slot: Slot): boolean {
  const place = found(world.places.find(({ placeId }) => placeId === slot.placeId));
  return { "1": false, "2.1": place.maskGmf, "2.2": place.maskGmf, "2.3": place.maskGmf, "3": place.maskGen }[cascade];
}

const ruleOfType = { MF: "SVC-05", GMF: "SVC-06", GEN: "SLOT-30" } as const;

/** Why a cascade is not the citizen's at all. */
function whyClosed(world: World, registration: Registration | null, cascade: Cascade): string | null {
  if (cascade === "3") return null;
  if (registration === null) return "CASC-07";
  if (cascade === "1") return null;
  if (registration.gmfNumber === null) return "CASC-11";
  if (cascade === "2.3") return null;
  if (groupsOf(world, registration).length === 0) return "CASC-10";
  return relaysOf(world, registration, cascade).length === 0 ? "CASC-09" : null;
}

function holdsToday(registration: Registration | null, today: string): Registration | null {
  if (registration === null || (registration.endDate !== null && registration.endDate < today)) return null;
  const ended = registration.gmfEndDate !== null && registration.gmfEndDate < today;
  return ended ? { ...registration, gmfNumber: null } : registration;
}

function ownOf({ practiceNumber, delegatedPracticeNumber }: Registration): string {
  return delegatedPracticeNumber ?? practiceNumber;
}

/** The groups that have the citizen's professional, in whatever establishment of the GMF. */
function groupsOf(world: World, registration: Registration): Group[] {
  return world.establishments
    .filter(({ gmfNumber }) => gmfNumber === registration.gmfNumber)
    .flatMap((establishment) => groupsAt(world, registration, establishment));
}

function groupsAt(world: World, registration: Registration, { groups }: Establishment): Group[] {
  const own = world.professionals.filter(({ practiceNumber }) => practiceNumber === ownOf(registration));
  return groups.filter(({ members }) => own.some(({ professionalId }) => members.includes(professionalId)));
}

function isGroupedAt(world: World, registration: Registration | null, establishment: Establishment): boolean {
  return registration !== null && groupsAt(world, registration, establishment).length > 0;
}

function relaysOf(world: World, registration: Registration, cascade: "2.1" | "2.2"): string[] {
  return groupsOf(world, registration).flatMap(({ team1, team2 }) => (cascade === "2.1" ? team1 : team2));
}

function isRelay(
  world: World,
  registration: Registration | null,
  cascade: "2.1" | "2.2",
  { professionalId }: Professional,
): boolean {
  return registration !== null && relaysOf(world, registration, cascade).includes(professionalId);
}

function typesOf(cascade: string, { byRelationship }: Place): string[] {
  if (cascade === "1") return byRelationship ? ["MF", "GMF", "GEN"] : ["MF"];
  return cascade === "3" ? ["GEN"] : ["GMF"];
}

function isOfAge(reason: string, age: number): boolean {
  if (reason === "regular") return age >= 6;
  return reason === "childZeroToFive" ? age <= 5 : true;
}

function ageOn(birthDate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return date.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** Weeks run Sunday to Saturday, and the current one is the first. */
function isWithinWeeks({ maxWeeks }: Professional, date: string, today: string): boolean {
  if (maxWeeks === null) return true;
  const weekday = new Date(`${today}T12:00:00Z`).getUTCDay();
  const last = new Date(Date.parse(`${today}T12:00:00Z`) + (7 * maxWeeks - 1 - weekday) * 86_400_000);
  return date <= last.toISOString().slice(0, 10);
}

function seatsTaken(world: World, { professionalId }: Professional, { startAt, endAt }: Opening): number {
  const overlapping = world.appointments.filter(
    (each) => each.professionalId === professionalId && each.startAt < endAt && startAt < each.endAt,
  );
  return new Set(overlapping.map(({ seat }) => seat)).size;
}

function isTaken(world: World, professional: Professional, opening: Opening): boolean {
  return seatsTaken(world, professional, opening) >= professional.capacity;
}

function isHeld(world: World, professional: Professional, opening: Opening, now: number): boolean {
  const running = world.holds.filter(
    (each) =>
      each.professionalId === professional.professionalId &&
      each.startAt < opening.endAt &&
      opening.startAt < each.endAt &&
      each.expiresAt > now,
  );
  return seatsTaken(world, professional, opening) + running.length >= professional.capacity;
}

function hasAppointmentOn(world: World, citizen: number, date: string): boolean {
  return world.appointments.some((each) => {
    const place = world.places.find(({ placeId }) => placeId === each.placeId);
    return each.citizen === citizen && place !== undefined && dateIn(place.zone, each.startAt) === date;
  });
}

const formats = new Map<Zone, Intl.DateTimeFormat>();
const dates = new Map<Zone, Map<number, string>>();

function dateIn(zone: Zone, at: number): string {
  const known = dates.get(zone) ?? new Map<number, string>();
  dates.set(zone, known);
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  formats.set(zone, format);
  const date = known.get(at) ?? format.format(at);
  known.set(at, date);
  return date;
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a world that names what it has not");
  return value;
}
