/** Every check by its id: what is asked of agenda software, and the sentence of contract or rule book it stands for. */

export const PROFILES = ["push", "pull", "book", "resilience"] as const;
export type Profile = (typeof PROFILES)[number];

export interface Check {
  id: string;
  /** What is asked, as a statement. */
  title: string;
  /** Why: of the contract or the rule book. */
  stands: string;
  /** Ids of the rule book, or operations of the contract. */
  sources: readonly string[];
}

const table = {
  "REQ-AUTH-01": {
    title: "Its assertions are accepted: for the issuer, short-lived, signed with the registered key",
    stands:
      "A machine proves itself with private_key_jwt: `aud` is the issuer, an assertion lives at most five minutes.",
    sources: ["oauth.token"],
  },
  "REQ-AUTH-02": {
    title: "Each assertion has a jti of its own",
    stands: "jti is required, never used before.",
    sources: ["oauth.token"],
  },
  "REQ-AUTH-03": {
    title: "One access token serves many calls",
    stands: "Access tokens live five minutes: one is fetched, kept, and renewed when it ends.",
    sources: ["oauth.token"],
  },
  "REQ-CON-01": {
    title: "Whatever it sends has the form of the contract",
    stands: "A request that does not follow the contract is refused: unknown address, field or content type.",
    sources: ["INVALID_REQUEST", "UNKNOWN_FIELD", "METHOD_NOT_ALLOWED", "UNSUPPORTED_MEDIA_TYPE"],
  },
  "REQ-CON-02": {
    title: "Commands that create bear an Idempotency-Key, edits their If-Match",
    stands: "Idempotency-Key is required on POST that creates; If-Match on by-id update, delete, move and cancel.",
    sources: ["IDEMPOTENCY_KEY_REQUIRED", "PRECONDITION_REQUIRED"],
  },
  "REQ-CON-03": {
    title: "An Idempotency-Key names one command, always with the same content",
    stands: "A key that comes again with another body is refused.",
    sources: ["IDEMPOTENCY_KEY_REUSED"],
  },
  "REQ-PRIV-01": {
    title: "No patient is named in an address",
    stands: "A health insurance number, a name or a contact appears in no URL.",
    sources: ["PAT"],
  },
  "REQ-PRIV-02": {
    title: "No patient is named in a header or an identifier",
    stands: "A health insurance number, a name or a contact appears in no log; headers and identifiers are logged.",
    sources: ["PAT"],
  },
  "REQ-PUSH-01": {
    title: "An opening that staff make reaches the hub, at its time",
    stands: "Every slot of the agenda is pushed: professional, place, interval, services.",
    sources: ["LCGA-03", "slots.upsertByExternalId"],
  },
  "REQ-PUSH-02": {
    title: "What it pushes bears its own identifier",
    stands: "`externalId` names the object for the vendor; it survives a change of key or machine.",
    sources: ["slots.upsertByExternalId", "slots.batch"],
  },
  "REQ-PUSH-03": {
    title: "An opening that staff take back leaves the hub",
    stands: "What the agenda no longer offers is deleted: citizens see openings that are true.",
    sources: ["LCGA-03", "slots.deleteByExternalId"],
  },
  "REQ-PUSH-04": {
    title: "A booking made at the desk reaches the hub, with its patient",
    stands: "Appointments of the agenda are pushed, so that their time is offered to nobody else.",
    sources: ["LCGA-03", "appointments.upsertByExternalId"],
  },
  "REQ-PUSH-05": {
    title: "A booking cancelled at the desk is cancelled at the hub",
    stands: "`status: cancelled` cancels; an appointment is never deleted.",
    sources: ["appointments.upsertByExternalId", "appointments.cancel"],
  },
  "REQ-PUSH-06": {
    title: "Pushed again, the same agenda changes nothing",
    stands: "The vendor's last body again is `unchanged`: it announces nothing.",
    sources: ["slots.upsertByExternalId", "appointments.upsertByExternalId"],
  },
  "REQ-PUSH-07": {
    title: "Many openings made at once all reach the hub",
    stands: "Each line of a batch has a result of its own.",
    sources: ["slots.batch"],
  },
  "REQ-PUSH-08": {
    title: "Local times are those of the place, in whatever zone it is",
    stands: "Zones come from the place: America/Toronto, America/Halifax, America/Blanc-Sablon.",
    sources: ["places.get"],
  },
  "REQ-PUSH-09": {
    title: "09:00 stays 09:00 beyond a clock change",
    stands: "Instants are UTC; local times are computed from the place's zone, for that day.",
    sources: ["slots.upsertByExternalId"],
  },
  "REQ-PUSH-10": {
    title: "A local time that comes twice is the first",
    stands: "A local start that does not exist is skipped; an ambiguous one is the first.",
    sources: ["slots.upsertByExternalId"],
  },
  "REQ-PUSH-11": {
    title: "Names keep their letters",
    stands: "JSON is UTF-8.",
    sources: ["appointments.upsertByExternalId"],
  },
  "REQ-PUSH-12": {
    title: "A line that is refused stops no other",
    stands: "Each line stands alone: a refused one says why, and the rest goes on.",
    sources: ["slots.batch", "SLOT_IN_PAST"],
  },
  "REQ-PUSH-13": {
    title: "A change of what someone else wrote meanwhile names the version it changes",
    stands:
      "A different body, once another actor has written, needs If-Match; without it 412 with the object as it is.",
    sources: ["appointments.upsertByExternalId", "PRECONDITION_FAILED"],
  },
  "REQ-PUSH-14": {
    title: "It confirms its agenda with digests that are the hub's",
    stands: "Following the log is no proof of pushing: places.confirm with equal digests keeps the agenda live.",
    sources: ["places.confirm", "SYNC-09"],
  },
  "REQ-PULL-01": {
    title: "A citizen's booking appears in the agenda, at its local time",
    stands: "Every change that the reader may see is in the log, in order.",
    sources: ["changes.list"],
  },
  "REQ-PULL-02": {
    title: "A citizen's cancellation leaves the agenda",
    stands: "A change with status `cancelled` says that the time is free again.",
    sources: ["changes.list"],
  },
  "REQ-PULL-03": {
    title: "An appointment that staff move at the hub is at its new time only",
    stands: "Staff may always write at a linked place; a move is a change of the same appointment.",
    sources: ["changes.list", "appointments.move"],
  },
  "REQ-PULL-04": {
    title: "What happened while it was stopped is caught up",
    stands: "Keep `nextCursor` with what was applied, and go on from it.",
    sources: ["changes.list"],
  },
  "REQ-PULL-05": {
    title: "It reads on until it has caught up",
    stands: "`caughtUp` false: ask again at once.",
    sources: ["changes.list"],
  },
  "REQ-PULL-06": {
    title: "With a cursor too old, it reads the agenda again and goes on",
    stands: "CURSOR_EXPIRED: read the agenda again, then follow.",
    sources: ["CURSOR_EXPIRED"],
  },
  "REQ-PULL-07": {
    title: "It reads every page of a list",
    stands: "Lists answer `{ items, nextCursor }`; there is more until nextCursor is null.",
    sources: ["slots.list", "appointments.list", "snapshots.create"],
  },
  "REQ-PULL-08": {
    title: "A change of a lower version is not applied over a higher one",
    stands: "`version` is the object's after the change: apply it only over a lower one.",
    sources: ["changes.list"],
  },
  "REQ-PULL-09": {
    title: "Its cursor moves after what was applied, never before",
    stands: "Keep `nextCursor` in the same transaction as what you applied.",
    sources: ["changes.list"],
  },
  "REQ-PULL-10": {
    title: "An opening that staff delete at the hub leaves the agenda, and does not come back",
    stands: "`deleted` is a tombstone: the object is gone.",
    sources: ["changes.list"],
  },
  "REQ-PULL-11": {
    title: "An opening that staff make at the hub appears in the agenda",
    stands: "Staff may always write at a linked place.",
    sources: ["changes.list", "slots.create"],
  },
  "REQ-PULL-12": {
    title: "Values and fields that it does not know stop nothing",
    stands: "Additive within a major version: enums that only answers use stay open.",
    sources: ["changes.list"],
  },
  "REQ-PULL-13": {
    title: "What is gone before it is read stops nothing",
    stands: "A later change of the log tells that the object is gone.",
    sources: ["changes.list", "NOT_FOUND"],
  },
  "REQ-PULL-14": {
    title: "Webhooks are verified over the body as it was sent",
    stands: "Standard Webhooks: the signature is of id, timestamp and the raw body.",
    sources: ["webhookEndpoints.create"],
  },
  "REQ-PULL-15": {
    title: "Webhooks with a wrong signature or an old timestamp are refused",
    stands: "Standard Webhooks: an unverified message is not processed; five minutes are tolerated.",
    sources: ["webhookEndpoints.create"],
  },
  "REQ-PULL-16": {
    title: "A webhook that comes late, or twice, changes nothing",
    stands: "At least once: a message is known by its webhook-id, a change by its object's version.",
    sources: ["webhookEndpoints.create"],
  },
  "REQ-BOOK-01": {
    title: "A citizen's booking is bound to the agenda's own identifier",
    stands: "Adoptions (or the inbox's ack) bind an object to its `externalId`: both sides speak of it by one name.",
    sources: ["adoptions.create", "inbox.ack"],
  },
  "REQ-BOOK-02": {
    title: "What came from the hub is not pushed back as something new",
    stands: "`origin` says who wrote a change: an echo is passed over.",
    sources: ["changes.list"],
  },
  "REQ-BOOK-03": {
    title: "A time booked at the desk is offered to no citizen",
    stands: "A time is never given twice.",
    sources: ["appointments.upsertByExternalId", "OPENING_NOT_AVAILABLE"],
  },
  "REQ-BOOK-04": {
    title: "Booked on both sides before they met, both bookings are kept",
    stands: "A double booking made while offline is accepted as concurrent, and somebody settles it.",
    sources: ["attention.list"],
  },
  "REQ-BOOK-05": {
    title: "A citizen's booking cancelled at the desk is cancelled at the hub",
    stands: "CANCEL-02: the clinic cancels at any time before the start.",
    sources: ["CANCEL-02", "appointments.cancel"],
  },
  "REQ-BOOK-06": {
    title: "A lost opening (409) is not tried again",
    stands: "409 OPENING_NOT_AVAILABLE is final: a lost slot is lost. Only IDEMPOTENCY_IN_PROGRESS is repeated.",
    sources: ["OPENING_NOT_AVAILABLE"],
  },
  "REQ-BOOK-07": {
    title: "A booking that the hub refused is not shown as one that stands",
    stands: "An ignored refusal is a lost appointment.",
    sources: ["OPENING_NOT_AVAILABLE"],
  },
  "REQ-BOOK-08": {
    title: "What was cancelled at the hub does not revive",
    stands: "Nothing cancelled revives by being pushed again.",
    sources: ["APPOINTMENT_CANCELLED"],
  },
  "REQ-BOOK-09": {
    title: "After a day of work on both sides, both agendas are equal",
    stands: "The digest of both agendas is the same.",
    sources: ["digest.get"],
  },
  "REQ-RES-01": {
    title: "After 429 it waits as long as Retry-After says",
    stands: "Retry-After on 429: try again after the delay given.",
    sources: ["TOO_MANY_REQUESTS"],
  },
  "REQ-RES-02": {
    title: "After 503 it waits as long as Retry-After says, then delivers",
    stands: "Retry-After on 503: the hub is back after that.",
    sources: ["UNAVAILABLE"],
  },
  "REQ-RES-03": {
    title: "A write whose answer was lost is done once",
    stands: "A repeated command bears the same Idempotency-Key, or the same externalId.",
    sources: ["Idempotency-Key"],
  },
  "REQ-RES-04": {
    title: "A write whose connection broke is delivered",
    stands: "What was not answered is sent again.",
    sources: ["Idempotency-Key"],
  },
  "REQ-RES-05": {
    title: "A write that met 500 or 502 is delivered",
    stands: "5xx is the hub's trouble, not a refusal.",
    sources: ["INTERNAL"],
  },
  "REQ-RES-06": {
    title: "A token that is refused is renewed, and the call made again",
    stands: "401 INVALID_TOKEN: the access token is not valid, or no longer valid.",
    sources: ["INVALID_TOKEN", "oauth.token"],
  },
  "REQ-RES-07": {
    title: "What was not delivered yet survives a restart",
    stands: "The agenda's outbox is written down with the agenda.",
    sources: ["appointments.upsertByExternalId"],
  },
  "REQ-RES-08": {
    title: "A day without the hub: afterwards both agendas are equal",
    stands: "Follow, then push; then the digests are equal.",
    sources: ["digest.get"],
  },
  "REQ-RES-09": {
    title: "Without the hub, staff work on",
    stands: "A clinic's agenda does not wait for a network.",
    sources: ["design"],
  },
  "REQ-RES-10": {
    title: "An answer that is cut off is not taken for a whole one",
    stands: "A stream that is cut off is incomplete.",
    sources: ["changes.list"],
  },
  "REQ-RES-11": {
    title: "While the hub is in trouble, it asks at growing intervals",
    stands: "Repeated with a back-off, so that an outage does not become a storm.",
    sources: ["UNAVAILABLE"],
  },
  "REQ-RES-12": {
    title: "Suspended and resumed, it goes on by itself",
    stands: "A suspended machine's tokens are refused, at once; resumed, it gets new ones.",
    sources: ["MACHINE_SUSPENDED"],
  },
} as const satisfies Record<string, Omit<Check, "id">>;

export type CheckId = keyof typeof table;

export const CHECKS: readonly (Check & { id: CheckId })[] = Object.entries(table).map(([id, check]) => ({
  // The table's own keys.
  id: id as CheckId,
  ...check,
}));

export const isCheckId = (text: string): text is CheckId => Object.hasOwn(table, text);

/** Seen in the traffic of every scenario, whatever its profile. */
export const TRAFFIC_CHECKS = [
  "REQ-AUTH-01",
  "REQ-AUTH-02",
  "REQ-AUTH-03",
  "REQ-CON-01",
  "REQ-CON-02",
  "REQ-CON-03",
  "REQ-PRIV-01",
  "REQ-PRIV-02",
] as const satisfies readonly CheckId[];
