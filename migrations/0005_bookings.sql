-- What takes time: holds (five minutes) and appointments.

CREATE TABLE hold (
  establishment_id text COLLATE "C" NOT NULL,
  hold_id          text COLLATE "C" NOT NULL,
  professional_id  text COLLATE "C" NOT NULL,
  place_id         text COLLATE "C" NOT NULL,
  slot_id          text COLLATE "C",
  start_at         timestamptz NOT NULL,
  end_at           timestamptz NOT NULL,
  -- HOLD-14: machine, employee or citizen; owner_id is a citizen's blind index, never a number of a person.
  owner_type       text NOT NULL,
  owner_id         text NOT NULL,
  expires_at       timestamptz NOT NULL,
  version          integer NOT NULL,
  created_at       timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, hold_id),
  FOREIGN KEY (establishment_id, professional_id) REFERENCES professional,
  FOREIGN KEY (establishment_id, place_id) REFERENCES place,
  CONSTRAINT hold_interval CHECK (start_at < end_at),
  -- What takes time takes a day at most: whoever looks for what overlaps an instant reads no further back.
  CONSTRAINT hold_at_most_a_day CHECK (end_at - start_at <= interval '24 hours'),
  CONSTRAINT hold_owner CHECK (owner_type IN ('machine', 'employee', 'citizen'))
);
CREATE INDEX hold_of_professional ON hold (establishment_id, professional_id, start_at, end_at);
CREATE INDEX hold_of_owner ON hold (owner_type, owner_id);
CREATE INDEX hold_expiry ON hold (expires_at);

-- APPT-39: ten digits, strictly increasing, never reused; gaps are allowed.
CREATE SEQUENCE reference_number AS bigint START 1000000000 MAXVALUE 9999999999 NO CYCLE;

CREATE TABLE appointment (
  establishment_id          text COLLATE "C" NOT NULL,
  appointment_id            text COLLATE "C" NOT NULL,
  reference_number          text COLLATE "C" NOT NULL,
  professional_id           text COLLATE "C" NOT NULL,
  place_id                  text COLLATE "C" NOT NULL,
  start_at                  timestamptz NOT NULL,
  end_at                    timestamptz NOT NULL,
  seat                      integer NOT NULL,
  status                    text NOT NULL,
  appointment_type          text NOT NULL,
  attendance                text NOT NULL,
  nam_encrypted             bytea,
  nam_index                 text,
  nam_matched               boolean NOT NULL,
  first_name                text NOT NULL,
  last_name                 text NOT NULL,
  sex                       text NOT NULL,
  birth_date                date NOT NULL,
  home_phone                text,
  mobile_phone              text,
  email                     text,
  communication_modes       text[] NOT NULL,
  communication_language    text NOT NULL,
  consultation_reason       text,
  clinic_note               text,
  patient_note              text,
  professional_name_visible boolean NOT NULL,
  -- APPT-48: the place's policy as it was when the appointment was made.
  cancellation_value        integer NOT NULL,
  cancellation_unit         text NOT NULL,
  author_type               text NOT NULL,
  author_id                 text NOT NULL,
  author_label              text NOT NULL,
  cancelled_at              timestamptz,
  cancelled_by              text,
  version                   integer NOT NULL,
  created_at                timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, appointment_id),
  FOREIGN KEY (establishment_id, professional_id) REFERENCES professional,
  FOREIGN KEY (establishment_id, place_id) REFERENCES place,
  CONSTRAINT appointment_interval CHECK (start_at < end_at),
  CONSTRAINT appointment_at_most_a_day CHECK (end_at - start_at <= interval '24 hours'),
  CONSTRAINT appointment_status CHECK (status IN ('active', 'cancelled')),
  CONSTRAINT appointment_type CHECK (appointment_type IN ('MF', 'GMF', 'GEN')),
  CONSTRAINT att_01_attendance CHECK (attendance IN ('unconfirmed', 'present', 'absent')),
  CONSTRAINT appointment_seat CHECK (seat >= 1),
  CONSTRAINT appointment_nam CHECK ((nam_encrypted IS NULL) = (nam_index IS NULL)),
  CONSTRAINT cancel_15_who CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL AND cancelled_by IS NOT NULL)),
  CONSTRAINT cancel_15_by CHECK (cancelled_by IN ('clinic', 'patient')),
  -- The second lock on time (design, decision 8): two active appointments never share a professional's seat.
  CONSTRAINT appt_09_seat_exclusive EXCLUDE USING gist (
    establishment_id WITH =, professional_id WITH =, seat WITH =, tstzrange(start_at, end_at) WITH &&
  ) WHERE (status = 'active')
);
CREATE UNIQUE INDEX appt_39_reference_unique ON appointment (reference_number);
CREATE INDEX appointment_of_professional ON appointment (establishment_id, professional_id, start_at);
CREATE INDEX appointment_at_place ON appointment (establishment_id, place_id, start_at);
CREATE INDEX appointment_of_patient ON appointment (nam_index) WHERE nam_index IS NOT NULL;

-- APPT-11: how many active appointments a person has on a local date, over all establishments.
-- The row is the lock: every write with a NAM takes it first.
CREATE TABLE citizen_day (
  nam_index    text COLLATE "C" NOT NULL,
  local_date   date NOT NULL,
  appointments integer NOT NULL,
  PRIMARY KEY (nam_index, local_date),
  CONSTRAINT citizen_day_count CHECK (appointments >= 0)
);

ALTER TABLE hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE hold FORCE ROW LEVEL SECURITY;
ALTER TABLE appointment ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointment FORCE ROW LEVEL SECURITY;
CREATE POLICY hold_tenant ON hold USING (establishment_id = ANY (scope_establishments()));
-- A citizen finds the establishment of their own hold; a job finds what has expired anywhere.
CREATE POLICY hold_citizen ON hold FOR SELECT
  USING (scope_audience() = 'citizen' AND owner_type = 'citizen' AND owner_id = scope_subject());
CREATE POLICY hold_system ON hold FOR SELECT USING (scope_audience() = 'system');
CREATE POLICY appointment_tenant ON appointment USING (establishment_id = ANY (scope_establishments()));
-- PAT-12: a citizen sees only appointments made with their own NAM.
CREATE POLICY appointment_citizen ON appointment FOR SELECT
  USING (scope_audience() = 'citizen' AND nam_index = scope_subject());
-- PAT-12: what a citizen names by its reference number is found before anything is known of it: that one row only.
CREATE POLICY appointment_reference ON appointment FOR SELECT
  USING (scope_audience() = 'system' AND reference_number = scope_subject());

GRANT SELECT, INSERT, UPDATE, DELETE ON hold TO arrimage_runtime;
GRANT SELECT, INSERT, UPDATE ON appointment, citizen_day TO arrimage_runtime;
GRANT USAGE ON SEQUENCE reference_number TO arrimage_runtime;
