import { expect, test } from "vitest";
import { readContract } from "../../src/conformance/requests.ts";
import type { RecordedRequest } from "../../src/conformance/requests.ts";
import { inspectTraffic } from "../../src/conformance/traffic.ts";

const patient = ["GAGN50010100", "Lévêque-D’Aoûst", "418-555-0142"];

function failedOf({ url = "/v1/slots", key = "1" }): string[] {
  const { pathname: path, searchParams: query } = new URL(url, "http://hub");
  const request: RecordedRequest = {
    ...{ number: 1, at: 0, method: "POST", url, path, query, operationId: "slots.create", body: "" },
    ...{ headers: { "idempotency-key": key }, status: 201, code: undefined, faulted: false },
  };
  const found = inspectTraffic([request], readContract({ paths: {} }), patient);
  return [...found].flatMap(([id, finding]) => (finding === null ? [] : [id]));
}

test.each(["GAGN50010100", "gagn 5001 0100", "visite-GAGN-5001-0100", "Leveque d'Aoust", "4185550142"])(
  "a patient is known however it is written: %s",
  (key) => {
    expect(failedOf({ key })).toEqual(["REQ-PRIV-02"]);
    expect(failedOf({ url: `/v1/slots?q=${encodeURIComponent(key)}` })).toEqual(["REQ-PRIV-01"]);
  },
);

test.each(["7a04deab-1234-4123-8abc-fade40218833", "fade4021-8833-4000-8000-abcd12345678"])(
  "an identifier made by chance is nobody, though it has the form of a number: %s",
  (key) => expect(failedOf({ key })).toEqual([]),
);
