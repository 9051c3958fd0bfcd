-- What happened: one change log with a gap-free sequence per establishment, the vendors' own identifiers,
-- answers kept for idempotency, and who read patient data.

-- Locked by every writer as its last act: commit order is the order of the sequence.
CREATE TABLE change_counter (
  establishment_id text COLLATE "C" PRIMARY KEY REFERENCES establishment,
  last_seq         bigint NOT NULL,
  -- Changes up to here are no longer kept; a cursor before it is refused.
  pruned_seq       bigint NOT NULL
);

CREATE TABLE change (
  establishment_id text COLLATE "C" NOT NULL REFERENCES establishment,
  seq              bigint NOT NULL,
  at               timestamptz NOT NULL,
  object_type      text NOT NULL,
  object_id        text COLLATE "C" NOT NULL,
  operation        text NOT NULL,
  version          integer NOT NULL,
  -- The places whose readers may see this change.
  place_ids        text[] NOT NULL,
  professional_id  text COLLATE "C",
  start_at         timestamptz,
  end_at           timestamptz,
  status           text,
  changed          text[] NOT NULL,
  actor_type       text NOT NULL,
  -- A machine or employee identifier; never anything of a citizen.
  actor_id         text,
  vendor_id        text,
  PRIMARY KEY (establishment_id, seq),
  CONSTRAINT change_operation CHECK (operation IN ('created', 'updated', 'deleted')),
  CONSTRAINT change_actor CHECK (actor_type IN ('operator', 'machine', 'employee', 'citizen', 'system'))
);
CREATE INDEX change_of_object ON change (establishment_id, object_id, seq);
CREATE INDEX change_age ON change (establishment_id, at);

-- A vendor's own identifier of an object (design, decision 6). It outlives the object when another actor removed it,
-- so that a push of the same body stays unchanged and revives nothing.
CREATE TABLE external_binding (
  establishment_id text COLLATE "C" NOT NULL REFERENCES establishment,
  vendor_id        text COLLATE "C" NOT NULL REFERENCES vendor,
  object_type      text NOT NULL,
  external_id      text COLLATE "C" NOT NULL,
  object_id        text COLLATE "C" NOT NULL,
  -- Keyed hash of the vendor's last body; NULL after an adoption.
  body_hash        text,
  -- The object's version after the vendor's own last write: a higher one means that another actor has written.
  vendor_version   integer NOT NULL,
  PRIMARY KEY (establishment_id, vendor_id, object_type, external_id),
  CONSTRAINT external_binding_type CHECK (object_type IN ('slot', 'appointment'))
);
CREATE UNIQUE INDEX external_binding_of_object
  ON external_binding (establishment_id, vendor_id, object_type, object_id);

-- The answer of a POST under an Idempotency-Key, stored in the transaction of its effect, encrypted.
CREATE TABLE idempotent_answer (
  caller      text COLLATE "C" NOT NULL,
  key         text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  answer      bytea NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotent_answer_expiry ON idempotent_answer (expires_at);

-- Every read of patient data: who, what, why.
CREATE TABLE access_record (
  establishment_id text COLLATE "C" NOT NULL REFERENCES establishment,
  access_id        text COLLATE "C" NOT NULL,
  at               timestamptz NOT NULL,
  actor_type       text NOT NULL,
  actor_id         text NOT NULL,
  purpose          text NOT NULL,
  object_type      text NOT NULL,
  object_ids       text[] NOT NULL,
  request_id       text NOT NULL,
  PRIMARY KEY (establishment_id, access_id)
);

ALTER TABLE change_counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE change_counter FORCE ROW LEVEL SECURITY;
ALTER TABLE change ENABLE ROW LEVEL SECURITY;
ALTER TABLE change FORCE ROW LEVEL SECURITY;
ALTER TABLE external_binding ENABLE ROW LEVEL SECURITY;
ALTER TABLE external_binding FORCE ROW LEVEL SECURITY;
ALTER TABLE access_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_record FORCE ROW LEVEL SECURITY;
CREATE POLICY change_counter_tenant ON change_counter USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY change_counter_system ON change_counter FOR SELECT USING (scope_audience() = 'system');
CREATE POLICY change_tenant ON change USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY external_binding_tenant ON external_binding USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY access_record_tenant ON access_record USING (establishment_id = ANY (scope_establishments()));
-- A citizen's own reading is recorded where the appointments are, wherever that is.
CREATE POLICY access_record_citizen ON access_record FOR INSERT
  WITH CHECK (scope_audience() = 'citizen' AND actor_type = 'citizen' AND actor_id = scope_subject());

GRANT SELECT, INSERT, UPDATE ON change_counter TO arrimage_runtime;
GRANT SELECT, INSERT, DELETE ON change TO arrimage_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON external_binding, idempotent_answer TO arrimage_runtime;
GRANT SELECT, INSERT ON access_record TO arrimage_runtime;
