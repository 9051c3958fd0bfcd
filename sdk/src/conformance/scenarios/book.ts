/** Bookings from both sides of the same time: none is lost, none is given twice without somebody knowing. */
import { isArrimageProblem } from "../../index.ts";
import { problem } from "../faults.ts";
import { cancelAsCitizen } from "../hub.ts";
import type { RecordedRequest } from "../requests.ts";
import type { Finding, Scenario, Stage } from "../stage.ts";
import { compareDay, expectExactly, intervalsOf, NotReached, standing } from "../stage.ts";
import { appointmentsShown, offer } from "./pull.ts";

const BOOKING_WRITES = new Set(["appointments.create", "appointments.upsertByExternalId", "appointments.batch"]);

export const writesAppointment = ({ operationId }: RecordedRequest): boolean => BOOKING_WRITES.has(operationId ?? "");

const activeAtHub = async (stage: Stage, day: string, expected: readonly string[]): Promise<Finding> =>
  expectExactly("appointments at the hub", expected, intervalsOf((await stage.atHub(day)).appointments));

const together: Scenario = {
  name: "desk and citizens",
  profile: "book",
  checks: ["REQ-BOOK-01", "REQ-BOOK-02", "REQ-BOOK-03", "REQ-BOOK-05"],
  async play(stage) {
    const day = stage.day(9);
    await offer(stage, day, "09:00", "12:00");
    await stage.citizenBooks(day, "09:30");
    await stage.eventually(() => appointmentsShown(stage, day, ["09:30-10:00"]));
    await stage.check("REQ-BOOK-01", () =>
      stage.eventually(async () => {
        const { appointments } = await stage.atHub(day);
        const bound = appointments.some(({ from, appointment }) => from === "09:30" && appointment.externalId !== null);
        return bound ? null : "the citizen's booking has no externalId of the agenda";
      }),
    );
    await stage.sync();
    await stage.check("REQ-BOOK-02", async () => {
      const count = (await stage.atHub(day)).appointments.length;
      if (count !== 1) return "a citizen's booking came back to the hub as an appointment of its own";
      return appointmentsShown(stage, day, ["09:30-10:00"]);
    });

    await stage.book(day, "10:30", await stage.patient("Gagnon"));
    await stage.eventually(() => activeAtHub(stage, day, ["09:30-10:00", "10:30-11:00"]));
    await stage.check("REQ-BOOK-03", async () => {
      try {
        await stage.citizenBooks(day, "10:30");
      } catch (error) {
        if (isArrimageProblem(error, "OPENING_NOT_AVAILABLE")) return null;
        throw error;
      }
      return "a citizen could book a time that was booked at the desk";
    });

    await stage.check("REQ-BOOK-05", async () => {
      const theirs = standing(await stage.agenda(day)).find(({ from }) => from === "09:30");
      if (!theirs) return "the citizen's booking is not in the agenda";
      await stage.adapter.cancelLocally(theirs.ref);
      return stage.eventually(async () => {
        const { appointments } = await stage.atHub(day);
        const active = appointments.some(({ from }) => from === "09:30");
        return active ? "the citizen's booking is still active at the hub" : null;
      });
    });
  },
};

const atOnce: Scenario = {
  name: "both sides before they met",
  profile: "book",
  checks: ["REQ-BOOK-04", "REQ-BOOK-08"],
  async play(stage) {
    const day = stage.day(9);
    await offer(stage, day, "09:00", "12:00");
    const offline = stage.proxy.add({ matches: () => true, fault: { kind: "reset" } });
    const booking = await stage.citizenBooks(day, "09:30");
    await stage.book(day, "09:30", await stage.patient("Gagnon"));
    offline.remove();
    const both = ["09:30-10:00", "09:30-10:00"];
    await stage.check("REQ-BOOK-04", () =>
      stage.eventually(async () => (await activeAtHub(stage, day, both)) ?? appointmentsShown(stage, day, both)),
    );

    const shown = standing(await stage.agenda(day)).length;
    await cancelAsCitizen(stage.hub, booking);
    await stage.check("REQ-BOOK-08", async () => {
      if (shown < 2) return "the citizen's booking never was in the agenda, so it could not revive there";
      const finding = await stage.eventually(() => appointmentsShown(stage, day, ["09:30-10:00"]));
      await stage.sync();
      return finding ?? activeAtHub(stage, day, ["09:30-10:00"]);
    });
  },
};

const lost: Scenario = {
  name: "the opening is lost",
  profile: "book",
  checks: ["REQ-BOOK-06", "REQ-BOOK-07"],
  async play(stage) {
    const day = stage.day(9);
    await offer(stage, day, "09:00", "12:00");
    stage.proxy.add({
      matches: (request) => writesAppointment(request) && request.operationId !== "appointments.batch",
      fault: problem(409, "OPENING_NOT_AVAILABLE"),
    });
    stage.proxy.add({ matches: writesAppointment, fault: { kind: "refusedLines", code: "OPENING_NOT_AVAILABLE" } });
    await stage.book(day, "10:00", await stage.patient("Gagnon"));
    const sent = await stage.eventually(async () =>
      stage.proxy.requests.some(writesAppointment) ? null : "the booking was never sent",
    );
    if (sent !== null) throw new NotReached(sent);
    for (let again = 0; again < 3; again += 1) await stage.sync();
    await stage.check("REQ-BOOK-06", () => {
      const times = stage.proxy.requests.filter(writesAppointment).length;
      return times === 1 ? null : "a booking that was answered 409 OPENING_NOT_AVAILABLE was sent again";
    });
    await stage.check("REQ-BOOK-07", async () => {
      const shown = standing(await stage.agenda(day)).some(({ from }) => from === "10:00");
      return shown ? "staff see the booking that the hub refused as one that stands" : null;
    });
  },
};

const story: Scenario = {
  name: "a day of work on both sides",
  profile: "book",
  checks: ["REQ-BOOK-09"],
  async play(stage) {
    const day = stage.day(9);
    await offer(stage, day, "08:00", "18:00");
    const starts = Array.from({ length: 20 }, (_, half) => {
      const [hour, minute] = [8 + (half >> 1), half % 2 === 0 ? "00" : "30"];
      return `${String(hour).padStart(2, "0")}:${minute}`;
    });
    const take = <T>(from: T[]): T | undefined => from.splice(Math.floor(stage.random() * from.length), 1)[0];
    const bookings = [];
    const stand = new Set<string>();
    for (let step = 0; step < 16; step += 1) {
      const drawn = stage.random();
      if (drawn < 0.35) {
        const at = take(starts);
        if (at === undefined) continue;
        bookings.push({ at, ...(await stage.citizenBooks(day, at)) });
        stand.add(at);
      } else if (drawn < 0.6) {
        const at = take(starts);
        if (at === undefined) continue;
        await stage.book(day, at, await stage.patient("Gagnon"));
        stand.add(at);
      } else if (drawn < 0.75) {
        const booking = take(bookings);
        if (booking === undefined) continue;
        await cancelAsCitizen(stage.hub, booking);
        stand.delete(booking.at);
      } else if (drawn < 0.85) {
        const entry = take(standing(await stage.agenda(day)));
        if (entry === undefined) continue;
        await stage.adapter.cancelLocally(entry.ref);
        stand.delete(entry.from);
      } else {
        await stage.sync();
      }
    }
    // Booked and given up before the software hears of either: in the log of every seed.
    const fleeting = take(starts);
    if (fleeting !== undefined) await cancelAsCitizen(stage.hub, await stage.citizenBooks(day, fleeting));
    const kept = [...stand].map((from) => `${from}-${halfAnHourAfter(from)}`);
    await stage.check("REQ-BOOK-09", () =>
      stage.eventually(async () => (await compareDay(stage, day)) ?? activeAtHub(stage, day, kept)),
    );
  },
};

function halfAnHourAfter(time: string): string {
  const [hour = "", minute] = time.split(":");
  return minute === "00" ? `${hour}:30` : `${String(Number(hour) + 1).padStart(2, "0")}:00`;
}

export const bookScenarios: readonly Scenario[] = [together, atOnce, lost, story];
