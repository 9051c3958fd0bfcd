import { describe, expect, test } from "vitest";
import { decideEstablishment, decideGmf, defaultPastLimitDays, refuseRegistration } from "./establishment.ts";
import type { EstablishmentInformation, WantedEstablishment } from "./establishment.ts";

describe("a GMF and its number", () => {
  test.each([
    ["EST-06 a GMF without a number is refused", true, null, { rule: "EST-06", code: "REQUIRED_FIELD" }],
    ["EST-07 a number without a GMF is refused", false, "03-117", { rule: "EST-07", code: "NOT_A_GMF" }],
  ])("%s", (_title, isGmf, gmfNumber, found) => {
    expect(decideGmf({ isGmf, gmfNumber })).toEqual({ ok: false, violations: [{ ...found, pointer: "/gmfNumber" }] });
  });

  test.each([
    ["EST-06 a GMF with its number is accepted", true, "03-117"],
    ["EST-07 another establishment without a number is accepted", false, null],
  ])("%s", (_title, isGmf, gmfNumber) => {
    expect(decideGmf({ isGmf, gmfNumber })).toMatchObject({ ok: true, value: { isGmf, gmfNumber } });
  });
});

test("APPT-03 the past limit is 90 days unless RAMQ says otherwise", () => {
  expect(defaultPastLimitDays).toBe(90);
});

test("EST-01 only the operator creates establishments and places", () => {
  expect(refuseRegistration({ kind: "operator", operatorId: "ope" })).toBeUndefined();
  const machine = { kind: "machine", machineId: "mch", vendorId: "vnd", name: "Poste", scopes: [], links: [] } as const;
  expect(refuseRegistration(machine)).toEqual({ rule: "EST-01", code: "FORBIDDEN", pointer: "" });
});

describe("a change of an establishment", () => {
  const gmf: EstablishmentInformation = {
    name: "GMF du Lac",
    email: "lac@example.org",
    phone: "418-555-0100",
    isGmf: true,
    gmfNumber: "03-117",
    pastLimitDays: 90,
  };
  const unreachable: EstablishmentInformation = { ...gmf, email: null, phone: null };
  const remark = (pointer: string) => ({ rule: "EST-09", code: "ESTABLISHMENT_UNREACHABLE", pointer });
  const decide = (wanted: WantedEstablishment, before = gmf) => decideEstablishment(before, wanted);

  test("EST-02 what is left out stays as it is, and only what is another is told", () => {
    expect(decide({})).toEqual({ ok: true, warnings: [], value: { information: gmf, changed: [], notices: [] } });
    expect(decide({ ...gmf })).toMatchObject({ value: { information: gmf, changed: [] } });
    const others: EstablishmentInformation = {
      name: "GMF de la Rive",
      email: "rive@example.org",
      phone: "418-555-0101",
      isGmf: false,
      gmfNumber: null,
      pastLimitDays: 365,
    };
    expect(decide(others)).toMatchObject({ value: { information: others, changed: Object.keys(others), notices: [] } });
  });

  test("EST-06 a GMF does not lose its number", () => {
    expect(decide({ gmfNumber: null })).toMatchObject({ violations: [{ rule: "EST-06", pointer: "/gmfNumber" }] });
    const none = { ...gmf, isGmf: false, gmfNumber: null };
    expect(decide({ isGmf: true }, none)).toMatchObject({ violations: [{ rule: "EST-06", code: "REQUIRED_FIELD" }] });
    expect(decide({ isGmf: true, gmfNumber: "03-118" }, none)).toMatchObject({
      value: { information: { isGmf: true, gmfNumber: "03-118" }, changed: ["isGmf", "gmfNumber"] },
    });
  });

  test("EST-07 who is no GMF any more has no number, and cannot be given one", () => {
    expect(decide({ isGmf: false })).toMatchObject({
      value: { information: { isGmf: false, gmfNumber: null }, changed: ["isGmf", "gmfNumber"] },
    });
    expect(decide({ isGmf: false, gmfNumber: "03-117" })).toMatchObject({
      violations: [{ rule: "EST-07", code: "NOT_A_GMF", pointer: "/gmfNumber" }],
    });
  });

  test("EST-09 clearing a contact is accepted, and remarked where it stands", () => {
    expect(decide({ email: null })).toMatchObject({
      ok: true,
      warnings: [],
      value: { information: { email: null, phone: gmf.phone }, notices: [remark("/email")] },
    });
    expect(decide({ phone: null })).toMatchObject({
      value: { information: { email: gmf.email, phone: null }, notices: [remark("/phone")] },
    });
    expect(decide({ email: null, phone: null })).toMatchObject({
      value: { notices: [remark("/email"), remark("/phone")] },
    });
  });

  test("EST-09 nothing is remarked when a contact is replaced, or was not there", () => {
    expect(decide({ email: "autre@example.org" })).toMatchObject({ value: { notices: [] } });
    expect(decide({ email: null, phone: null }, unreachable)).toMatchObject({ value: { changed: [], notices: [] } });
  });
});
