import { describe, expect, it } from "vitest";
import { figuresThatDisagree, type Outcome } from "../src/outcome.ts";
import { type ClosingFacts, closingTable } from "../src/report.ts";

const outcome: Outcome = {
  services: 10,
  slots: { pushed: 135, skippedPast: 29 },
  appointments: {
    ...{ read: 338, pushed: 304, past: 52, cancelledUnknown: 26 },
    refused: ["62", "72", "102", "165", "288", "289", "291"].map((appointmentNo) => ({
      appointmentNo,
      code: "CONTACT_REQUIRED",
    })),
  },
  malformed: [
    { file: "appointment.csv", line: 12, code: "DATE_FORMAT" },
    { file: "scheduledate.csv", line: 3, code: "TEMPLATE_MISSING" },
  ],
  secondPush: { created: 0, updated: 0, unchanged: 449 },
  citizens: {
    ...{ asked: 40, booked: 31, lostRace: 7, noOpening: 2, refused: 0, cancelled: 5 },
    bookedByCascade: { "1": 12, "2.1": 6, "2.2": 4, "2.3": 2, "3": 7 },
    refusedCancellations: [{ code: "CANCELLATION_WINDOW_CLOSED" }],
  },
  changes: { applied: 36, lastSeq: 491 },
  digest: { days: 57, different: 0 },
  out: "/tmp/agenda",
};

const facts: ClosingFacts = {
  clinic: "Clinique du Port",
  clock: new Date("2027-03-04T12:00:00Z"),
  timeZone: "America/Toronto",
  outcome,
  slotsNotExisting: 0,
  newBookings: ["339", "340", "341", "343"].map((appointmentNo) => ({
    ...{ appointmentNo, demographicNo: appointmentNo === "343" ? "4" : "9" },
    sharedWith: appointmentNo === "343" ? ["77"] : [],
  })),
  sharedNams: [{ demographicNos: ["4", "77"], receivedBy: "4" }],
};

describe("figuresThatDisagree", () => {
  it("finds nothing when everything adds up", () => {
    expect(figuresThatDisagree(outcome)).toEqual([]);
  });

  it.each<[string, Partial<Outcome>]>([
    ["appointments.read 338 ≠ 337", { malformed: [] }],
    ["secondPush.unchanged 449 ≠ 448", { services: 9 }],
    ["secondPush.created 1 ≠ 0", { secondPush: { created: 1, updated: 0, unchanged: 449 } }],
    ["secondPush.updated 2 ≠ 0", { secondPush: { created: 0, updated: 2, unchanged: 449 } }],
    ["citizens.asked 40 ≠ 41", { citizens: { ...outcome.citizens, refused: 1 } }],
    [
      "citizens.booked 31 ≠ 32",
      { citizens: { ...outcome.citizens, bookedByCascade: { ...outcome.citizens.bookedByCascade, "3": 8 } } },
    ],
    ["changes.applied 35 ≠ 36", { changes: { applied: 35, lastSeq: 491 } }],
    ["digest.different 1 ≠ 0", { digest: { days: 57, different: 1 } }],
  ])("says %s", (equation, change) => {
    expect(figuresThatDisagree({ ...outcome, ...change })).toEqual([equation]);
  });
});

describe("closingTable", () => {
  const lines = (changed: Partial<ClosingFacts> = {}, language?: "fr" | "en"): string[] =>
    closingTable({ ...facts, ...changed }, language).split("\n");
  const value = (all: string[], label: string): string | undefined =>
    all.find((line) => line.startsWith(`${label} .`))?.replace(/^.*\.\.\. +/, "");

  it("speaks French by default, and answers the five questions in order", () => {
    const all = lines();
    expect(all[0]).toBe("Clinique du Port\u00a0: votre agenda et Rendez-vous santé Québec");
    expect(all.join("\n")).toContain("jeudi 4 mars 2027");
    const headings = all.filter((_, index) => /^─+$/.test(all[index + 1] ?? ""));
    expect(headings).toEqual([
      "Ce qu’il y avait",
      "Ce que les citoyens ont réservé sans appeler",
      "Ce qui s’est libéré",
      "Ce qu’une personne doit compléter",
      "Les deux agendas concordent-ils?",
    ]);
    expect(value(all, "Plages envoyées")).toBe("135");
    expect(value(all, "  transmis")).toBe("304  dont 52 passés");
    expect(value(all, "Rendez-vous réservés")).toBe("31");
    expect(value(all, "  2.1  auprès de l’équipe de relais nº 1")).toBe("6");
    expect(value(all, "  3    près de leur code postal")).toBe("7");
    expect(value(all, "Rendez-vous annulés en ligne")).toBe("5");
    expect(all).toContain("Oui\u00a0: 57 journées comparées, aucune différente.");
  });

  it("says what a person must complete: appointment number and reason, neighbours on one line", () => {
    const all = lines();
    const about = (words: string): string[] =>
      all.filter((line) => line.includes(words)).map((line) => line.split("  ")[0] ?? "");
    expect(about("téléphone ou moyen")).toEqual(["62", "72", "102", "165", "288", "289", "291"]);
    expect(about("inscrire le motif")).toEqual(["339 à 341", "343"]);
    expect(about("même NAM au dossier 77")).toEqual(["343"]);
    expect(about("modèle d’horaire manque")).toEqual(["scheduledate.csv, ligne 3"]);
    expect(all).toContain("  4 (reçoit les réservations) et 77");
  });

  it("speaks English when asked", () => {
    const all = lines({}, "en");
    expect(all[0]).toBe("Clinique du Port: your agenda and Rendez-vous santé Québec");
    expect(value(all, "Appointments booked")).toBe("31");
    expect(value(all, "  2.3  elsewhere in their family medicine group")).toBe("2");
    expect(value(all, "Cancellation refused")).toBe("1  too late to cancel online");
    expect(all.join("\n")).not.toMatch(/dossier|rendez-vous réservés/i);
  });

  it("says so when the agendas differ, or figures do not add up", () => {
    const all = lines({ outcome: { ...outcome, digest: { days: 57, different: 2 } } });
    expect(all).toContain("NON\u00a0: 2 sur 57 journées diffèrent.");
    expect(all).toContain("  digest.different 2 ≠ 0");
    expect(lines().join("\n")).not.toContain("≠");
  });

  it("prints a code it has no words for, and nothing to complete as such", () => {
    const refused = [{ appointmentNo: "1", code: "SOMETHING_NEW" }];
    const appointments = { ...outcome.appointments, refused };
    expect(lines({ outcome: { ...outcome, appointments } })).toContain("1            SOMETHING_NEW");
    const done = { ...outcome, malformed: [], appointments: { ...outcome.appointments, refused: [] } };
    expect(lines({ outcome: done, newBookings: [], sharedNams: [] })).toContain("Rien.");
  });

  it("fits a terminal", () => {
    const long = [...lines(), ...lines({}, "en")].filter((line) => line.length > 100);
    expect(long).toEqual([]);
  });
});
