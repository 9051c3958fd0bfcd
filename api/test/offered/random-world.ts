import { dice } from "../dice.ts";
import { offersSomething } from "./oracle.ts";
import { askers, openingsOf, reasons } from "./world.ts";
import type {
  Cascade,
  Citizen,
  Establishment,
  Group,
  Place,
  Professional,
  Question,
  Reason,
  Slot,
  Type,
  World,
  Zone,
} from "./world.ts";

/** A Monday at seven in Québec; the clocks change on the second Sunday. */
export const firstNow = Date.parse("2027-03-01T07:00:00-05:00");
const minute = 60_000;
const day = 86_400_000;

/** What is drawn, and how: the same for the same seed. */
export function createDraw(seed: number) {
  const roll = dice(seed);
  const whole = (from: number, to: number) => from + Math.floor(roll() * (to - from + 1));
  const chance = (probability: number) => roll() < probability;
  function one<T>(list: readonly T[]): T {
    const drawn = list[Math.floor(roll() * list.length)];
    if (drawn === undefined) throw new Error("nothing to draw from");
    return drawn;
  }
  const some = <T>(list: readonly T[], most: number) => {
    const rest = [...list];
    const drawn: T[] = [];
    while (drawn.length < most && rest.length > 0) drawn.push(...rest.splice(Math.floor(roll() * rest.length), 1));
    return drawn;
  };
  const date = (from: number, to: number) => new Date(firstNow + whole(from, to) * day).toISOString().slice(0, 10);
  return { whole, chance, one, some, date };
}
type Draw = ReturnType<typeof createDraw>;

/** Where the clock is put, one after the other. */
export const nows = [0, 26 * 60 + 7, 3 * 1440 + 125, 8 * 1440 + 240].map((minutes) => firstNow + minutes * minute);

const zones: readonly Zone[] = ["America/Toronto", "America/Toronto", "America/Halifax", "America/Blanc-Sablon"];

/** Who and where. Identifiers are the database's to give (write-world.ts); here they are names. */
export function randomWorld(seed: number): World {
  const draw = createDraw(seed);
  const sameGmf = draw.chance(0.5);
  const establishments: Establishment[] = [
    { establishmentId: "gmf", gmfNumber: "03-117", groups: [] },
    { establishmentId: "clinic", gmfNumber: null, groups: [] },
    { establishmentId: "other", gmfNumber: sameGmf ? "03-117" : "06-001", groups: [] },
  ];
  const places = [
    ...["gmf north", "gmf south"].map((placeId) => aPlace(draw, "gmf", placeId)),
    aPlace(draw, "clinic", "clinic"),
    aPlace(draw, "other", "other"),
  ];
  const professionals = [
    ...Array.from({ length: 5 }, (_, n) => aProfessional(draw, "gmf", n, ["gmf north", "gmf south"])),
    ...Array.from({ length: 2 }, (_, n) => aProfessional(draw, "clinic", 5 + n, ["clinic"])),
    ...Array.from({ length: 2 }, (_, n) => aProfessional(draw, "other", 7 + n, ["other"])),
  ];
  for (const establishment of establishments) {
    const ids = professionals
      .filter(
        ({ establishmentId, practiceNumber }) =>
          establishmentId === establishment.establishmentId && practiceNumber !== null,
      )
      .map(({ professionalId }) => professionalId);
    if (establishment.gmfNumber !== null) establishment.groups = randomGroups(draw, ids);
  }
  const slots = professionals.flatMap((professional) => randomSlots(draw, professional));
  // Whoever works somewhere else now has left slots behind (EMP-16).
  for (const professional of professionals)
    if (professional.placeIds.length > 1 && draw.chance(0.3))
      professional.placeIds = draw.some(professional.placeIds, 1);
  const world: World = {
    ...{ establishments, places, professionals, slots, appointments: [], holds: [] },
    citizens: randomCitizens(draw, professionals, establishments),
    inactiveReasons: draw.chance(0.4) ? [draw.one(["pregnancy", "priority"] as const)] : [],
  };
  takeTime(draw, world);
  maskPlaces(createDraw(seed + 1), world);
  return world;
}

function aPlace(draw: Draw, establishmentId: string, placeId: string): Place {
  return {
    ...{ establishmentId, placeId, zone: draw.one(zones), byRelationship: draw.chance(0.5) },
    ...{ maskGmf: false, maskGen: false },
    endDate: draw.chance(0.25) ? draw.date(-1, 15) : null,
    northKm: draw.one([1, 4, 9, 31, 49, 52, 80]),
    staleAt: draw.chance(0.3) ? draw.one(nows.slice(1)) + draw.one([-1, 0, 1, 600]) * minute : null,
  };
}

function aProfessional(draw: Draw, establishmentId: string, n: number, placeIds: string[]): Professional {
  const isTeam = n === 4 || n === 8;
  return {
    ...{ establishmentId, professionalId: `professional ${String(n)}` },
    practiceNumber: isTeam ? null : `1${String(n).padStart(5, "0")}`,
    departureDate: !isTeam && draw.chance(0.2) ? draw.date(-1, 15) : null,
    maxWeeks: draw.chance(0.35) ? draw.whole(1, 3) : null,
    capacity: isTeam ? draw.whole(2, 3) : 1,
    placeIds: draw.some(placeIds, draw.whole(1, placeIds.length)),
  };
}

function randomGroups(draw: Draw, ids: readonly string[]): Group[] {
  const groups = Array.from({ length: draw.one([0, 1, 1, 2, 2, 2, 2, 2]) }, () => {
    const team1 = draw.chance(0.85) ? draw.some(ids, draw.whole(1, 3)) : [];
    return {
      members: draw.some(ids, draw.whole(1, 3)).sort(),
      team1,
      team2: team1.length > 0 && draw.chance(0.9) ? draw.some(ids, draw.whole(1, 3)) : [],
    };
  });
  // WG-07: no two groups of the same members.
  return groups.filter(
    (group, index) => groups.findIndex((other) => other.members.join() === group.members.join()) === index,
  );
}

function randomSlots(draw: Draw, { professionalId, placeIds }: Professional): Slot[] {
  return Array.from({ length: 11 }, (_, n): Slot => {
    const durationMinutes = draw.one([10, 15, 20, 30]);
    const startAt = firstNow + draw.whole(0, 17) * day + draw.whole(-6, 64) * 15 * minute;
    const opensLater = draw.chance(0.3);
    return {
      ...{ slotId: `${professionalId} slot ${String(n)}`, professionalId, placeId: draw.one(placeIds) },
      ...{ startAt, endAt: startAt + draw.whole(1, 4) * 15 * minute + durationMinutes * minute, durationMinutes },
      type: draw.one<Type>(["MF", "GMF", "GMF", "GEN", "GEN"]),
      reasons: draw.chance(0.45) ? ["allReasons"] : draw.some(reasons, draw.whole(1, 3)),
      ...(draw.chance(0.12)
        ? { visibility: "private" as const, openFrom: null }
        : {
            visibility: "public" as const,
            openFrom: opensLater ? draw.one(nows) + draw.one([-900, 0, 1, 300]) * minute : null,
          }),
    };
  });
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

function randomCitizens(
  draw: Draw,
  professionals: readonly Professional[],
  establishments: readonly Establishment[],
): Citizen[] {
  const grouped = establishments.flatMap(({ groups }) => groups).flatMap(({ members }) => members);
  const numbers = professionals.flatMap(({ practiceNumber, establishmentId }) =>
    practiceNumber === null || establishmentId === "clinic" ? [] : [practiceNumber],
  );
  const everybody = professionals.flatMap(({ practiceNumber }) => practiceNumber ?? []);
  const inGroups = professionals.flatMap(({ professionalId, practiceNumber }) =>
    practiceNumber !== null && grouped.includes(professionalId) ? [practiceNumber] : [],
  );
  const births = ["1980-06-15", "1955-01-31", "2010-08-09", "2024-02-02", "2021-03-03", "2021-03-09", "2021-03-12"];
  return Array.from({ length: 14 }, (_, n): Citizen => {
    const registered = draw.chance(0.9);
    return {
      nam: `OFF${letters[n] ?? "Z"}8056150${String(n % 10)}`,
      birthDate: draw.one(n < 8 ? births.slice(0, 2) : births),
      registration: registered
        ? {
            practiceNumber: draw.one(
              inGroups.length > 0 && draw.chance(0.6) ? inGroups : draw.chance(0.7) ? numbers : everybody,
            ),
            delegatedPracticeNumber: draw.chance(0.15) ? draw.one(numbers) : null,
            gmfNumber: draw.chance(0.88) ? draw.one(["03-117", "03-117", "03-117", "06-001"]) : null,
            endDate: draw.chance(0.12) ? draw.date(-2, 8) : null,
            gmfEndDate: null,
          }
        : null,
    };
  }).map((citizen) => {
    const { registration } = citizen;
    if (registration === null || registration.gmfNumber === null || !draw.chance(0.12)) return citizen;
    return { ...citizen, registration: { ...registration, gmfEndDate: draw.date(-2, 8) } };
  });
}

/** Appointments on their lowest free seats, and holds that run out about when the clock is put there. */
function takeTime(draw: Draw, world: World): void {
  for (const slot of world.slots)
    for (const { startAt, endAt } of openingsOf(slot)) {
      const { professionalId, placeId } = slot;
      if (draw.chance(0.16)) {
        const shift = draw.one([0, 0, 5, -5]) * minute;
        const time = { startAt: startAt + shift, endAt: endAt + shift };
        const beside = world.appointments.filter(
          (each) => each.professionalId === professionalId && each.startAt < time.endAt && time.startAt < each.endAt,
        );
        let seat = 1;
        while (beside.some((each) => each.seat === seat)) seat += 1;
        const citizen = draw.chance(0.12) ? draw.whole(0, world.citizens.length - 1) : null;
        world.appointments.push({ professionalId, placeId, ...time, seat, citizen });
      } else if (draw.chance(0.14)) {
        const expiresAt = draw.one(nows) + draw.one([-1, 0, 1, 5]) * minute;
        world.holds.push({ professionalId, placeId, startAt, endAt, expiresAt });
      }
    }
}

function maskPlaces(draw: Draw, { places }: World): void {
  for (const place of places) {
    place.maskGmf = draw.chance(0.5);
    place.maskGen = draw.chance(0.5);
  }
}

/**
 * Questions of one cascade, in the order of their moments. Clinics often have nothing for most people: every other question
 * is drawn again, a few times, until something is offered.
 */
export function randomQuestions(world: World, cascade: Cascade, count: number, seed: number): Question[] {
  const draw = createDraw(seed);
  const usual: readonly Reason[] = ["minorEmergency", "minorEmergency", "priority", "regular", "pregnancy"];
  function question(): Question {
    const near = cascade === "3" && draw.chance(0.6);
    const citizen = draw.whole(0, world.citizens.length - 1);
    const isChild = (world.citizens[citizen]?.birthDate ?? "") >= "2021";
    const forChild = isChild && draw.chance(0.5);
    const asker = draw.chance(0.6) ? "citizen" : draw.one(askers);
    const usualTo = asker === "redirection" ? ([...usual, "redirection", "redirection"] as const) : usual;
    return {
      ...{ citizen, asker, cascade, near },
      reason: forChild ? "childZeroToFive" : draw.chance(0.88) ? draw.one(usualTo) : draw.one(reasons),
      placeId: cascade === "3" && !near ? draw.one(world.places).placeId : null,
      professionalId: draw.chance(0.15) ? draw.one(world.professionals).professionalId : null,
      now: draw.one(nows),
    };
  }
  return Array.from({ length: count }, (_, n) => {
    let drawn = question();
    for (let tries = 1; tries < 20 && n % 2 === 0 && !offersSomething(world, drawn); tries++) drawn = question();
    return drawn;
  }).sort((a, b) => a.now - b.now);
}
