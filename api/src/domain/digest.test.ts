import { expect, test } from "vitest";
import { digestDays, digestLine, digestText } from "./digest.ts";

const at = (text: string) => Date.parse(text);
const times = { startAt: at("2027-03-08T14:00:00.999Z"), endAt: at("2027-03-08T14:15:00Z") };
const seen = { professionalId: "pro_1", id: "4711", ...times };

test("a line names the kind, the id, both instants in UTC to the second, and what may differ between two agendas", () => {
  expect(digestLine({ ...seen, kind: "appointment", attendance: "absent" })).toBe(
    "a|4711|2027-03-08T14:00:00Z|2027-03-08T14:15:00Z|absent",
  );
  expect(digestLine({ ...seen, kind: "slot", visibility: "private" })).toBe(
    "s|4711|2027-03-08T14:00:00Z|2027-03-08T14:15:00Z|private",
  );
});

test("lines are sorted by bytes and each is ended by a line feed", () => {
  expect(digestText(["s|1", "a|9", "a|10", "a|~", "a|B", "a|a"])).toBe("a|10\na|9\na|B\na|a\na|~\ns|1\n");
  expect(digestText([])).toBe("");
});

test("a day is a professional's local date of the start, at the place", () => {
  const late = { startAt: at("2027-03-09T04:30:00Z"), endAt: at("2027-03-09T04:45:00Z") };
  const entries = [
    { ...seen, kind: "appointment", attendance: "present" } as const,
    { ...seen, id: "2", ...late, kind: "slot", visibility: "public" } as const,
    { ...seen, id: "3", professionalId: "pro_0", kind: "slot", visibility: "public" } as const,
  ];
  const days = (zone: "America/Toronto" | "America/Halifax") =>
    digestDays(entries, zone).map(({ professionalId, date, appointments, slots }) => [
      professionalId,
      date,
      appointments,
      slots,
    ]);
  expect(days("America/Toronto")).toEqual([
    ["pro_0", "2027-03-08", 0, 1],
    ["pro_1", "2027-03-08", 1, 1],
  ]);
  expect(days("America/Halifax")).toEqual([
    ["pro_0", "2027-03-08", 0, 1],
    ["pro_1", "2027-03-08", 1, 0],
    ["pro_1", "2027-03-09", 0, 1],
  ]);
});
