import type { ConnectionConfig } from "@arrimage/sdk";
import { citizensCancel } from "./cancellations.ts";
import { type Bookings, citizensBook } from "./citizens.ts";
import { compareWithHub, confirmAgenda } from "./compare.ts";
import { followCitizens } from "./follow.ts";
import type { Cascade, Outcome } from "./outcome.ts";
import { isPast, planPush, type PushPlan } from "./plan-push.ts";
import type { Progress } from "./progress.ts";
import type { ProgressText } from "./progress-text.ts";
import { pushAgenda, type Pushed } from "./push.ts";
import { type Export, readExport } from "./read-export.ts";
import type { ClosingFacts } from "./report.ts";
import { type Offer, reasonsOffered } from "./search-openings.ts";
import { type LinkedClinic, setUpClinic } from "./set-up.ts";
import { editAgenda, spoilOneRow } from "./write-export.ts";

export interface StoryOptions {
  exported: Export;
  clock: Date;
  seed: number;
  /** Where the updated agenda goes. */
  out: string;
  /** Change one written row before the comparison, which must see it. */
  spoil: boolean;
  text: ProgressText;
  progress: Progress;
  /** For what a person should know beside the steps. */
  note(line: string): void;
}

/** The whole story of a clinic and its citizens, against one hub; both must agree at the end. */
export async function tellStory(connection: ConnectionConfig, options: StoryOptions): Promise<ClosingFacts> {
  const { exported, clock, seed, text, progress } = options;
  const { config } = exported;
  const plan = planPush(exported, clock);
  const clinic = await progress.step(
    text.setUp.running,
    () => setUpClinic(connection, config, plan, clock),
    () => text.setUp.done(plan.professionals.length, plan.insuredPersons.length),
  );
  const pushed = await progress.step(
    text.push.running,
    () => pushAgenda(clinic, plan),
    (push) => text.push.done(push.services, push.slots, push.appointments, push.refused.length),
  );
  const again = await progress.step(
    text.pushAgain.running,
    () => pushAgenda(clinic, plan),
    (push) => text.pushAgain.done(push.created, push.updated, push.unchanged),
  );
  const refused = new Set(pushed.refused.map(({ appointmentNo }) => appointmentNo));
  await progress.step(
    text.confirm.running,
    () => confirmAgenda(clinic, config.place.timeZone, { clock, pushed: plan, refused }),
    ({ days, different }) => text.confirm.done(days, different),
  );
  const booked = await progress.step(
    text.book.running,
    () => citizensBook(plan.insuredPersons, offerOf(clinic, exported, clock, plan, pushed), seed),
    ({ asked, bookings }) => text.book.done(asked, bookings.length),
  );
  const cancelled = await progress.step(
    text.cancel.running,
    () => citizensCancel(clinic, booked.bookings, clock, seed),
    (cancellations) => text.cancel.done(cancellations.cancelled, cancellations.refusedCancellations.length),
  );
  const agenda = editAgenda(exported);
  const followed = await progress.step(
    text.follow.running,
    () => followCitizens(clinic, agenda),
    ({ applied, lastSeq }) => text.follow.done(applied, lastSeq),
  );
  for (const { appointmentId, code } of followed.notApplied) options.note(text.notApplied(appointmentId, code));
  const out = await progress.step(text.write.running, async () => agenda.write(options.out), text.write.done);
  if (options.spoil) {
    const slots = new Set(plan.slots.map(({ externalId }) => externalId));
    options.note(text.spoiled(spoilOneRow(readExport(out), refused, slots)));
  }
  const digest = await progress.step(
    text.compare.running,
    () => compareWithHub(clinic, out, { clock, pushed: plan, refused }),
    ({ days, different }) => text.compare.done(days, different.length),
  );
  return {
    clinic: config.place.name,
    clock,
    timeZone: config.place.timeZone,
    slotsNotExisting: plan.notExisting.length,
    newBookings: followed.newBookings,
    sharedNams: plan.sharedNams,
    outcome: {
      ...figuresOfPush(plan, pushed, again, clock, refused),
      citizens: { ...figuresOfBookings(booked), ...cancelled },
      changes: { applied: followed.applied, lastSeq: followed.lastSeq },
      digest: { days: digest.days, different: digest.different.length },
      out,
    },
  };
}

function figuresOfPush(
  plan: PushPlan,
  pushed: Pushed,
  again: Pushed,
  clock: Date,
  refused: ReadonlySet<string>,
): Pick<Outcome, "services" | "slots" | "appointments" | "malformed" | "secondPush"> {
  const past = plan.appointments.filter((each) => isPast(each, clock) && !refused.has(each.externalId));
  return {
    services: pushed.services,
    slots: { pushed: pushed.slots, skippedPast: plan.skippedPast.length },
    appointments: {
      read: plan.appointmentsRead,
      pushed: pushed.appointments,
      past: past.length,
      cancelledUnknown: plan.cancelledUnknown.length,
      refused: pushed.refused,
    },
    malformed: [...plan.malformed],
    secondPush: { created: again.created, updated: again.updated, unchanged: again.unchanged },
  };
}

function figuresOfBookings({ asked, lostRace, noOpening, refused, bookings }: Bookings) {
  const through = (cascade: Cascade) => bookings.filter((booking) => booking.cascade === cascade).length;
  const bookedByCascade = {
    "1": through("1"),
    "2.1": through("2.1"),
    "2.2": through("2.2"),
    "2.3": through("2.3"),
    "3": through("3"),
  };
  return { asked, booked: bookings.length, bookedByCascade, lostRace, noOpening, refused };
}

function offerOf(clinic: LinkedClinic, { config }: Export, clock: Date, plan: PushPlan, pushed: Pushed): Offer {
  const { postalCode } = config.place;
  return { clinic, clock, postalCode, reasons: reasonsOffered(plan), slotNames: pushed.slotNames };
}
