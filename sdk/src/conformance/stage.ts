/** What a scenario has to play with: the software, the hub, the proxy between them, and time to wait. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Adapter, AgendaEntry, Environment, NewBooking, Patient } from "./adapter.ts";
import type { CheckId, Profile } from "./checks.ts";
import { bookAsCitizen, readHubDay, registerPatient } from "./hub.ts";
import type { CitizensBooking, Clinic, Hub, HubDay, TimeZone } from "./hub.ts";
import { addDays, instantOf, localOf } from "./local-time.ts";
import type { Proxy } from "./proxy.ts";

/** Null: it holds. Otherwise what was found instead, in words that are the same in every run: no id, no date. */
export type Finding = string | null;

export interface Scenario {
  name: string;
  profile: Profile;
  checks: readonly CheckId[];
  timeZone?: TimeZone;
  needsWebhooks?: boolean;
  /** Checks of the traffic that say nothing in what is played here. */
  without?: readonly CheckId[];
  play(stage: Stage): Promise<void>;
}

export interface Patience {
  /** How long something that must happen may take, for software without `syncNow`. */
  milliseconds: number;
  /** How long something that must not happen is watched for. */
  quietMilliseconds: number;
  /** Before each time that `syncNow` is asked; after the last, what must have happened must have. */
  pausesMilliseconds: readonly number[];
}

export interface Stage {
  hub: Hub;
  clinic: Clinic;
  proxy: Proxy;
  adapter: Adapter;
  environment: Environment;
  /** From 0 to 1, the same sequence for the same seed and scenario. */
  random(): number;
  /** The local date so many days after the hub's today. */
  day(ahead: number): string;
  check(id: CheckId, verify: () => Finding | Promise<Finding>): Promise<void>;
  /** Nothing can be said of it: the software does not do what it is about. */
  skip(id: CheckId): void;
  /** Waits until it holds, as long as patience allows; then says what is still wrong. */
  eventually(verify: () => Promise<Finding>): Promise<Finding>;
  /** Lets the software exchange what there is; that it fails is no matter here. */
  sync(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Staff at the desk. */
  open(day: string, from: string, to: string): Promise<string>;
  book(day: string, from: string, patient: Patient): Promise<string>;
  /** A citizen books at the hub. */
  citizenBooks(day: string, at: string, lastName?: string): Promise<CitizensBooking>;
  patient(lastName: string, firstName?: string): Promise<Patient & { nam: string }>;
  agenda(day: string): Promise<AgendaEntry[]>;
  atHub(day: string): Promise<HubDay>;
}

export function createStage(
  {
    hub,
    clinic,
    proxy,
    adapter,
    environment,
    random,
    patience,
    personal,
  }: Pick<Stage, "hub" | "clinic" | "proxy" | "adapter" | "environment" | "random"> & {
    patience: Patience;
    personal: string[];
  },
  settle: (id: CheckId, finding: Finding | undefined) => void,
): Stage {
  const { timeZone, professionalId, serviceId, durationMinutes } = environment;
  const today = localOf(hub.now, timeZone).day;

  const sync = async (): Promise<void> => {
    if (!adapter.syncNow) return sleep(patience.quietMilliseconds);
    const done = adapter.syncNow().catch(() => undefined);
    await Promise.race([done, sleep(patience.milliseconds, undefined, { ref: false })]);
  };

  const stage: Stage = {
    ...{ hub, clinic, proxy, adapter, environment, random, sync },
    day: (ahead) => addDays(today, ahead),
    async check(id, verify) {
      settle(id, await verify());
    },
    skip(id) {
      settle(id, undefined);
    },
    async eventually(verify) {
      const until = performance.now() + patience.milliseconds;
      for (let round = 1; ; round += 1) {
        if (adapter.syncNow) {
          await sleep(patience.pausesMilliseconds[round - 1] ?? 0);
          await sync();
        }
        const finding = await verify();
        if (finding === null) return null;
        if (adapter.syncNow ? round >= patience.pausesMilliseconds.length : performance.now() > until) return finding;
        if (!adapter.syncNow) await sleep(100);
      }
    },
    start: () => adapter.start(environment),
    stop: () => adapter.stop(),
    open: (day, from, to) => adapter.createOpening({ professionalId, serviceId, day, from, to }),
    book(day, from, patient) {
      const booking: NewBooking = { professionalId, day, from, durationMinutes, patient };
      return adapter.bookLocally(booking);
    },
    async citizenBooks(day, at, lastName = "Gagnon") {
      const startAt = instantOf(day, at, timeZone).getTime();
      const { slots } = await readHubDay(clinic, day);
      const found = slots.find(({ slot }) => Date.parse(slot.startAt) <= startAt && startAt < Date.parse(slot.endAt));
      if (!found) throw new NotReached(`no opening at the hub at ${at}, so no citizen can book it`);
      const patient = await stage.patient(lastName);
      return bookAsCitizen(hub, patient, { slotId: found.slot.slotId, startAt: new Date(startAt).toISOString() });
    },
    async patient(lastName, firstName) {
      const patient = await registerPatient(hub, lastName, firstName);
      personal.push(patient.nam, patient.lastName, patient.mobilePhone);
      return patient;
    },
    agenda: (day) => adapter.listAgenda(day),
    atHub: (day) => readHubDay(clinic, day),
  };
  return stage;
}

/** The scenario cannot go on: what it builds on did not happen. */
export class NotReached extends Error {
  override readonly name = "NotReached";
}

/** What is wrong with a day in which exactly these intervals (`09:00-09:30`) are expected. */
export function expectExactly(what: string, expected: readonly string[], found: readonly string[]): Finding {
  const wanted = [...expected].sort();
  const there = [...found].sort();
  if (wanted.join() === there.join()) return null;
  return `expected ${what} ${list(wanted)}, found ${list(there)}`;
}

const list = (texts: readonly string[]): string => (texts.length === 0 ? "none" : texts.join(", "));

export const intervalsOf = (entries: readonly { from: string; to: string }[]): string[] =>
  entries.map(({ from, to }) => `${from}-${to}`);

/** Appointments that staff take for standing. */
export const standing = (entries: readonly AgendaEntry[]): AgendaEntry[] =>
  entries.filter(({ kind, refused }) => kind === "appointment" && refused !== true);

export const openings = (entries: readonly AgendaEntry[]): AgendaEntry[] =>
  entries.filter(({ kind }) => kind === "opening");

/** Both sides of a day, compared: openings and appointments. */
export async function compareDay(stage: Stage, day: string): Promise<Finding> {
  const [agenda, hub] = [await stage.agenda(day), await stage.atHub(day)];
  const differs = (what: string, ours: string[], theirs: string[]): Finding => {
    const [here, there] = [ours.sort().join(", "), theirs.sort().join(", ")];
    return here === there ? null : `${what} in the agenda: ${here || "none"}; at the hub: ${there || "none"}`;
  };
  return (
    differs("openings", intervalsOf(openings(agenda)), intervalsOf(hub.slots)) ??
    differs("appointments", intervalsOf(standing(agenda)), intervalsOf(hub.appointments))
  );
}
