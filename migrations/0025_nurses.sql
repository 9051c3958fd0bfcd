-- Nurses of the 811 line and of the triage of hospitals' emergencies search, hold and book online for a patient.

-- APPT-43: kept beside the author, who is the patient. Both or none.
ALTER TABLE appointment
  ADD COLUMN nurse_name    text,
  ADD COLUMN nurse_mention text,
  ADD CONSTRAINT appt_43_both CHECK ((nurse_name IS NULL) = (nurse_mention IS NULL)),
  ADD CONSTRAINT appt_43_mention CHECK (nurse_mention IN ('811', 'redirection'));

-- HOLD-14: owner_id is what the identity issuer calls the nurse.
ALTER TABLE hold
  DROP CONSTRAINT hold_owner,
  ADD CONSTRAINT hold_owner CHECK (owner_type IN ('machine', 'employee', 'citizen', 'nurse'));
-- What is offered they read as any citizen does; of what is not public they see their own holds, and no appointment.
CREATE POLICY hold_nurse ON hold FOR SELECT
  USING ((SELECT scope_audience()) = 'nurse' AND owner_type = 'nurse' AND owner_id = (SELECT scope_subject()));

ALTER TABLE change
  DROP CONSTRAINT change_actor,
  ADD CONSTRAINT change_actor CHECK (actor_type IN ('operator', 'machine', 'employee', 'citizen', 'nurse', 'system'));

-- Persons whom a nurse looked up with RAMQ: for no establishment, so these are no access_record. By the blind index.
-- The hub only adds to it; who audits reads it with the owner's rights.
CREATE TABLE person_lookup (
  access_id  text COLLATE "C" PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor_type text NOT NULL,
  actor_id   text NOT NULL,
  purpose    text NOT NULL,
  nam_index  text COLLATE "C" NOT NULL,
  request_id text NOT NULL
);
GRANT INSERT ON person_lookup TO arrimage_runtime;
