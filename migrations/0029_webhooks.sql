-- Webhooks: a machine's endpoints, each a reader of the change log with a position of its own, what is to be delivered to
-- them and what came of each attempt. They belong to the machine, like its keys, and to no establishment.

CREATE TABLE webhook_endpoint (
  webhook_endpoint_id   text COLLATE "C" PRIMARY KEY,
  machine_id            text COLLATE "C" NOT NULL REFERENCES machine,
  url                   text NOT NULL,
  description           text,
  -- NULL: every type.
  event_types           text[],
  status                text NOT NULL,
  disabled_reason       text,
  -- Encrypted with the data key; the previous one signs beside it for a while after a rotation.
  secret                bytea NOT NULL,
  previous_secret       bytea,
  previous_secret_until timestamptz,
  -- As a cursor of the feed carries them: by establishment, [seq, given].
  positions             jsonb NOT NULL,
  next_number           bigint NOT NULL,
  in_flight             integer NOT NULL,
  -- SYNC-66: failed attempts since the last good one, since when, and until when nothing is sent.
  failures              integer NOT NULL,
  failing_since         timestamptz,
  resume_at             timestamptz,
  version               integer NOT NULL,
  created_at            timestamptz NOT NULL,
  -- No longer there for anybody; a job removes it with its deliveries.
  deleted_at            timestamptz,
  CONSTRAINT webhook_endpoint_status CHECK (status IN ('enabled', 'disabled')),
  CONSTRAINT webhook_endpoint_disabled CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
  CONSTRAINT webhook_endpoint_reason CHECK (disabled_reason IN ('requested', 'gone', 'failing')),
  CONSTRAINT webhook_endpoint_previous CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);
CREATE INDEX webhook_endpoint_by_machine ON webhook_endpoint (machine_id, webhook_endpoint_id);

CREATE TABLE webhook_delivery (
  webhook_delivery_id text COLLATE "C" PRIMARY KEY,
  webhook_endpoint_id text COLLATE "C" NOT NULL REFERENCES webhook_endpoint,
  -- SYNC-62: the order within the endpoint.
  number              bigint NOT NULL,
  message_id          text NOT NULL,
  event_type          text NOT NULL,
  cause               text NOT NULL,
  -- What is sent, byte for byte, at each attempt. Ids, times and names of fields; nothing of a patient.
  body                text NOT NULL,
  order_keys          text[] NOT NULL,
  state               text NOT NULL,
  -- In how many of its keys another comes first.
  waits_for           integer NOT NULL,
  attempts            integer NOT NULL,
  due_at              timestamptz NOT NULL,
  created_at          timestamptz NOT NULL,
  -- The machine's time at which it was given to the queue.
  sent_to_queue_at    timestamptz,
  settled_at          timestamptz,
  CONSTRAINT webhook_delivery_cause CHECK (cause IN ('change', 'test', 'redelivery', 'replay')),
  CONSTRAINT webhook_delivery_state CHECK (state IN ('pending', 'sending', 'delivered', 'failed')),
  CONSTRAINT webhook_delivery_settled CHECK ((state IN ('delivered', 'failed')) = (settled_at IS NOT NULL))
);
CREATE INDEX webhook_delivery_of_endpoint ON webhook_delivery (webhook_endpoint_id, webhook_delivery_id);
CREATE INDEX webhook_delivery_number ON webhook_delivery (webhook_endpoint_id, number)
  WHERE state IN ('pending', 'sending');
CREATE INDEX webhook_delivery_ready ON webhook_delivery (webhook_endpoint_id, due_at)
  WHERE state = 'pending' AND waits_for = 0;
CREATE INDEX webhook_delivery_age ON webhook_delivery (settled_at) WHERE settled_at IS NOT NULL;

-- Who comes when in each agenda: what is not settled yet. The lowest number of a key is the one that may be sent.
CREATE TABLE webhook_turn (
  webhook_endpoint_id text COLLATE "C" NOT NULL REFERENCES webhook_endpoint,
  key                 text COLLATE "C" NOT NULL,
  number              bigint NOT NULL,
  PRIMARY KEY (webhook_endpoint_id, key, number)
);

CREATE TABLE webhook_attempt (
  webhook_delivery_id text COLLATE "C" NOT NULL REFERENCES webhook_delivery ON DELETE CASCADE,
  attempt             integer NOT NULL,
  at                  timestamptz NOT NULL,
  duration_ms         integer NOT NULL,
  -- HTTP; NULL when there was no answer.
  status              integer,
  outcome             text NOT NULL,
  PRIMARY KEY (webhook_delivery_id, attempt)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoint, webhook_delivery, webhook_turn TO arrimage_runtime;
GRANT SELECT, INSERT, DELETE ON webhook_attempt TO arrimage_runtime;
