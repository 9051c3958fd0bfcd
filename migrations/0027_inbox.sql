-- The inbox of agenda software: what others wrote at the places linked with it, leased and answered item by item; and
-- what it answered of an appointment (SYNC-40 to SYNC-52).

-- SYNC-46: all of them NULL when no answer is waited for. Asking and answering move no version.
ALTER TABLE appointment
  ADD COLUMN agenda_status    text,
  ADD COLUMN agenda_reason    text,
  ADD COLUMN agenda_since     timestamptz,
  -- The version that asked: an answer to an earlier one does not settle it (SYNC-47).
  ADD COLUMN agenda_version   integer,
  -- SYNC-49: until when an answer is waited for; NULL when there is no limit, and once there is an answer.
  ADD COLUMN agenda_answer_by timestamptz,
  ADD CONSTRAINT sync_46_status CHECK (agenda_status IN ('pending', 'accepted', 'rejected', 'timedOut')),
  ADD CONSTRAINT sync_46_together CHECK (
    (agenda_status IS NULL) = (agenda_since IS NULL) AND (agenda_status IS NULL) = (agenda_version IS NULL)),
  ADD CONSTRAINT sync_47_reason CHECK ((agenda_reason IS NOT NULL) = (coalesce(agenda_status, '') = 'rejected')),
  ADD CONSTRAINT sync_49_pending CHECK (agenda_answer_by IS NULL OR coalesce(agenda_status, '') = 'pending');
CREATE INDEX appointment_unanswered ON appointment (agenda_answer_by) WHERE agenda_answer_by IS NOT NULL;
-- SYNC-46: what a link leaves open when it ends.
CREATE INDEX appointment_asked ON appointment (establishment_id, place_id) WHERE agenda_status = 'pending';
-- SYNC-52: what waits for somebody.
CREATE INDEX appointment_not_taken ON appointment (establishment_id, place_id, start_at)
  WHERE agenda_status IN ('rejected', 'timedOut');
-- The job that ends the wait finds what is due wherever it is, and nothing else.
CREATE POLICY appointment_answers ON appointment FOR SELECT
  USING ((SELECT scope_audience()) = 'system' AND (SELECT scope_subject()) = 'answers' AND agenda_answer_by IS NOT NULL);

-- SYNC-49: NULL: no answer is ever late.
ALTER TABLE machine_link
  ADD COLUMN answer_within_minutes integer,
  ADD CONSTRAINT sync_49_within CHECK (answer_within_minutes BETWEEN 1 AND 10080);

-- How far the log has been put into a machine's inbox. Its row is what the leases of one machine wait for.
CREATE TABLE inbox (
  establishment_id text COLLATE "C" NOT NULL REFERENCES establishment,
  machine_id       text COLLATE "C" NOT NULL REFERENCES machine,
  seq              bigint NOT NULL,
  -- The last change that became an item: the next one's prevSeq.
  given_seq        bigint NOT NULL,
  PRIMARY KEY (establishment_id, machine_id)
);

-- A change as the log has it; the log keeps it for 30 days, the item stays until it is answered (SYNC-43).
CREATE TABLE inbox_item (
  establishment_id text COLLATE "C" NOT NULL,
  machine_id       text COLLATE "C" NOT NULL REFERENCES machine,
  seq              bigint NOT NULL,
  prev_seq         bigint NOT NULL,
  item_id          text COLLATE "C" NOT NULL,
  -- The place whose link makes it this machine's: it ends with the link.
  place_id         text COLLATE "C" NOT NULL,
  at               timestamptz NOT NULL,
  object_type      text NOT NULL,
  object_id        text COLLATE "C" NOT NULL,
  operation        text NOT NULL,
  version          integer NOT NULL,
  place_ids        text[] NOT NULL,
  professional_id  text COLLATE "C",
  start_at         timestamptz,
  end_at           timestamptz,
  status           text,
  changed          text[] NOT NULL,
  actor_type       text NOT NULL,
  attempt          integer NOT NULL,
  -- From when on it may be leased: the end of its lease, or of what `busy` asked for.
  available_at     timestamptz NOT NULL,
  answer           text,
  answered_at      timestamptz,
  PRIMARY KEY (establishment_id, machine_id, seq),
  FOREIGN KEY (establishment_id, place_id) REFERENCES machine_link ON DELETE CASCADE,
  CONSTRAINT inbox_item_answer CHECK (answer IN ('acknowledged', 'rejected')),
  CONSTRAINT inbox_item_answered CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE UNIQUE INDEX inbox_item_id ON inbox_item (establishment_id, item_id);
CREATE INDEX inbox_item_open ON inbox_item (establishment_id, machine_id, object_id, seq) WHERE answer IS NULL;
CREATE INDEX inbox_item_next ON inbox_item (establishment_id, machine_id, at, seq) WHERE answer IS NULL;
CREATE INDEX inbox_item_of_link ON inbox_item (establishment_id, place_id);
CREATE INDEX inbox_item_answered_before ON inbox_item (establishment_id, answered_at) WHERE answer IS NOT NULL;

ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
ALTER TABLE inbox_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox_item FORCE ROW LEVEL SECURITY;
CREATE POLICY inbox_tenant ON inbox USING (establishment_id = ANY ((SELECT scope_establishments())::text[]));
CREATE POLICY inbox_item_tenant ON inbox_item USING (establishment_id = ANY ((SELECT scope_establishments())::text[]));

GRANT SELECT, INSERT, UPDATE ON inbox TO arrimage_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox_item TO arrimage_runtime;
