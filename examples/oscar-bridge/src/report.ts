import { cascades, figuresThatDisagree, type Outcome } from "./outcome.ts";
import type { SharedNam } from "./plan-push.ts";
import { type Language, type ReportText, reportTexts } from "./report-text.ts";

/** A row that a citizen's booking added to the agenda. */
export interface NewBooking {
  appointmentNo: string;
  demographicNo: string;
  /** Other patients with the same NAM. */
  sharedWith: readonly string[];
}

/** What the closing table is made of: the figures, and the little a person needs to act on them. */
export interface ClosingFacts {
  clinic: string;
  clock: Date;
  timeZone: string;
  outcome: Outcome;
  slotsNotExisting: number;
  /** Those that stand at the end; what citizens cancelled again needs no reason. */
  newBookings: readonly NewBooking[];
  sharedNams: readonly SharedNam[];
}

const LABEL_WIDTH = 52;
const COUNT_WIDTH = 5;

/** The closing table for a clinic manager: five short parts, plain text of at most 100 columns. */
export function closingTable(facts: ClosingFacts, language: Language = "fr"): string {
  const text = reportTexts[language];
  const asOf = new Intl.DateTimeFormat(text.locale, {
    dateStyle: "full",
    timeStyle: "short",
    timeZone: facts.timeZone,
  });
  return [
    ...titled(text.title(facts.clinic), "═", [`${text.asOf} ${asOf.format(facts.clock)}`]),
    ...titled(text.before.heading, "─", before(facts, text)),
    ...titled(text.booked.heading, "─", booked(facts.outcome, text)),
    ...titled(text.freed.heading, "─", freed(facts.outcome, text)),
    ...titled(text.complete.heading, "─", toComplete(facts, text)),
    ...titled(text.agree.heading, "─", agreement(facts.outcome, text)),
  ].join("\n");
}

function before({ outcome, slotsNotExisting }: ClosingFacts, text: ReportText): string[] {
  const { appointments, slots } = outcome;
  const malformed = outcome.malformed.filter((row) => row.file === "appointment.csv").length;
  return [
    figure(text.before.services, outcome.services),
    figure(text.before.slots, slots.pushed),
    figure(text.before.past, slots.skippedPast),
    ...(slotsNotExisting > 0 ? [figure(text.before.notExisting, slotsNotExisting)] : []),
    figure(text.before.read, appointments.read),
    figure(text.before.pushed, appointments.pushed, text.before.ofWhichPast(appointments.past)),
    figure(text.before.cancelled, appointments.cancelledUnknown),
    figure(text.before.refused, appointments.refused.length),
    ...(malformed > 0 ? [figure(text.before.malformed, malformed)] : []),
  ];
}

function booked({ citizens }: Outcome, text: ReportText): string[] {
  return [
    figure(text.booked.asked, citizens.asked),
    figure(text.booked.booked, citizens.booked),
    ...cascades.map((cascade) => figure(text.booked.through[cascade], citizens.bookedByCascade[cascade])),
    figure(text.booked.lostRace, citizens.lostRace),
    figure(text.booked.noOpening, citizens.noOpening),
    ...(citizens.refused > 0 ? [figure(text.booked.refused, citizens.refused)] : []),
  ];
}

function freed({ citizens }: Outcome, text: ReportText): string[] {
  return [
    figure(text.freed.cancelled, citizens.cancelled),
    ...citizens.refusedCancellations.map(({ code }) => figure(text.freed.refused, 1, meaning(code, text))),
  ];
}

function toComplete({ outcome, newBookings, sharedNams }: ClosingFacts, text: ReportText): string[] {
  const { complete } = text;
  const unreadable = outcome.malformed.map((row): [string, string] => [
    complete.row(row.file, row.line),
    meaning(row.code, text),
  ]);
  const shared = sharedNams.map(({ demographicNos, receivedBy }) => {
    const others = demographicNos.filter((number) => number !== receivedBy);
    return complete.sharedPatient(receivedBy, others.join(", "));
  });
  const parts = [
    columns(appointmentsToComplete(outcome, newBookings, text), [complete.appointment, complete.reason]),
    columns(unreadable, [complete.rows, ""]),
    shared.length > 0 ? [complete.sharedPatients, ...shared.map((line) => `  ${line}`)] : [],
  ].filter((part) => part.length > 0);
  return parts.length === 0 ? [complete.nothing] : parts.flatMap((part, index) => (index === 0 ? part : ["", ...part]));
}

/** Appointment numbers with what each is waiting for; neighbours that wait for the same are one line. */
function appointmentsToComplete(
  outcome: Outcome,
  newBookings: readonly NewBooking[],
  text: ReportText,
): [string, string][] {
  const waiting = new Map<string, string[]>();
  const wait = (appointmentNo: string, reason: string): void => {
    waiting.set(reason, [...(waiting.get(reason) ?? []), appointmentNo]);
  };
  for (const { appointmentNo, code } of outcome.appointments.refused) wait(appointmentNo, meaning(code, text));
  for (const { appointmentNo, demographicNo, sharedWith } of newBookings) {
    wait(appointmentNo, text.complete.newBooking);
    if (sharedWith.length > 0) wait(appointmentNo, text.complete.sharedNam(demographicNo, sharedWith.join(", ")));
  }
  return [...waiting].flatMap(([reason, numbers]) =>
    ranges(numbers, text).map((range): [string, string] => [range, reason]),
  );
}

function agreement(outcome: Outcome, text: ReportText): string[] {
  const { digest, secondPush } = outcome;
  const disagreeing = figuresThatDisagree(outcome);
  return [
    digest.different === 0 ? text.agree.yes(digest.days) : text.agree.no(digest.different, digest.days),
    secondPush.created + secondPush.updated === 0
      ? text.agree.unchanged(secondPush.unchanged)
      : text.agree.changed(secondPush.created, secondPush.updated),
    ...(disagreeing.length > 0 ? [text.agree.disagree, ...disagreeing.map((equation) => `  ${equation}`)] : []),
    `${text.agree.out} ${outcome.out}`,
  ];
}

function titled(heading: string, rule: string, lines: readonly string[]): string[] {
  return [heading, rule.repeat(heading.length), ...lines, ""];
}

function figure(label: string, count: number, remark = ""): string {
  const dots = ".".repeat(Math.max(3, LABEL_WIDTH - label.length));
  return `${label} ${dots} ${String(count).padStart(COUNT_WIDTH)}${remark === "" ? "" : `  ${remark}`}`;
}

function columns(rows: readonly [string, string][], heading: [string, string]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...[heading, ...rows].map(([first]) => first.length));
  return [heading, ...rows].map(([first, second]) => `${first.padEnd(width)}  ${second}`.trimEnd());
}

/** Words for a person; the code itself is in the JSON. */
function meaning(code: string, text: ReportText): string {
  return text.codes[code] ?? code;
}

/** `338 à 360`, `362`: consecutive numbers, three or more, as one range. */
function ranges(numbers: readonly string[], text: ReportText): string[] {
  const runs: string[][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last !== undefined && BigInt(number) === BigInt(last) + 1n) run.push(number);
    else runs.push([number]);
  }
  return runs.flatMap((run) => (run.length < 3 ? run : [`${run[0] ?? ""}${text.upTo}${run.at(-1) ?? ""}`]));
}
