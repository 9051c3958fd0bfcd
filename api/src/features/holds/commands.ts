import type { Actor, ClinicActor, OnlineActor } from "../../domain/actor.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import { Refusal, refusal, refuseAny, settle, violation } from "../../domain/decision.ts";
import {
  checkHoldCount,
  checkOwner,
  decideExtension,
  heldWarnings,
  holdMs,
  isRunning,
  onlineOwner,
  sameOwner,
} from "../../domain/hold.ts";
import type { Hold, HoldOwner } from "../../domain/hold.ts";
import { refuseRead } from "../../domain/permission.ts";
import { slotOf } from "../../domain/placement.ts";
import type { Call } from "../../http/call.ts";
import { readInstant } from "../../http/time.ts";
import type { Book } from "../../lane/book.ts";
import type { Command } from "../../lane/command.ts";
import type { Reach } from "../../lane/reach.ts";
import { decideAgenda, holdOwnerOf } from "../appointments/decide-agenda.ts";
import { given, reachOfHold, reachOfTime, timeOf } from "../appointments/reaching.ts";
import { reachOfOpening } from "../citizen-bookings/book-command.ts";
import type { OnlinePatient } from "../citizen-bookings/identify.ts";
import {
  askedOf,
  chooseOffer,
  lostOpening,
  notOffered,
  offeredOpening,
  refuseOffer,
} from "../citizen-bookings/offer.ts";
import type { FoundOpening } from "../citizen-bookings/store.ts";
import type { CitizenHoldBody, HoldBody, NewCitizenHold, NewHold } from "./schema.ts";
import { citizenHoldBody, holdBody } from "./wire.ts";

/** HOLD-01, HOLD-03, HOLD-04, HOLD-12: the clinic holds any time; whoever holds it too is a warning. */
export function createHoldCommand(call: Call<ClinicActor>, input: NewHold, holdId: string): Command<HoldBody> {
  const owner = holdOwnerOf(call.actor);
  const wanted = timeOf(input);
  const establishmentIds = establishmentsOf(call.actor);
  return {
    once: call.once,
    dryRun: call.dryRun,
    establishmentIds,
    targets: { professionalIds: given(input.professionalId), slotIds: given(input.slotId) },
    reach: (book) => ({ ...reachOfTime(book, wanted, []), owners: [owner] }),
    decide(book) {
      const agenda = settle(decideAgenda({ book, actor: call.actor, establishmentIds }, wanted, null));
      const { establishmentId, professionalId } = agenda.professional;
      const time = { professionalId, ...agenda.placement };
      refuseAny(checkHoldCount(owner, book.holdCount(owner)));
      const warnings = heldWarnings(book.holdsIn(time), owner);
      settle({ ok: true, value: undefined, warnings }, input.acknowledge);
      const slotId = slotOf(agenda.placement, book.slotsOf(professionalId))?.slotId ?? null;
      const hold = newHold(book, { establishmentId, holdId, ...time, slotId, owner });
      book.saveHold(hold, call.actor);
      const body = holdBody(hold, agenda.timeZone, owner);
      return () => body;
    },
  };
}

function newHold(book: Book, fields: Omit<Hold, "expiresAt" | "version" | "createdAt">): Hold {
  return { ...fields, expiresAt: book.now + holdMs, version: 1, createdAt: book.now };
}

/**
 * HOLD-10, HOLD-11: a citizen holds what they could book now, a nurse what they could book for the patient. Choosing the
 * same opening again answers the hold that exists: it is not a way around HOLD-06.
 */
export function createOnlineHoldCommand(
  call: Call<OnlineActor>,
  input: NewCitizenHold,
  { holdId, opening, patient }: { holdId: string; opening: FoundOpening | undefined; patient: OnlinePatient },
): Command<CitizenHoldBody> {
  const { actor } = call;
  const { namIndex } = patient;
  const owner = onlineOwner(actor);
  const named = { slotId: input.slotId, startAt: readInstant(input.startAt) };
  const asked = askedOf(actor, patient, input);
  const establishmentIds = given(opening?.establishmentId);
  const reachOf = (found: FoundOpening | undefined): Reach => ({
    ...reachOfOpening(found, namIndex),
    owners: [owner],
  });
  return {
    once: call.once,
    dryRun: call.dryRun,
    establishmentIds,
    targets: { slotIds: [input.slotId] },
    expected: reachOf(opening),
    reach: (book) => reachOf(offeredOpening(book, named, establishmentIds)),
    decide(book) {
      const offered = offeredOpening(book, named, establishmentIds);
      if (offered === undefined) throw new Refusal([notOffered]);
      const offer = chooseOffer(book, offered, asked);
      const taken = refuseOffer(book, offer, owner);
      if (taken.length > 0) {
        if (!taken.some(({ code }) => code === "OPENING_NOT_AVAILABLE")) throw new Refusal(taken);
        throw lostOpening(taken, offer, namIndex);
      }
      const { timeZone, placeId } = offer.place;
      const same = (each: Hold) =>
        sameOwner(each.owner, owner) && each.slotId === offered.slotId && each.startAt === offered.startAt;
      const existing = book.holdsIn(offered).find(same);
      if (existing !== undefined) return () => citizenHoldBody(existing, timeZone);
      refuseAny(checkHoldCount(owner, book.holdCount(owner)));
      const { establishmentId, professionalId, slotId, startAt, endAt } = offered;
      const hold = newHold(book, { establishmentId, holdId, professionalId, placeId, slotId, startAt, endAt, owner });
      book.saveHold(hold, actor);
      return () => citizenHoldBody(hold, timeZone);
    },
  };
}

/** What extending and releasing have in common: a hold by its id, as the caller may meet it. */
interface Named<T> {
  holdId: string;
  owner: HoldOwner;
  establishmentIds: readonly string[];
  /** Refuses what the caller may not know of. */
  meet: (hold: Hold) => void;
  body: (hold: Hold, book: Book) => T;
}

/** HOLD-14: another's hold is not the caller's to change; PERM-16 comes first. */
export function clinicHold(call: Call<ClinicActor>, holdId: string): Named<HoldBody> {
  const owner = holdOwnerOf(call.actor);
  return {
    holdId,
    owner,
    establishmentIds: establishmentsOf(call.actor),
    meet(hold) {
      refuseAny(refuseRead(call.actor, hold));
      refuseAny(checkOwner(hold, owner));
    },
    body: (hold, book) => holdBody(hold, book.place(hold.placeId).timeZone, owner),
  };
}

export function onlineHold(call: Call<OnlineActor>, holdId: string, establishmentId: string): Named<CitizenHoldBody> {
  const owner = onlineOwner(call.actor);
  return {
    holdId,
    owner,
    establishmentIds: [establishmentId],
    meet(hold) {
      if (!sameOwner(hold.owner, owner)) throw new Refusal([violation("HOLD-14", "NOT_FOUND")]);
    },
    body: (hold, book) => citizenHoldBody(hold, book.place(hold.placeId).timeZone),
  };
}

function find<T>({ ifMatch }: Call, book: Book, { holdId, establishmentIds, meet }: Named<T>): Hold {
  const hold = book.hold(holdId);
  if (hold === undefined || !establishmentIds.includes(hold.establishmentId)) throw refusal("NOT_FOUND");
  meet(hold);
  if (ifMatch !== undefined && ifMatch !== hold.version) throw refusal("PRECONDITION_FAILED");
  return hold;
}

export function extendHoldCommand<T>(call: Call, named: Named<T>): Command<T> {
  return {
    once: call.once,
    dryRun: call.dryRun,
    establishmentIds: named.establishmentIds,
    targets: { holdIds: [named.holdId] },
    reach: (book) => reachOfHold(book.hold(named.holdId)),
    decide(book) {
      const extended = settle(decideExtension(find(call, book, named), book.now));
      book.saveHold(extended, call.actor);
      const body = named.body(extended, book);
      return () => body;
    },
  };
}

/** HOLD-09: ends at once; one that has ended by itself is gone for its owner too. */
export function releaseHoldCommand<T>(call: Call<Actor>, named: Named<T>): Command<null> {
  return {
    once: call.once,
    dryRun: call.dryRun,
    establishmentIds: named.establishmentIds,
    targets: { holdIds: [named.holdId] },
    reach: (book) => reachOfHold(book.hold(named.holdId)),
    decide(book) {
      const hold = find(call, book, named);
      if (!isRunning(hold, book.now)) throw refusal("NOT_FOUND");
      book.endHold(hold, "released", call.actor);
      return () => null;
    },
  };
}
