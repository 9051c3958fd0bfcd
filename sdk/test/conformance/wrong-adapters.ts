import type { CheckId } from "../../src/conformance/index.ts";
import type { Wrong } from "./raw/behaviour.ts";

interface WrongAdapter {
  name: string;
  wrong: Wrong;
  check: CheckId;
  where?: CheckId;
}

/**
 * What vendors get wrong, one mistake each, and the check that must notice it. Of checks that are made in every
 * scenario, `where` names one in which the mistake shows.
 */
export const WRONG: readonly WrongAdapter[] = [
  { name: "signs assertions for a day", wrong: { longAssertion: true }, check: "REQ-AUTH-01", where: "REQ-PUSH-12" },
  { name: "uses a jti again", wrong: { sameJti: true }, check: "REQ-AUTH-02", where: "REQ-RES-06" },
  {
    name: "fetches a token for each call",
    wrong: { tokenForEachCall: true },
    check: "REQ-AUTH-03",
    where: "REQ-PUSH-01",
  },
  { name: "sends a field of its own", wrong: { unknownField: true }, check: "REQ-CON-01", where: "REQ-PUSH-12" },
  {
    name: "sends no Idempotency-Key",
    wrong: { withoutIdempotencyKey: true },
    check: "REQ-CON-02",
    where: "REQ-BOOK-01",
  },
  { name: "has one Idempotency-Key for all", wrong: { oneKeyForAll: true }, check: "REQ-CON-03", where: "REQ-PULL-11" },
  {
    name: "asks with a health insurance number in the address",
    wrong: { numberInUrl: true },
    check: "REQ-PRIV-01",
    where: "REQ-PUSH-13",
  },
  {
    name: "looks a patient up by name in the address",
    wrong: { nameInUrl: true },
    check: "REQ-PRIV-01",
    where: "REQ-PUSH-13",
  },
  {
    name: "makes keys of health insurance numbers",
    wrong: { numberInKey: true },
    check: "REQ-PRIV-02",
    where: "REQ-PUSH-13",
  },
  { name: "stores local time without its zone", wrong: { localTimeAsUtc: true }, check: "REQ-PUSH-01" },
  { name: "pushes without its own identifiers", wrong: { createsSlotsWithoutName: true }, check: "REQ-PUSH-02" },
  { name: "never takes an opening back", wrong: { neverDeletes: true }, check: "REQ-PUSH-03" },
  { name: "books without the health insurance number", wrong: { withoutNumber: true }, check: "REQ-PUSH-04" },
  { name: "cancels by deleting", wrong: { cancelsByDeleting: true }, check: "REQ-PUSH-05" },
  { name: "pushes everything anew, with a stamp", wrong: { pushesEverythingAnew: true }, check: "REQ-PUSH-06" },
  { name: "has an outbox of ten places", wrong: { outboxOfTen: true }, check: "REQ-PUSH-07" },
  { name: "assumes UTC-5", wrong: { fixedOffset: "-05:00" }, check: "REQ-PUSH-08" },
  { name: "takes today's offset for every day", wrong: { fixedOffset: "today's" }, check: "REQ-PUSH-09" },
  { name: "takes the second of two local times", wrong: { secondOfTwo: true }, check: "REQ-PUSH-10" },
  { name: "writes names in ASCII", wrong: { asciiOnly: true }, check: "REQ-PUSH-11" },
  { name: "stops at the first refusal", wrong: { stopsAtRefusal: true }, check: "REQ-PUSH-12" },
  { name: "never sends If-Match", wrong: { neverIfMatch: true }, check: "REQ-PUSH-13" },
  { name: "never confirms", wrong: { neverConfirms: true }, check: "REQ-PUSH-14" },
  { name: "confirms digests of local times", wrong: { confirmsLocalTimes: true }, check: "REQ-PUSH-14" },
  { name: "drops the offset of the hub's times", wrong: { dropsOffsets: true }, check: "REQ-PULL-01" },
  { name: "ignores cancellations", wrong: { ignoresCancellations: true }, check: "REQ-PULL-02" },
  { name: "ignores moves", wrong: { ignoresMoves: true }, check: "REQ-PULL-03" },
  { name: "goes on from now after a restart", wrong: { followsFromNow: true }, check: "REQ-PULL-04" },
  { name: "reads one page of the log", wrong: { onePage: true }, check: "REQ-PULL-05" },
  { name: "ignores 410", wrong: { ignoresExpiredCursor: true }, check: "REQ-PULL-06" },
  { name: "ignores pages", wrong: { firstPageOfLists: true }, check: "REQ-PULL-07" },
  { name: "applies lower versions", wrong: { anyVersion: true }, check: "REQ-PULL-08" },
  { name: "moves the cursor before applying", wrong: { cursorFirst: true }, check: "REQ-PULL-09" },
  { name: "ignores tombstones", wrong: { ignoresTombstones: true }, check: "REQ-PULL-10" },
  { name: "ignores what staff open at the hub", wrong: { ignoresStaffSlots: true }, check: "REQ-PULL-11" },
  { name: "drops unknown enum values", wrong: { onlyKnownActors: true }, check: "REQ-PULL-12" },
  { name: "stumbles over what is gone", wrong: { stumblesOverGone: true }, check: "REQ-PULL-13" },
  { name: "parses a webhook's body before verifying it", wrong: { parsesBeforeVerifying: true }, check: "REQ-PULL-14" },
  { name: "believes any webhook", wrong: { believesAnyWebhook: true }, check: "REQ-PULL-15" },
  { name: "trusts the order of webhooks", wrong: { trustsWebhookOrder: true }, check: "REQ-PULL-16" },
  { name: "never binds", wrong: { neverBinds: true }, check: "REQ-BOOK-01" },
  { name: "pushes its echo back", wrong: { pushesEcho: true }, check: "REQ-BOOK-02" },
  { name: "pushes its openings and keeps its bookings", wrong: { keepsBookings: true }, check: "REQ-BOOK-03" },
  { name: "drops the other side of a double booking", wrong: { dropsOtherSide: true }, check: "REQ-BOOK-04" },
  { name: "cancels at the hub only what it booked", wrong: { cancelsOnlyItsOwn: true }, check: "REQ-BOOK-05" },
  { name: "treats 409 as something to try again", wrong: { retriesConflicts: true }, check: "REQ-BOOK-06" },
  { name: "shows what was refused as standing", wrong: { showsRefused: true }, check: "REQ-BOOK-07" },
  { name: "revives what was cancelled", wrong: { revives: true }, check: "REQ-BOOK-08" },
  { name: "takes whatever it did not know for booked", wrong: { ignoresStatusOfNew: true }, check: "REQ-BOOK-09" },
  { name: "ignores Retry-After", wrong: { ignoresRetryAfter: true }, check: "REQ-RES-01" },
  { name: "ignores Retry-After unless it is a 429", wrong: { waitsOnlyAfter429: true }, check: "REQ-RES-02" },
  { name: "repeats without a key", wrong: { createsSlotsWithoutName: true }, check: "REQ-RES-03" },
  { name: "takes a broken connection for an answer", wrong: { takesSilenceForDone: true }, check: "REQ-RES-04" },
  { name: "gives up at 500", wrong: { givesUpAtServerErrors: true }, check: "REQ-RES-05" },
  { name: "does not renew its token", wrong: { neverRenewsToken: true }, check: "REQ-RES-06" },
  { name: "loses its outbox at a restart", wrong: { losesOutbox: true }, check: "REQ-RES-07" },
  { name: "goes on from now after an outage", wrong: { fromNowAfterOutage: true }, check: "REQ-RES-08" },
  { name: "makes staff wait for the hub", wrong: { waitsForHub: true }, check: "REQ-RES-09" },
  { name: "takes half an answer for a whole one", wrong: { takesBrokenAnswers: true }, check: "REQ-RES-10" },
  { name: "asks again at once", wrong: { retriesAtOnce: true }, check: "REQ-RES-11" },
  { name: "gives up when it is suspended", wrong: { givesUpWhenSuspended: true }, check: "REQ-RES-12" },
];
