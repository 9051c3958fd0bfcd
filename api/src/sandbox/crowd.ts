import type { Deps } from "../deps.ts";
import { withScope } from "../db/scope.ts";
import { refusal } from "../domain/decision.ts";
import { consultationReasons } from "../domain/reason.ts";
import { sequence } from "./draw.ts";
import type { HttpCaller } from "./http-caller.ts";
import { inventedCitizen } from "./invented-citizens.ts";
import type { InventedCitizen } from "./invented-citizens.ts";
import { robotContact } from "./robots.ts";
import type { Robots } from "./robots.ts";
import { listEstablishmentIds, listPlacesToVisit } from "./store.ts";
import type { PlaceToVisit } from "./store.ts";

/** A hundred robot citizens of one seed, what they can do, and what they have. */
export interface Crowd {
  /** In [0, 1): the seed's next number. */
  next(): number;
  /** One of those who book for themselves. */
  somebody(): Robot;
  /** As many of those who only race. */
  racers(count: number): Robot[];
  find(robot: Robot, notAt?: string): Promise<Opening | undefined>;
  book(robot: Robot, opening: Opening, key?: string): Promise<Outcome>;
  cancel(booked: Booked): Promise<Outcome>;
  /** Appointments to come that can still be cancelled, in order of their start. */
  booked(): Promise<Booked[]>;
  /** Marks one of theirs whose time has come and who was not seen as absent, as the clinic does; undefined without one. */
  missed(): Promise<Booked | undefined>;
}

export interface Robot extends InventedCitizen {
  number: number;
}

export interface Opening {
  placeId: string;
  professionalId: string | null;
  slotId: string;
  startAt: string;
  consultationReason: string;
  cascade: string;
}

export interface Booked {
  robot: Robot;
  appointmentId: string;
  referenceNumber: string;
  placeId: string;
  professionalId: string | null;
  slotId: string | null;
  startAt: string;
}

export type Outcome =
  { ok: true; booked: Booked; replayed: boolean } | { ok: false; status: number; code: string | null };

export interface Whereabouts {
  placeId?: string | undefined;
  professionalId?: string | undefined;
}

/** The citizen's own professional, the whole GMF, everybody: what is found by relay teams is found by these too. */
const cascades = ["1", "2.3", "3"] as const;

const bookers = 60;
const size = 100;
const crowds = 400;

/** Everybody is known to the registry, each registered with one of the professionals of where the crowd goes. */
export async function gather(deps: Deps, robots: Robots, seed: number, where: Whereabouts): Promise<Crowd> {
  const { caller } = robots;
  const token = (robot: Robot) => robots.tokenOf(robot);
  const next = sequence(seed);
  const places = await placesOf(deps, where);
  const people = await register(caller, seed, places, where);
  // Looked up when somebody wants to know: who only books does not need it.
  let known: Booked[] | undefined;
  let raced = 0;

  const crowd: Crowd = {
    next,
    somebody: () => pick(people.slice(0, bookers), next()),
    racers(count) {
      const racers = people.slice(bookers);
      return Array.from({ length: Math.min(count, racers.length) }, () =>
        pick(racers, (raced++ % racers.length) / racers.length),
      );
    },
    async find(robot, notAt) {
      const place = pick(places, next());
      const as = await token(robot);
      const offered = place.reasons.includes("allReasons") ? consultationReasons : place.reasons;
      const [ways, reasons] = [rotated(cascades, next()), rotated(offered, next())];
      for (const consultationReason of reasons)
        for (const each of ways) {
          const body = {
            cascade: each,
            consultationReason,
            placeId: place.placeId,
            limit: 20,
            ...(where.professionalId === undefined ? {} : { professionalId: where.professionalId }),
          };
          const found = await caller.ask<{ items?: Opening[] }>("POST", "/v1/citizen/openings/search", { as, body });
          const openings = (found.body.items ?? []).filter(({ startAt }) => startAt !== notAt);
          if (openings.length > 0) return { ...pick(openings, next()), consultationReason, cascade: each };
        }
      return undefined;
    },
    async book(robot, { slotId, startAt, consultationReason, cascade }, key) {
      const body = { slotId, startAt, consultationReason, cascade, ...robotContact };
      const as = await token(robot);
      const answer = await caller.ask<Answered>("POST", "/v1/citizen/appointments", {
        as,
        body,
        ...(key === undefined ? {} : { key }),
      });
      if (answer.status !== 201) return { ok: false, status: answer.status, code: answer.body.code ?? null };
      const made = { ...bookedBy(robot, answer.body), slotId };
      const replayed = answer.headers.has("idempotency-replayed");
      if (!replayed) known?.push(made);
      return { ok: true, booked: made, replayed };
    },
    async cancel(made) {
      const body = { referenceNumber: made.referenceNumber, nam: made.robot.nam };
      const as = await token(made.robot);
      const answer = await caller.ask<Answered>("POST", "/v1/citizen/appointments/cancel", { as, body });
      known = known?.filter(({ appointmentId }) => appointmentId !== made.appointmentId);
      if (answer.status !== 200) return { ok: false, status: answer.status, code: answer.body.code ?? null };
      return { ok: true, booked: made, replayed: false };
    },
    async booked() {
      known ??= await appointmentsOf(caller, people.slice(0, bookers), token, where);
      return [...known].sort((a, b) => (a.startAt + a.appointmentId < b.startAt + b.appointmentId ? -1 : 1));
    },
    missed: () => markMissed(deps, caller, people, places, where),
  };
  return crowd;
}

async function placesOf(deps: Deps, { placeId, professionalId }: Whereabouts): Promise<PlaceToVisit[]> {
  const { connection } = deps;
  const establishments = await withScope(
    connection,
    { audience: "operator", establishments: [] },
    listEstablishmentIds,
  );
  const all = await withScope(connection, { audience: "system", establishments }, (tx) =>
    listPlacesToVisit(tx, deps.clock.now()),
  );
  const places = all.filter(
    (place) =>
      (placeId === undefined || place.placeId === placeId) &&
      (professionalId === undefined || place.professionals.some((one) => one.professionalId === professionalId)),
  );
  if (places.length === 0) throw refusal("NOT_FOUND", placeId === undefined ? "/professionalId" : "/placeId");
  return places;
}

async function register(
  caller: HttpCaller,
  seed: number,
  places: readonly PlaceToVisit[],
  { professionalId }: Whereabouts,
): Promise<Robot[]> {
  const physicians = places.flatMap(({ gmfNumber, professionals }) =>
    professionals
      .filter((one) => professionalId === undefined || one.professionalId === professionalId)
      .map(({ practiceNumber }) => ({ practiceNumber, gmfNumber })),
  );
  const first = (seed % crowds) * size;
  const people = Array.from({ length: size }, (_, index) => ({
    ...inventedCitizen(first + index),
    number: first + index,
  }));
  // Those who race are registered with the same one: what is offered to one of them is offered to all.
  const withWhom = (index: number) => physicians[(index < bookers ? index : seed) % Math.max(1, physicians.length)];
  const persons = people.map(({ number: _number, ...person }, index) => ({
    ...person,
    registration: withWhom(index) ?? null,
  }));
  await caller.send("PUT", "/sandbox/registry", { body: { persons } });
  return people;
}

interface Answered {
  appointmentId: string;
  referenceNumber: string;
  startAt: string;
  professionalId: string | null;
  place: { placeId: string };
  cancellable: boolean;
  code?: string;
}

function bookedBy(robot: Robot, { appointmentId, referenceNumber, startAt, professionalId, place }: Answered): Booked {
  return { robot, appointmentId, referenceNumber, startAt, professionalId, placeId: place.placeId, slotId: null };
}

/** What they have from earlier: the hub knows, and nobody else has to remember it. */
async function appointmentsOf(
  caller: HttpCaller,
  people: readonly Robot[],
  token: (robot: Robot) => Promise<string>,
  { placeId, professionalId }: Whereabouts,
): Promise<Booked[]> {
  const found = await Promise.all(
    people.map(async (robot) => {
      const as = await token(robot);
      const { items } = await caller.send<{ items: Answered[] }>("POST", "/v1/citizen/appointments/find", {
        as,
        body: {},
      });
      return items.filter(({ cancellable }) => cancellable).map((item) => bookedBy(robot, item));
    }),
  );
  return found
    .flat()
    .filter(
      (one) =>
        (placeId === undefined || one.placeId === placeId) &&
        (professionalId === undefined || one.professionalId === professionalId),
    );
}

interface ClinicsAppointment {
  appointmentId: string;
  version: number;
  referenceNumber: string;
  professionalId: string;
  placeId: string;
  slotId: string | null;
  startAt: string;
  attendance: string;
  patient: { nam: string | null };
}

const lookBackMs = 14 * 86_400_000;

async function markMissed(
  deps: Deps,
  caller: HttpCaller,
  people: readonly Robot[],
  places: readonly PlaceToVisit[],
  { professionalId }: Whereabouts,
): Promise<Booked | undefined> {
  const now = deps.clock.now();
  const [from, to] = [new Date(now - lookBackMs).toISOString(), new Date(now).toISOString()];
  for (const { establishmentId, placeId, admin } of places) {
    if (admin === null) continue;
    const { accessToken: as } = await caller.send<{ accessToken: string }>("POST", "/sandbox/tokens", {
      body: { as: "employee", ramqIdentifier: admin },
    });
    const query = new URLSearchParams({
      placeId,
      from,
      to,
      ...(professionalId === undefined ? {} : { professionalId }),
    });
    const listed = await caller.ask<{ items?: ClinicsAppointment[] }>("GET", `/v1/appointments?${query.toString()}`, {
      as,
      establishmentId,
    });
    for (const { appointmentId, version, patient, ...appointment } of listed.body.items ?? []) {
      const robot = people.find(({ nam }) => nam === patient.nam);
      if (robot === undefined || appointment.attendance !== "unconfirmed") continue;
      const body = { attendance: "absent" };
      const change = { as, establishmentId, version, body };
      const { status } = await caller.ask("PATCH", `/v1/appointments/${appointmentId}`, change);
      if (status === 200) return { ...appointment, robot, appointmentId };
    }
  }
  return undefined;
}

export function pick<T>(list: readonly T[], number: number): T {
  const picked = list[Math.floor(number * list.length)];
  if (picked === undefined) throw new Error("nothing to pick from");
  return picked;
}

/** The list from a place on, and then its beginning. */
function rotated<T>(list: readonly T[], number: number): T[] {
  const at = Math.floor(number * list.length);
  return [...list.slice(at), ...list.slice(0, at)];
}
