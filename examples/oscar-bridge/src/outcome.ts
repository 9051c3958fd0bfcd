import type { MalformedRow } from "./malformed.ts";

/** CASC-01, in their order: own professional, first and second relay team, family medicine group, near a postal code. */
export const cascades = ["1", "2.1", "2.2", "2.3", "3"] as const;
export type Cascade = (typeof cascades)[number];

/** What the demo answers with `--json`: the figures of one whole run. */
export interface Outcome {
  services: number;
  slots: { pushed: number; skippedPast: number };
  appointments: {
    read: number;
    pushed: number;
    /** Part of `pushed`. */
    past: number;
    cancelledUnknown: number;
    refused: { appointmentNo: string; code: string }[];
  };
  malformed: MalformedRow[];
  secondPush: { created: number; updated: number; unchanged: number };
  citizens: {
    asked: number;
    booked: number;
    /** Part of `booked`: through which cascade each opening was found. */
    bookedByCascade: Record<Cascade, number>;
    lostRace: number;
    noOpening: number;
    refused: number;
    cancelled: number;
    refusedCancellations: { code: string }[];
  };
  changes: { applied: number; lastSeq: number };
  digest: { days: number; different: number };
  /** The folder the updated agenda was written to. */
  out: string;
}

/** Figures that do not add up, each as an equation that fails: `appointments.read 337 ≠ 336`. None: the run can be believed. */
export function figuresThatDisagree(outcome: Outcome): string[] {
  const { services, slots, appointments, secondPush, citizens, changes, digest } = outcome;
  const malformedAppointments = outcome.malformed.filter((row) => row.file === "appointment.csv").length;
  const accounted =
    appointments.pushed + appointments.refused.length + appointments.cancelledUnknown + malformedAppointments;
  const equations: [name: string, is: number, shouldBe: number][] = [
    ["appointments.read", appointments.read, accounted],
    ["secondPush.unchanged", secondPush.unchanged, services + slots.pushed + appointments.pushed],
    ["secondPush.created", secondPush.created, 0],
    ["secondPush.updated", secondPush.updated, 0],
    ["citizens.asked", citizens.asked, citizens.booked + citizens.lostRace + citizens.noOpening + citizens.refused],
    ["citizens.booked", citizens.booked, cascades.reduce((sum, each) => sum + citizens.bookedByCascade[each], 0)],
    ["changes.applied", changes.applied, citizens.booked + citizens.cancelled],
    ["digest.different", digest.different, 0],
  ];
  return equations
    .filter(([, is, shouldBe]) => is !== shouldBe)
    .map(([name, is, shouldBe]) => `${name} ${is} ≠ ${shouldBe}`);
}
