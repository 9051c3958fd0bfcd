import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { agendaDigest, compareDigests } from "../src/digest.ts";
import { planPush } from "../src/plan-push.ts";
import { autumnChange, booked, ordinaryWeek, scheduled } from "./exports.ts";
import { written } from "./folders.ts";
import type { Recipe } from "./recipe.ts";

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

function digestOf(recipe: Recipe, without?: ReadonlySet<string>): Map<string, string> {
  const exported = written(recipe);
  const days = agendaDigest(planPush(exported, exported.config.clock), recipe.timeZone, without);
  return new Map(days.map((day) => [`${day.professionalNumber} ${day.date}`, day.sha256]));
}

const small: Recipe = {
  ...ordinaryWeek(),
  dates: [scheduled(1, "2027-06-10", "203", "P:Walk-in")],
  appointments: [
    booked(10, "203", "2027-06-10", "09:15", "09:29", 1, "H"),
    booked(9, "203", "2027-06-10", "20:30", "20:44", 2),
    booked(11, "203", "2027-06-10", "10:00", "10:14", 3, "C"),
    booked(12, "201", "2027-06-10", "09:00", "09:29", 4, "N"),
  ],
};

describe("agendaDigest", () => {
  it("is the SHA-256 of the sorted lines of a professional's local day, in UTC to the second", () => {
    expect(digestOf(small)).toEqual(
      new Map([
        [
          "818181 2027-06-10",
          sha256(
            "a|10|2027-06-10T13:15:00Z|2027-06-10T13:30:00Z|present\n" +
              // Half past eight in the evening is the next day in UTC, and still this day here.
              "a|9|2027-06-11T00:30:00Z|2027-06-11T00:45:00Z|unconfirmed\n" +
              "s|203-2027-06-10-0900|2027-06-10T13:00:00Z|2027-06-10T16:00:00Z|public\n" +
              "s|203-2027-06-10-1230|2027-06-10T16:30:00Z|2027-06-10T20:30:00Z|public\n",
          ),
        ],
        ["121212 2027-06-10", sha256("a|12|2027-06-10T13:00:00Z|2027-06-10T13:30:00Z|absent\n")],
      ]),
    );
  });

  it("leaves out what the hub refused, and a day that held nothing else", () => {
    const digest = digestOf(small, new Set(["12", "9"]));
    expect([...digest.keys()]).toEqual(["818181 2027-06-10"]);
    expect(digest.get("818181 2027-06-10")).not.toBe(digestOf(small).get("818181 2027-06-10"));
  });

  it("tells the two passes of the repeated hour apart", () => {
    const first = autumnChange();
    const second = { ...first, appointments: first.appointments.map(onlySecondPass) };
    expect(digestOf(second).get("121212 2027-11-07")).not.toBe(digestOf(first).get("121212 2027-11-07"));
  });

  it("sorts by bytes", () => {
    const slot = (externalId: string): Parameters<typeof agendaDigest>[0]["slots"][number] => ({
      ...{ externalId, professionalNumber: "121212", serviceKey: "", visibility: "public", openFrom: null },
      ...{ startAt: "2027-06-10T09:00:00-04:00", endAt: "2027-06-10T10:00:00-04:00" },
    });
    const interval = "2027-06-10T13:00:00Z|2027-06-10T14:00:00Z|public";
    const plan = { slots: [slot("\u{1F600}"), slot("\uFF5E"), slot("B"), slot("a")], appointments: [] };
    const [day] = agendaDigest(plan, "America/Toronto");
    expect(day?.sha256).toBe(sha256(["B", "a", "\uFF5E", "\u{1F600}"].map((id) => `s|${id}|${interval}\n`).join("")));
  });
});

function onlySecondPass(row: Recipe["appointments"][number]): Recipe["appointments"][number] {
  if (typeof row === "string" || row[0] !== "102") return row;
  return row.map((cell, index) => (index === 7 ? "[UTC-05:00]" : cell));
}

describe("compareDigests", () => {
  const day = (professionalNumber: string, date: string, text: string) => ({
    professionalNumber,
    date,
    sha256: sha256(text),
  });
  const ours = [day("1", "2027-06-10", "x\n"), day("1", "2027-06-11", "y\n"), day("2", "2027-06-10", "z\n")];

  it("counts the days either side has, and those that differ", () => {
    expect(compareDigests(ours, [...ours].reverse())).toEqual({ days: 3, different: [] });
    const theirs = [day("1", "2027-06-10", "x\n"), day("1", "2027-06-11", "other\n"), day("3", "2027-06-12", "w\n")];
    expect(compareDigests(ours, theirs)).toEqual({
      days: 4,
      different: [
        { professionalNumber: "1", date: "2027-06-11" },
        { professionalNumber: "2", date: "2027-06-10" },
        { professionalNumber: "3", date: "2027-06-12" },
      ],
    });
  });

  it("takes a day that holds nothing as a day that is not there", () => {
    expect(compareDigests([], [day("1", "2027-06-10", "")])).toEqual({ days: 0, different: [] });
  });
});
