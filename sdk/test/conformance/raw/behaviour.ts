/**
 * Where the raw adapter can be made wrong. Each is right when absent; test/conformance/wrong-adapters.ts names them one
 * by one with the check that must notice.
 */
export interface Wrong {
  // Signing in
  longAssertion?: boolean;
  sameJti?: boolean;
  tokenForEachCall?: boolean;
  neverRenewsToken?: boolean;
  // Requests
  ignoresRetryAfter?: boolean;
  waitsOnlyAfter429?: boolean;
  takesSilenceForDone?: boolean;
  retriesAtOnce?: boolean;
  givesUpAtServerErrors?: boolean;
  takesBrokenAnswers?: boolean;
  unknownField?: boolean;
  withoutIdempotencyKey?: boolean;
  oneKeyForAll?: boolean;
  numberInKey?: boolean;
  numberInUrl?: boolean;
  nameInUrl?: boolean;
  // Time
  localTimeAsUtc?: boolean;
  fixedOffset?: "-05:00" | "today's";
  secondOfTwo?: boolean;
  dropsOffsets?: boolean;
  // Pushing
  asciiOnly?: boolean;
  withoutNumber?: boolean;
  outboxOfTen?: boolean;
  keepsBookings?: boolean;
  cancelsOnlyItsOwn?: boolean;
  createsSlotsWithoutName?: boolean;
  neverDeletes?: boolean;
  cancelsByDeleting?: boolean;
  pushesEverythingAnew?: boolean;
  stopsAtRefusal?: boolean;
  neverIfMatch?: boolean;
  neverConfirms?: boolean;
  confirmsLocalTimes?: boolean;
  retriesConflicts?: boolean;
  showsRefused?: boolean;
  losesOutbox?: boolean;
  waitsForHub?: boolean;
  givesUpWhenSuspended?: boolean;
  // Pulling
  cursorFirst?: boolean;
  followsFromNow?: boolean;
  fromNowAfterOutage?: boolean;
  onePage?: boolean;
  ignoresExpiredCursor?: boolean;
  firstPageOfLists?: boolean;
  anyVersion?: boolean;
  ignoresTombstones?: boolean;
  ignoresStaffSlots?: boolean;
  ignoresMoves?: boolean;
  ignoresCancellations?: boolean;
  ignoresStatusOfNew?: boolean;
  onlyKnownActors?: boolean;
  stumblesOverGone?: boolean;
  neverBinds?: boolean;
  pushesEcho?: boolean;
  revives?: boolean;
  dropsOtherSide?: boolean;
  // Webhooks
  parsesBeforeVerifying?: boolean;
  believesAnyWebhook?: boolean;
  trustsWebhookOrder?: boolean;
}
