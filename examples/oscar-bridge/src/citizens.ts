import { randomUUID } from "node:crypto";
import { isArrimageProblem, type Schemas } from "@arrimage/sdk";
import { chooseBookings, most, type Wish } from "./choose-bookings.ts";
import type { Cascade } from "./outcome.ts";
import { modesOf, type InsuredPerson } from "./plan-push.ts";
import { type Citizen, type CitizensOpening, type Offer, searchAs } from "./search-openings.ts";
import { seededRandom } from "./seeded-random.ts";

type Booked = Schemas["CitizenBooked"];

/** A booking that a citizen made and nobody took. */
export interface CitizensBooking {
  citizen: Citizen;
  booked: Booked;
  cascade: Cascade;
  /** Who won a race is for the hub to say: another one at each run. */
  raced: boolean;
}

export interface Bookings {
  asked: number;
  lostRace: number;
  noOpening: number;
  refused: number;
  bookings: CitizensBooking[];
}

type Attempt = { kind: "booked"; booked: Booked } | { kind: "lostRace" | "noOpening" | "refused" };

/** So many search at once, so that a clinic of ten thousand patients needs not ten thousand searches. */
const SEARCHING_AT_ONCE = 60;
const MOST_SEARCHING = 600;

/** Citizens search, then all of them book at the same moment. */
export async function citizensBook(people: readonly InsuredPerson[], offer: Offer, seed: number): Promise<Bookings> {
  const wishes = await citizensSearch(people, offer, seed);
  const attempts = await Promise.all(wishes.map(tryToBook));
  const count = (kind: Attempt["kind"]): number => attempts.filter((attempt) => attempt.kind === kind).length;
  return {
    asked: wishes.length,
    lostRace: count("lostRace"),
    noOpening: count("noOpening"),
    refused: count("refused"),
    bookings: wishes.flatMap(({ searcher, opening, manner }, index) => {
      const attempt = attempts[index];
      if (opening === null || attempt?.kind !== "booked") return [];
      const { cascade } = opening.question;
      return [{ citizen: searcher, booked: attempt.booked, cascade, raced: manner === "race" }];
    }),
  };
}

/** In the order of the seed, until enough have found something. People without a phone cannot book online (APPT-23). */
async function citizensSearch(
  people: readonly InsuredPerson[],
  offer: Offer,
  seed: number,
): Promise<Wish<Citizen, CitizensOpening>[]> {
  const reachable = people.filter(({ homePhone, mobilePhone }) => homePhone !== null || mobilePhone !== null);
  const order = seededRandom(seed).shuffled(reachable).slice(0, MOST_SEARCHING);
  const searchers: Citizen[] = [];
  let wishes: Wish<Citizen, CitizensOpening>[] = [];
  while (searchers.length < order.length && !isWhole(wishes)) {
    const next = order.slice(searchers.length, searchers.length + SEARCHING_AT_ONCE);
    searchers.push(...(await Promise.all(next.map((person) => searchAs(person, offer)))));
    wishes = chooseBookings(searchers, seededRandom(seed));
  }
  return wishes;
}

function isWhole(wishes: readonly Wish<Citizen, CitizensOpening>[]): boolean {
  const racing = wishes.filter(({ manner }) => manner === "race").length;
  return wishes.length === most.asking && racing === most.racing && wishes.every(({ opening }) => opening !== null);
}

/** Nobody tries again: a lost opening is lost. */
async function tryToBook({ searcher, opening, manner }: Wish<Citizen, CitizensOpening>): Promise<Attempt> {
  if (!opening) return { kind: "noOpening" };
  try {
    return { kind: "booked", booked: await (manner === "twice" ? bookTwice : book)(searcher, opening) };
  } catch (error) {
    if (isArrimageProblem(error, "OPENING_NOT_AVAILABLE")) return { kind: "lostRace" };
    if (isArrimageProblem(error) && error.status < 500) return { kind: "refused" };
    throw error;
  }
}

function book({ client, person }: Citizen, opening: CitizensOpening, idempotencyKey: string = randomUUID()) {
  const { slotId, startAt, question } = opening;
  const { homePhone, mobilePhone, email, language } = person;
  const contact = {
    homePhone,
    mobilePhone,
    email,
    communicationModes: modesOf(person),
    communicationLanguage: language,
  };
  return client.citizenAppointments.book({ body: { slotId, startAt, ...question, ...contact } }, { idempotencyKey });
}

/** A nervous finger: the same booking twice at once, under one key. It must be one appointment. */
async function bookTwice(citizen: Citizen, opening: CitizensOpening): Promise<Booked> {
  const key = randomUUID();
  const [first, second] = await Promise.all([book(citizen, opening, key), book(citizen, opening, key)]);
  if (first.appointmentId !== second.appointmentId) {
    throw new Error("A booking sent twice under one idempotency key became two appointments.");
  }
  return first;
}
