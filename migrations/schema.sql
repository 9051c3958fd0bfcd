-- The database as the migrations leave it: for reading, in alphabetical order, not for running.
-- Written by `npm run schema -w @arrimage/api`; a test fails when it is stale. Do not edit.

CREATE EXTENSION btree_gist;

CREATE SEQUENCE reference_number AS bigint START 1000000000 INCREMENT 1 MINVALUE 1 MAXVALUE 9999999999 CACHE 1;

CREATE OR REPLACE FUNCTION public.scope_audience()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ SELECT coalesce(current_setting('app.audience', true), '') $function$;

CREATE OR REPLACE FUNCTION public.scope_establishments()
 RETURNS text[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ SELECT string_to_array(nullif(current_setting('app.establishments', true), ''), ',') $function$;

CREATE OR REPLACE FUNCTION public.scope_subject()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ SELECT nullif(current_setting('app.subject', true), '') $function$;

CREATE TABLE access_record (
  establishment_id text COLLATE "C" NOT NULL,
  access_id text COLLATE "C" NOT NULL,
  at timestamp with time zone NOT NULL,
  actor_type text NOT NULL,
  actor_id text NOT NULL,
  purpose text NOT NULL,
  object_type text NOT NULL,
  object_ids text[] NOT NULL,
  request_id text NOT NULL,
  CONSTRAINT access_record_pkey PRIMARY KEY (establishment_id, access_id),
  CONSTRAINT access_record_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id)
);
ALTER TABLE access_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_record FORCE ROW LEVEL SECURITY;
CREATE POLICY access_record_citizen ON access_record FOR INSERT
  WITH CHECK ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text AND actor_type = 'citizen'::text AND actor_id = (( SELECT scope_subject() AS scope_subject)));
CREATE POLICY access_record_tenant ON access_record
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT INSERT, SELECT ON access_record TO arrimage_runtime;

CREATE TABLE agenda_reading (
  establishment_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  local_date date NOT NULL,
  actor_type text COLLATE "C" NOT NULL,
  actor_id text COLLATE "C" NOT NULL,
  professional_id text COLLATE "C" NOT NULL,
  readings integer NOT NULL,
  last_at timestamp with time zone NOT NULL,
  CONSTRAINT agenda_reading_pkey PRIMARY KEY (establishment_id, place_id, local_date, actor_type, actor_id, professional_id),
  CONSTRAINT agenda_reading_actor CHECK (actor_type = ANY (ARRAY['machine'::text, 'employee'::text])),
  CONSTRAINT agenda_reading_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id)
);
CREATE INDEX agenda_reading_age ON agenda_reading USING btree (establishment_id, last_at);
ALTER TABLE agenda_reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE agenda_reading FORCE ROW LEVEL SECURITY;
CREATE POLICY agenda_reading_tenant ON agenda_reading
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON agenda_reading TO arrimage_runtime;

CREATE TABLE appointment (
  establishment_id text COLLATE "C" NOT NULL,
  appointment_id text COLLATE "C" NOT NULL,
  reference_number text COLLATE "C" NOT NULL,
  professional_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  start_at timestamp with time zone NOT NULL,
  end_at timestamp with time zone NOT NULL,
  seat integer NOT NULL,
  status text NOT NULL,
  appointment_type text NOT NULL,
  attendance text NOT NULL,
  nam_encrypted bytea,
  nam_index text,
  nam_matched boolean NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  sex text NOT NULL,
  birth_date date NOT NULL,
  home_phone text,
  mobile_phone text,
  email text,
  communication_modes text[] NOT NULL,
  communication_language text NOT NULL,
  consultation_reason text,
  clinic_note text,
  patient_note text,
  professional_name_visible boolean NOT NULL,
  cancellation_value integer NOT NULL,
  cancellation_unit text NOT NULL,
  author_type text NOT NULL,
  author_id text NOT NULL,
  author_label text NOT NULL,
  cancelled_at timestamp with time zone,
  cancelled_by text,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  first_name_key text COLLATE "C" NOT NULL,
  last_name_key text COLLATE "C" NOT NULL,
  email_key text COLLATE "C",
  home_phone_key text COLLATE "C",
  mobile_phone_key text COLLATE "C",
  erase_at timestamp with time zone,
  nurse_name text,
  nurse_mention text,
  agenda_status text,
  agenda_reason text,
  agenda_since timestamp with time zone,
  agenda_version integer,
  agenda_answer_by timestamp with time zone,
  imported boolean DEFAULT false NOT NULL,
  CONSTRAINT appointment_pkey PRIMARY KEY (establishment_id, appointment_id),
  CONSTRAINT appt_09_seat_exclusive EXCLUDE USING gist (establishment_id WITH =, professional_id WITH =, seat WITH =, tstzrange(start_at, end_at) WITH &&) WHERE (status = 'active'::text),
  CONSTRAINT appointment_at_most_a_day CHECK ((end_at - start_at) <= 'PT24H'::interval),
  CONSTRAINT appointment_interval CHECK (start_at < end_at),
  CONSTRAINT appointment_nam CHECK ((nam_encrypted IS NULL) = (nam_index IS NULL)),
  CONSTRAINT appointment_seat CHECK (seat >= 1),
  CONSTRAINT appointment_status CHECK (status = ANY (ARRAY['active'::text, 'cancelled'::text])),
  CONSTRAINT appointment_type CHECK (appointment_type = ANY (ARRAY['MF'::text, 'GMF'::text, 'GEN'::text])),
  CONSTRAINT appt_43_both CHECK ((nurse_name IS NULL) = (nurse_mention IS NULL)),
  CONSTRAINT appt_43_mention CHECK (nurse_mention = ANY (ARRAY['811'::text, 'redirection'::text])),
  CONSTRAINT att_01_attendance CHECK (attendance = ANY (ARRAY['unconfirmed'::text, 'present'::text, 'absent'::text])),
  CONSTRAINT cancel_15_by CHECK (cancelled_by = ANY (ARRAY['clinic'::text, 'patient'::text])),
  CONSTRAINT cancel_15_who CHECK ((status = 'cancelled'::text) = (cancelled_at IS NOT NULL AND cancelled_by IS NOT NULL)),
  CONSTRAINT sync_46_status CHECK (agenda_status = ANY (ARRAY['pending'::text, 'accepted'::text, 'rejected'::text, 'timedOut'::text])),
  CONSTRAINT sync_46_together CHECK ((agenda_status IS NULL) = (agenda_since IS NULL) AND (agenda_status IS NULL) = (agenda_version IS NULL)),
  CONSTRAINT sync_47_reason CHECK ((agenda_reason IS NOT NULL) = (COALESCE(agenda_status, ''::text) = 'rejected'::text)),
  CONSTRAINT sync_49_pending CHECK (agenda_answer_by IS NULL OR COALESCE(agenda_status, ''::text) = 'pending'::text),
  CONSTRAINT appointment_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id),
  CONSTRAINT appointment_establishment_id_professional_id_fkey FOREIGN KEY (establishment_id, professional_id) REFERENCES professional(establishment_id, professional_id)
);
CREATE INDEX appointment_asked ON appointment USING btree (establishment_id, place_id) WHERE agenda_status = 'pending'::text;
CREATE INDEX appointment_at_place ON appointment USING btree (establishment_id, place_id, start_at);
CREATE INDEX appointment_at_place_of_professional ON appointment USING btree (establishment_id, place_id, professional_id, start_at) WHERE status = 'active'::text;
CREATE INDEX appointment_beside_another ON appointment USING btree (establishment_id, start_at) WHERE status = 'active'::text AND seat > 1;
CREATE INDEX appointment_by_birth_date ON appointment USING btree (establishment_id, birth_date) WHERE status = 'active'::text;
CREATE INDEX appointment_by_email ON appointment USING btree (establishment_id, email_key) WHERE status = 'active'::text AND email_key IS NOT NULL;
CREATE INDEX appointment_by_first_name ON appointment USING btree (establishment_id, first_name_key) WHERE status = 'active'::text;
CREATE INDEX appointment_by_home_phone ON appointment USING btree (establishment_id, home_phone_key) WHERE status = 'active'::text AND home_phone_key IS NOT NULL;
CREATE INDEX appointment_by_mobile_phone ON appointment USING btree (establishment_id, mobile_phone_key) WHERE status = 'active'::text AND mobile_phone_key IS NOT NULL;
CREATE INDEX appointment_by_name ON appointment USING btree (establishment_id, last_name_key, first_name_key) WHERE status = 'active'::text;
CREATE INDEX appointment_by_start ON appointment USING btree (establishment_id, start_at, appointment_id) WHERE status = 'active'::text;
CREATE INDEX appointment_not_taken ON appointment USING btree (establishment_id, place_id, start_at) WHERE agenda_status = ANY (ARRAY['rejected'::text, 'timedOut'::text]);
CREATE INDEX appointment_of_patient ON appointment USING btree (nam_index) WHERE nam_index IS NOT NULL;
CREATE INDEX appointment_of_professional ON appointment USING btree (establishment_id, professional_id, start_at);
CREATE INDEX appointment_unanswered ON appointment USING btree (agenda_answer_by) WHERE agenda_answer_by IS NOT NULL;
CREATE INDEX appt_36_to_erase ON appointment USING btree (erase_at) WHERE erase_at IS NOT NULL;
CREATE UNIQUE INDEX appt_39_reference_unique ON appointment USING btree (reference_number);
ALTER TABLE appointment ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointment FORCE ROW LEVEL SECURITY;
CREATE POLICY appointment_answers ON appointment FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'system'::text AND (( SELECT scope_subject() AS scope_subject)) = 'answers'::text AND agenda_answer_by IS NOT NULL);
CREATE POLICY appointment_citizen ON appointment FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text AND nam_index = (( SELECT scope_subject() AS scope_subject)));
CREATE POLICY appointment_erasure ON appointment FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'system'::text AND (( SELECT scope_subject() AS scope_subject)) = 'erasure'::text AND erase_at IS NOT NULL);
CREATE POLICY appointment_reference ON appointment FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'system'::text AND reference_number = (( SELECT scope_subject() AS scope_subject)));
CREATE POLICY appointment_tenant ON appointment
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT INSERT, SELECT, UPDATE ON appointment TO arrimage_runtime;

CREATE TABLE assertion_jti (
  machine_id text COLLATE "C" NOT NULL,
  jti text COLLATE "C" NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT assertion_jti_pkey PRIMARY KEY (machine_id, jti)
);
CREATE INDEX assertion_jti_expiry ON assertion_jti USING btree (expires_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON assertion_jti TO arrimage_runtime;

CREATE TABLE change (
  establishment_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  object_type text NOT NULL,
  object_id text COLLATE "C" NOT NULL,
  operation text NOT NULL,
  version integer NOT NULL,
  place_ids text[] NOT NULL,
  professional_id text COLLATE "C",
  start_at timestamp with time zone,
  end_at timestamp with time zone,
  status text,
  changed text[] NOT NULL,
  actor_type text NOT NULL,
  actor_id text,
  vendor_id text,
  mark integer DEFAULT floor(random() * 16777216::double precision)::integer,
  CONSTRAINT change_pkey PRIMARY KEY (establishment_id, seq),
  CONSTRAINT change_actor CHECK (actor_type = ANY (ARRAY['operator'::text, 'machine'::text, 'employee'::text, 'citizen'::text, 'nurse'::text, 'system'::text])),
  CONSTRAINT change_operation CHECK (operation = ANY (ARRAY['created'::text, 'updated'::text, 'deleted'::text])),
  CONSTRAINT change_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id)
);
CREATE INDEX change_age ON change USING btree (establishment_id, at);
CREATE INDEX change_of_object ON change USING btree (establishment_id, object_id, seq);
ALTER TABLE change ENABLE ROW LEVEL SECURITY;
ALTER TABLE change FORCE ROW LEVEL SECURITY;
CREATE POLICY change_tenant ON change
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT ON change TO arrimage_runtime;

CREATE TABLE change_counter (
  establishment_id text COLLATE "C" NOT NULL,
  last_seq bigint NOT NULL,
  pruned_seq bigint NOT NULL,
  CONSTRAINT change_counter_pkey PRIMARY KEY (establishment_id),
  CONSTRAINT change_counter_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id)
);
ALTER TABLE change_counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE change_counter FORCE ROW LEVEL SECURITY;
CREATE POLICY change_counter_system ON change_counter FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'system'::text);
CREATE POLICY change_counter_tenant ON change_counter
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT INSERT, SELECT, UPDATE ON change_counter TO arrimage_runtime;

CREATE TABLE citizen_day (
  nam_index text COLLATE "C" NOT NULL,
  local_date date NOT NULL,
  appointments integer NOT NULL,
  CONSTRAINT citizen_day_pkey PRIMARY KEY (nam_index, local_date),
  CONSTRAINT citizen_day_count CHECK (appointments >= 0)
);
GRANT INSERT, SELECT, UPDATE ON citizen_day TO arrimage_runtime;

CREATE TABLE consultation_reason_state (
  code text COLLATE "C" NOT NULL,
  active boolean NOT NULL,
  version integer NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  CONSTRAINT consultation_reason_state_pkey PRIMARY KEY (code)
);
GRANT INSERT, SELECT, UPDATE ON consultation_reason_state TO arrimage_runtime;

CREATE TABLE email_customisation (
  establishment_id text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  language text COLLATE "C" NOT NULL,
  body text NOT NULL,
  body_text text NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT email_customisation_pkey PRIMARY KEY (establishment_id, subject, language),
  CONSTRAINT comm_04_language CHECK (language = ANY (ARRAY['fr'::text, 'en'::text])),
  CONSTRAINT notif_01_subject CHECK (subject = ANY (ARRAY['confirmation'::text, 'reminder'::text, 'cancellation'::text, 'modification'::text, 'contactDetailsChange'::text, 'noShow'::text])),
  CONSTRAINT email_customisation_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id)
);
ALTER TABLE email_customisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE email_customisation FORCE ROW LEVEL SECURITY;
CREATE POLICY email_customisation_tenant ON email_customisation
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON email_customisation TO arrimage_runtime;

CREATE TABLE employee (
  establishment_id text COLLATE "C" NOT NULL,
  employee_id text COLLATE "C" NOT NULL,
  ramq_identifier text NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  practice_number text,
  start_date date NOT NULL,
  departure_date date,
  local_admin boolean NOT NULL,
  super_user boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  pseudonym text,
  title text,
  email text,
  work_phone text,
  work_phone_extension text,
  profession text,
  profession_description text,
  biography text,
  deleted_at timestamp with time zone,
  CONSTRAINT employee_pkey PRIMARY KEY (establishment_id, employee_id),
  CONSTRAINT emp_05_practice_number CHECK (practice_number ~ '^[0-9]{6}$'::text),
  CONSTRAINT employee_departure_date CHECK (departure_date >= start_date),
  CONSTRAINT perm_06_one_profile CHECK (NOT (local_admin AND super_user)),
  CONSTRAINT employee_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id)
);
CREATE UNIQUE INDEX emp_07_once_per_establishment ON employee USING btree (establishment_id, ramq_identifier) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX emp_07_practice_number_once ON employee USING btree (establishment_id, practice_number) WHERE deleted_at IS NULL;
CREATE INDEX employee_by_identifier ON employee USING btree (ramq_identifier);
CREATE UNIQUE INDEX employee_id_unique ON employee USING btree (employee_id);
CREATE INDEX est_04_administrators ON employee USING btree (establishment_id, employee_id) WHERE local_admin AND deleted_at IS NULL;
ALTER TABLE employee ENABLE ROW LEVEL SECURITY;
ALTER TABLE employee FORCE ROW LEVEL SECURITY;
CREATE POLICY employee_operator ON employee FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'operator'::text);
CREATE POLICY employee_own ON employee FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'employee'::text AND ramq_identifier = (( SELECT scope_subject() AS scope_subject)));
CREATE POLICY employee_tenant ON employee
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT INSERT, SELECT, UPDATE ON employee TO arrimage_runtime;

CREATE TABLE employee_grant (
  establishment_id text COLLATE "C" NOT NULL,
  employee_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  named_place_id text COLLATE "C" GENERATED ALWAYS AS (NULLIF(place_id, 'all'::text)) STORED,
  professional_id text COLLATE "C" NOT NULL,
  access text NOT NULL,
  CONSTRAINT employee_grant_pkey PRIMARY KEY (establishment_id, employee_id, place_id, professional_id),
  CONSTRAINT perm_10_access CHECK (access = ANY (ARRAY['read'::text, 'write'::text])),
  CONSTRAINT employee_grant_establishment_id_employee_id_fkey FOREIGN KEY (establishment_id, employee_id) REFERENCES employee(establishment_id, employee_id),
  CONSTRAINT employee_grant_establishment_id_named_place_id_fkey FOREIGN KEY (establishment_id, named_place_id) REFERENCES place(establishment_id, place_id),
  CONSTRAINT employee_grant_establishment_id_professional_id_fkey FOREIGN KEY (establishment_id, professional_id) REFERENCES professional(establishment_id, professional_id)
);
ALTER TABLE employee_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE employee_grant FORCE ROW LEVEL SECURITY;
CREATE POLICY employee_grant_tenant ON employee_grant
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON employee_grant TO arrimage_runtime;

CREATE TABLE employee_place (
  establishment_id text COLLATE "C" NOT NULL,
  employee_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  CONSTRAINT employee_place_pkey PRIMARY KEY (establishment_id, employee_id, place_id),
  CONSTRAINT employee_place_establishment_id_employee_id_fkey FOREIGN KEY (establishment_id, employee_id) REFERENCES employee(establishment_id, employee_id),
  CONSTRAINT employee_place_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id)
);
ALTER TABLE employee_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE employee_place FORCE ROW LEVEL SECURITY;
CREATE POLICY employee_place_tenant ON employee_place
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT ON employee_place TO arrimage_runtime;

CREATE TABLE ended_link (
  establishment_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  machine_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  CONSTRAINT ended_link_pkey PRIMARY KEY (establishment_id, place_id, seq),
  CONSTRAINT ended_link_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id),
  CONSTRAINT ended_link_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES machine(machine_id)
);
CREATE INDEX ended_link_by_machine ON ended_link USING btree (machine_id);
ALTER TABLE ended_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE ended_link FORCE ROW LEVEL SECURITY;
CREATE POLICY ended_link_own ON ended_link FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'machine'::text AND machine_id = (( SELECT scope_subject() AS scope_subject)));
CREATE POLICY ended_link_system ON ended_link FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'system'::text);
CREATE POLICY ended_link_tenant ON ended_link
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT ON ended_link TO arrimage_runtime;

CREATE TABLE establishment (
  establishment_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  email text,
  phone text,
  is_gmf boolean NOT NULL,
  gmf_number text,
  past_limit_days integer NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT establishment_pkey PRIMARY KEY (establishment_id),
  CONSTRAINT appt_02_past_limit CHECK (past_limit_days = ANY (ARRAY[90, 365])),
  CONSTRAINT est_06_gmf_number CHECK (is_gmf = (gmf_number IS NOT NULL))
);
CREATE INDEX establishment_by_gmf ON establishment USING btree (gmf_number) WHERE gmf_number IS NOT NULL;
ALTER TABLE establishment ENABLE ROW LEVEL SECURITY;
ALTER TABLE establishment FORCE ROW LEVEL SECURITY;
CREATE POLICY establishment_citizen ON establishment FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text);
CREATE POLICY establishment_operator ON establishment FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'operator'::text);
CREATE POLICY establishment_tenant ON establishment
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT INSERT, SELECT, UPDATE ON establishment TO arrimage_runtime;

CREATE TABLE external_binding (
  establishment_id text COLLATE "C" NOT NULL,
  vendor_id text COLLATE "C" NOT NULL,
  object_type text NOT NULL,
  external_id text COLLATE "C" NOT NULL,
  object_id text COLLATE "C" NOT NULL,
  body_hash text,
  vendor_version integer NOT NULL,
  CONSTRAINT external_binding_pkey PRIMARY KEY (establishment_id, vendor_id, object_type, external_id),
  CONSTRAINT external_binding_type CHECK (object_type = ANY (ARRAY['slot'::text, 'appointment'::text])),
  CONSTRAINT external_binding_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id),
  CONSTRAINT external_binding_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES vendor(vendor_id)
);
CREATE UNIQUE INDEX external_binding_of_object ON external_binding USING btree (establishment_id, vendor_id, object_type, object_id);
ALTER TABLE external_binding ENABLE ROW LEVEL SECURITY;
ALTER TABLE external_binding FORCE ROW LEVEL SECURITY;
CREATE POLICY external_binding_tenant ON external_binding
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON external_binding TO arrimage_runtime;

CREATE TABLE hold (
  establishment_id text COLLATE "C" NOT NULL,
  hold_id text COLLATE "C" NOT NULL,
  professional_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  slot_id text COLLATE "C",
  start_at timestamp with time zone NOT NULL,
  end_at timestamp with time zone NOT NULL,
  owner_type text NOT NULL,
  owner_id text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT hold_pkey PRIMARY KEY (establishment_id, hold_id),
  CONSTRAINT hold_at_most_a_day CHECK ((end_at - start_at) <= 'PT24H'::interval),
  CONSTRAINT hold_interval CHECK (start_at < end_at),
  CONSTRAINT hold_owner CHECK (owner_type = ANY (ARRAY['machine'::text, 'employee'::text, 'citizen'::text, 'nurse'::text])),
  CONSTRAINT hold_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id),
  CONSTRAINT hold_establishment_id_professional_id_fkey FOREIGN KEY (establishment_id, professional_id) REFERENCES professional(establishment_id, professional_id)
);
CREATE INDEX hold_expiry ON hold USING btree (expires_at);
CREATE INDEX hold_of_owner ON hold USING btree (owner_type, owner_id);
CREATE INDEX hold_of_professional ON hold USING btree (establishment_id, professional_id, start_at, end_at);
ALTER TABLE hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE hold FORCE ROW LEVEL SECURITY;
CREATE POLICY hold_citizen ON hold FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text AND owner_type = 'citizen'::text AND owner_id = (( SELECT scope_subject() AS scope_subject)));
CREATE POLICY hold_nurse ON hold FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'nurse'::text AND owner_type = 'nurse'::text AND owner_id = (( SELECT scope_subject() AS scope_subject)));
CREATE POLICY hold_system ON hold FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'system'::text);
CREATE POLICY hold_tenant ON hold
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON hold TO arrimage_runtime;

CREATE TABLE idempotent_answer (
  caller text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  answer bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  appointment_id text COLLATE "C",
  CONSTRAINT idempotent_answer_pkey PRIMARY KEY (caller, key)
);
CREATE INDEX idempotent_answer_expiry ON idempotent_answer USING btree (expires_at);
CREATE INDEX idempotent_answer_of_appointment ON idempotent_answer USING btree (appointment_id) WHERE appointment_id IS NOT NULL;
GRANT DELETE, INSERT, SELECT, UPDATE ON idempotent_answer TO arrimage_runtime;

CREATE TABLE inbox (
  establishment_id text COLLATE "C" NOT NULL,
  machine_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  given_seq bigint NOT NULL,
  CONSTRAINT inbox_pkey PRIMARY KEY (establishment_id, machine_id),
  CONSTRAINT inbox_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id),
  CONSTRAINT inbox_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES machine(machine_id)
);
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY inbox_tenant ON inbox
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT INSERT, SELECT, UPDATE ON inbox TO arrimage_runtime;

CREATE TABLE inbox_item (
  establishment_id text COLLATE "C" NOT NULL,
  machine_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  prev_seq bigint NOT NULL,
  item_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  at timestamp with time zone NOT NULL,
  object_type text NOT NULL,
  object_id text COLLATE "C" NOT NULL,
  operation text NOT NULL,
  version integer NOT NULL,
  place_ids text[] NOT NULL,
  professional_id text COLLATE "C",
  start_at timestamp with time zone,
  end_at timestamp with time zone,
  status text,
  changed text[] NOT NULL,
  actor_type text NOT NULL,
  attempt integer NOT NULL,
  available_at timestamp with time zone NOT NULL,
  answer text,
  answered_at timestamp with time zone,
  held_up boolean NOT NULL,
  CONSTRAINT inbox_item_pkey PRIMARY KEY (establishment_id, machine_id, seq),
  CONSTRAINT inbox_item_answer CHECK (answer = ANY (ARRAY['acknowledged'::text, 'rejected'::text])),
  CONSTRAINT inbox_item_answered CHECK ((answer IS NULL) = (answered_at IS NULL)),
  CONSTRAINT inbox_item_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES machine_link(establishment_id, place_id) ON DELETE CASCADE,
  CONSTRAINT inbox_item_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES machine(machine_id)
);
CREATE INDEX inbox_item_answered_before ON inbox_item USING btree (establishment_id, answered_at) WHERE answer IS NOT NULL;
CREATE UNIQUE INDEX inbox_item_id ON inbox_item USING btree (establishment_id, item_id);
CREATE INDEX inbox_item_next ON inbox_item USING btree (machine_id, at, establishment_id, seq) WHERE answer IS NULL AND NOT held_up;
CREATE INDEX inbox_item_of_link ON inbox_item USING btree (establishment_id, place_id);
CREATE INDEX inbox_item_open ON inbox_item USING btree (establishment_id, machine_id, object_id, seq) WHERE answer IS NULL;
ALTER TABLE inbox_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox_item FORCE ROW LEVEL SECURITY;
CREATE POLICY inbox_item_tenant ON inbox_item
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON inbox_item TO arrimage_runtime;

CREATE TABLE machine (
  machine_id text COLLATE "C" NOT NULL,
  vendor_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  jwks jsonb NOT NULL,
  scopes text[] NOT NULL,
  status text NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT machine_pkey PRIMARY KEY (machine_id),
  CONSTRAINT machine_status CHECK (status = ANY (ARRAY['active'::text, 'suspended'::text])),
  CONSTRAINT machine_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES vendor(vendor_id)
);
CREATE INDEX machine_by_vendor ON machine USING btree (vendor_id);
GRANT INSERT, SELECT, UPDATE ON machine TO arrimage_runtime;

CREATE TABLE machine_link (
  establishment_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  machine_id text COLLATE "C" NOT NULL,
  services_managed_by text NOT NULL,
  version integer NOT NULL,
  linked_at timestamp with time zone NOT NULL,
  confirmed_at timestamp with time zone,
  late_after_minutes integer NOT NULL,
  stale_after_minutes integer NOT NULL,
  answer_within_minutes integer,
  import_until timestamp with time zone,
  CONSTRAINT machine_link_pkey PRIMARY KEY (establishment_id, place_id),
  CONSTRAINT machine_link_services CHECK (services_managed_by = ANY (ARRAY['machine'::text, 'staff'::text])),
  CONSTRAINT sync_05_thresholds CHECK (late_after_minutes >= 5 AND stale_after_minutes > late_after_minutes AND stale_after_minutes <= 527040),
  CONSTRAINT sync_49_within CHECK (answer_within_minutes >= 1 AND answer_within_minutes <= 10080),
  CONSTRAINT machine_link_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id),
  CONSTRAINT machine_link_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES machine(machine_id)
);
CREATE INDEX machine_link_by_machine ON machine_link USING btree (machine_id);
ALTER TABLE machine_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE machine_link FORCE ROW LEVEL SECURITY;
CREATE POLICY machine_link_citizen ON machine_link FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text);
CREATE POLICY machine_link_operator ON machine_link FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'operator'::text);
CREATE POLICY machine_link_own ON machine_link FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'machine'::text AND machine_id = (( SELECT scope_subject() AS scope_subject)));
CREATE POLICY machine_link_system ON machine_link FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'system'::text);
CREATE POLICY machine_link_tenant ON machine_link
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON machine_link TO arrimage_runtime;

CREATE TABLE message_customisation (
  establishment_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" GENERATED ALWAYS AS (NULLIF(scope, 'establishment'::text)) STORED,
  language text COLLATE "C" NOT NULL,
  option text NOT NULL,
  body text,
  body_text text,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT message_customisation_pkey PRIMARY KEY (establishment_id, type, scope, language),
  CONSTRAINT comm_10_language CHECK (language = ANY (ARRAY['fr'::text, 'en'::text])),
  CONSTRAINT comm_10_type CHECK (type = ANY (ARRAY['ownProfessionalInGmf'::text, 'ownProfessionalOutsideGmf'::text, 'gmfProfessionals'::text])),
  CONSTRAINT comm_11_option CHECK ((option = ANY (ARRAY['default'::text, 'custom'::text])) AND (option = 'custom'::text) = (body IS NOT NULL) AND (body IS NULL) = (body_text IS NULL)),
  CONSTRAINT message_customisation_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id),
  CONSTRAINT message_customisation_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id)
);
ALTER TABLE message_customisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_customisation FORCE ROW LEVEL SECURITY;
CREATE POLICY message_customisation_citizen ON message_customisation FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text);
CREATE POLICY message_customisation_tenant ON message_customisation
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON message_customisation TO arrimage_runtime;

CREATE TABLE opening (
  establishment_id text COLLATE "C" NOT NULL,
  slot_id text COLLATE "C" NOT NULL,
  start_at timestamp with time zone NOT NULL,
  end_at timestamp with time zone NOT NULL,
  professional_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  service_type text NOT NULL,
  consultation_reasons text[] NOT NULL,
  visibility text NOT NULL,
  open_from timestamp with time zone,
  busy boolean NOT NULL,
  held_until timestamp with time zone,
  CONSTRAINT opening_pkey PRIMARY KEY (establishment_id, slot_id, start_at),
  CONSTRAINT opening_establishment_id_slot_id_fkey FOREIGN KEY (establishment_id, slot_id) REFERENCES slot(establishment_id, slot_id) ON DELETE CASCADE
);
CREATE INDEX casc_06_free_in_general ON opening USING btree (start_at, slot_id) WHERE NOT busy AND visibility = 'public'::text AND service_type = 'GEN'::text;
CREATE INDEX opening_free_at_place ON opening USING btree (establishment_id, place_id, start_at) WHERE NOT busy;
CREATE INDEX opening_free_of_professional ON opening USING btree (establishment_id, professional_id, start_at) WHERE NOT busy;
CREATE INDEX opening_of_professional ON opening USING btree (establishment_id, professional_id, start_at, end_at);
CREATE STATISTICS public.opening_whereabouts (dependencies) ON establishment_id, professional_id, place_id FROM opening;
ALTER TABLE opening ENABLE ROW LEVEL SECURITY;
ALTER TABLE opening FORCE ROW LEVEL SECURITY;
CREATE POLICY opening_citizen ON opening FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text AND visibility = 'public'::text);
CREATE POLICY opening_tenant ON opening
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON opening TO arrimage_runtime;

CREATE TABLE person_lookup (
  access_id text COLLATE "C" NOT NULL,
  at timestamp with time zone NOT NULL,
  actor_type text NOT NULL,
  actor_id text NOT NULL,
  purpose text NOT NULL,
  nam_index text COLLATE "C" NOT NULL,
  request_id text NOT NULL,
  CONSTRAINT person_lookup_pkey PRIMARY KEY (access_id)
);
GRANT INSERT ON person_lookup TO arrimage_runtime;

CREATE TABLE place (
  establishment_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  abbreviation text,
  ramq_number text,
  locality_code text,
  start_date date,
  end_date date,
  civic_number text NOT NULL,
  street text NOT NULL,
  suite text,
  city text NOT NULL,
  province text NOT NULL,
  postal_code text NOT NULL,
  phone text NOT NULL,
  time_zone text NOT NULL,
  display_mode text NOT NULL,
  mask_gmf boolean NOT NULL,
  mask_gen boolean NOT NULL,
  cancellation_value integer NOT NULL,
  cancellation_unit text NOT NULL,
  no_show_message_enabled boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  latitude double precision,
  longitude double precision,
  CONSTRAINT place_pkey PRIMARY KEY (establishment_id, place_id),
  CONSTRAINT place_29_30_cancellation CHECK (cancellation_unit = 'minutes'::text AND cancellation_value >= 0 AND cancellation_value <= 59 OR cancellation_unit = 'hours'::text AND cancellation_value >= 0 AND cancellation_value <= 24),
  CONSTRAINT place_coordinates CHECK ((latitude IS NULL) = (longitude IS NULL) AND latitude >= 44.9::double precision AND latitude <= 62.7::double precision AND longitude >= '-79.8'::numeric::double precision AND longitude <= '-57'::integer::double precision),
  CONSTRAINT place_display_mode CHECK (display_mode = ANY (ARRAY['byRelationship'::text, 'byClientele'::text])),
  CONSTRAINT place_end_date CHECK (end_date >= start_date),
  CONSTRAINT place_time_zone CHECK (time_zone = ANY (ARRAY['America/Toronto'::text, 'America/Halifax'::text, 'America/Blanc-Sablon'::text])),
  CONSTRAINT place_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id)
);
CREATE UNIQUE INDEX place_id_unique ON place USING btree (place_id);
ALTER TABLE place ENABLE ROW LEVEL SECURITY;
ALTER TABLE place FORCE ROW LEVEL SECURITY;
CREATE POLICY place_citizen ON place FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text);
CREATE POLICY place_operator ON place FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'operator'::text);
CREATE POLICY place_tenant ON place
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT INSERT, SELECT, UPDATE ON place TO arrimage_runtime;

CREATE TABLE professional (
  establishment_id text COLLATE "C" NOT NULL,
  professional_id text COLLATE "C" NOT NULL,
  employee_id text COLLATE "C",
  display_name text NOT NULL,
  practice_number text,
  profession text NOT NULL,
  capacity integer NOT NULL,
  limit_future_booking boolean NOT NULL,
  max_weeks integer,
  departure_date date,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT professional_pkey PRIMARY KEY (establishment_id, professional_id),
  CONSTRAINT opt_02_weeks CHECK (limit_future_booking = (max_weeks IS NOT NULL) AND max_weeks >= 1 AND max_weeks <= 52),
  CONSTRAINT professional_capacity CHECK (capacity >= 1 AND (capacity = 1 OR profession = 'team'::text)),
  CONSTRAINT professional_profession CHECK (profession = ANY (ARRAY['physician'::text, 'resident'::text, 'nurse'::text, 'team'::text])),
  CONSTRAINT professional_establishment_id_employee_id_fkey FOREIGN KEY (establishment_id, employee_id) REFERENCES employee(establishment_id, employee_id),
  CONSTRAINT professional_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id)
);
CREATE INDEX professional_by_practice_number ON professional USING btree (practice_number);
CREATE UNIQUE INDEX professional_id_unique ON professional USING btree (professional_id);
CREATE UNIQUE INDEX professional_one_per_employee ON professional USING btree (establishment_id, employee_id);
ALTER TABLE professional ENABLE ROW LEVEL SECURITY;
ALTER TABLE professional FORCE ROW LEVEL SECURITY;
CREATE POLICY professional_citizen ON professional FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text);
CREATE POLICY professional_operator ON professional FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'operator'::text);
CREATE POLICY professional_tenant ON professional
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT INSERT, SELECT, UPDATE ON professional TO arrimage_runtime;

CREATE TABLE professional_place (
  establishment_id text COLLATE "C" NOT NULL,
  professional_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  CONSTRAINT professional_place_pkey PRIMARY KEY (establishment_id, professional_id, place_id),
  CONSTRAINT professional_place_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id),
  CONSTRAINT professional_place_establishment_id_professional_id_fkey FOREIGN KEY (establishment_id, professional_id) REFERENCES professional(establishment_id, professional_id)
);
CREATE INDEX professional_place_by_place ON professional_place USING btree (establishment_id, place_id);
ALTER TABLE professional_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE professional_place FORCE ROW LEVEL SECURITY;
CREATE POLICY professional_place_citizen ON professional_place FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text);
CREATE POLICY professional_place_tenant ON professional_place
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT ON professional_place TO arrimage_runtime;

CREATE TABLE registry_person (
  nam_index text COLLATE "C" NOT NULL,
  nam_encrypted bytea NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  sex text NOT NULL,
  birth_date date NOT NULL,
  eligible boolean NOT NULL,
  CONSTRAINT registry_person_pkey PRIMARY KEY (nam_index)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON registry_person TO arrimage_runtime;

CREATE TABLE registry_registration (
  nam_index text COLLATE "C" NOT NULL,
  practice_number text NOT NULL,
  gmf_number text,
  delegated_practice_number text,
  place_number text,
  end_date date,
  gmf_end_date date,
  place_end_date date,
  CONSTRAINT registry_registration_pkey PRIMARY KEY (nam_index),
  CONSTRAINT registration_gmf_end CHECK (gmf_end_date IS NULL OR gmf_number IS NOT NULL),
  CONSTRAINT registration_place_end CHECK (place_end_date IS NULL OR place_number IS NOT NULL),
  CONSTRAINT registry_registration_nam_index_fkey FOREIGN KEY (nam_index) REFERENCES registry_person(nam_index) ON DELETE CASCADE
);
GRANT DELETE, INSERT, SELECT, UPDATE ON registry_registration TO arrimage_runtime;

CREATE TABLE registry_staff (
  ramq_identifier text COLLATE "C" NOT NULL,
  pseudonym text,
  first_name text NOT NULL,
  last_name text NOT NULL,
  practice_number text,
  password_hash text,
  CONSTRAINT registry_staff_pkey PRIMARY KEY (ramq_identifier),
  CONSTRAINT registry_staff_practice_number_key UNIQUE (practice_number),
  CONSTRAINT registry_staff_pseudonym_key UNIQUE (pseudonym)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON registry_staff TO arrimage_runtime;

CREATE TABLE sandbox_clock (
  singleton boolean DEFAULT true NOT NULL,
  anchor_now timestamp with time zone NOT NULL,
  anchor_wall timestamp with time zone NOT NULL,
  running boolean NOT NULL,
  CONSTRAINT sandbox_clock_pkey PRIMARY KEY (singleton),
  CONSTRAINT sandbox_clock_singleton_check CHECK (singleton)
);
GRANT INSERT, SELECT, UPDATE ON sandbox_clock TO arrimage_runtime;

CREATE TABLE sandbox_session (
  session_hash bytea NOT NULL,
  ramq_identifier text COLLATE "C" NOT NULL,
  activity text NOT NULL,
  last_activity_at timestamp with time zone NOT NULL,
  CONSTRAINT sandbox_session_pkey PRIMARY KEY (session_hash),
  CONSTRAINT auth_04_activity CHECK (activity = ANY (ARRAY['configuration'::text, 'slotEditing'::text, 'appointments'::text])),
  CONSTRAINT sandbox_session_ramq_identifier_fkey FOREIGN KEY (ramq_identifier) REFERENCES registry_staff(ramq_identifier) ON DELETE CASCADE
);
CREATE INDEX sandbox_session_of_person ON sandbox_session USING btree (ramq_identifier);
GRANT DELETE, INSERT, SELECT, UPDATE ON sandbox_session TO arrimage_runtime;

CREATE TABLE schedule_template (
  establishment_id text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  place_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  professions text[] NOT NULL,
  professional_ids text[] NOT NULL,
  slots jsonb NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT schedule_template_pkey PRIMARY KEY (establishment_id, template_id),
  CONSTRAINT tpl_35_name_per_place UNIQUE (establishment_id, place_id, name),
  CONSTRAINT tpl_36_professions CHECK (cardinality(professions) >= 1 AND professions <@ ARRAY['physician'::text, 'nurse'::text, 'resident'::text]),
  CONSTRAINT tpl_39_not_empty CHECK (name <> ''::text AND cardinality(professional_ids) >= 1 AND jsonb_array_length(slots) >= 1),
  CONSTRAINT schedule_template_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id)
);
ALTER TABLE schedule_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule_template FORCE ROW LEVEL SECURITY;
CREATE POLICY schedule_template_tenant ON schedule_template
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON schedule_template TO arrimage_runtime;

CREATE TABLE schema_migration (
  name text COLLATE "C" NOT NULL,
  checksum text NOT NULL,
  CONSTRAINT schema_migration_pkey PRIMARY KEY (name)
);

CREATE TABLE service (
  establishment_id text COLLATE "C" NOT NULL,
  service_id text COLLATE "C" NOT NULL,
  professional_id text COLLATE "C" NOT NULL,
  type text NOT NULL,
  consultation_reason text NOT NULL,
  duration_minutes integer NOT NULL,
  active boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT service_pkey PRIMARY KEY (establishment_id, service_id),
  CONSTRAINT service_duration CHECK (duration_minutes >= 5 AND duration_minutes <= 480),
  CONSTRAINT svc_03_type CHECK (type = ANY (ARRAY['MF'::text, 'GMF'::text, 'GEN'::text])),
  CONSTRAINT service_establishment_id_professional_id_fkey FOREIGN KEY (establishment_id, professional_id) REFERENCES professional(establishment_id, professional_id)
);
CREATE UNIQUE INDEX svc_23_unique_active ON service USING btree (establishment_id, professional_id, type, consultation_reason, duration_minutes) WHERE active;
ALTER TABLE service ENABLE ROW LEVEL SECURITY;
ALTER TABLE service FORCE ROW LEVEL SECURITY;
CREATE POLICY service_tenant ON service
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT INSERT, SELECT, UPDATE ON service TO arrimage_runtime;

CREATE TABLE service_group (
  establishment_id text COLLATE "C" NOT NULL,
  service_group_id text COLLATE "C" NOT NULL,
  professional_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT service_group_pkey PRIMARY KEY (establishment_id, service_group_id),
  CONSTRAINT grp_02_unique_name UNIQUE (establishment_id, professional_id, name),
  CONSTRAINT service_group_establishment_id_professional_id_fkey FOREIGN KEY (establishment_id, professional_id) REFERENCES professional(establishment_id, professional_id)
);
ALTER TABLE service_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_group FORCE ROW LEVEL SECURITY;
CREATE POLICY service_group_tenant ON service_group
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON service_group TO arrimage_runtime;

CREATE TABLE service_group_member (
  establishment_id text COLLATE "C" NOT NULL,
  service_group_id text COLLATE "C" NOT NULL,
  service_id text COLLATE "C" NOT NULL,
  CONSTRAINT service_group_member_pkey PRIMARY KEY (establishment_id, service_group_id, service_id),
  CONSTRAINT service_group_member_establishment_id_service_group_id_fkey FOREIGN KEY (establishment_id, service_group_id) REFERENCES service_group(establishment_id, service_group_id) ON DELETE CASCADE,
  CONSTRAINT service_group_member_establishment_id_service_id_fkey FOREIGN KEY (establishment_id, service_id) REFERENCES service(establishment_id, service_id)
);
CREATE INDEX service_group_member_of_service ON service_group_member USING btree (establishment_id, service_id);
ALTER TABLE service_group_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_group_member FORCE ROW LEVEL SECURITY;
CREATE POLICY service_group_member_tenant ON service_group_member
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT ON service_group_member TO arrimage_runtime;

CREATE TABLE signing_key (
  kid text COLLATE "C" NOT NULL,
  purpose text NOT NULL,
  public_jwk jsonb NOT NULL,
  private_jwk bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT signing_key_pkey PRIMARY KEY (kid),
  CONSTRAINT signing_key_purpose CHECK (purpose = ANY (ARRAY['access'::text, 'sandbox-issuer'::text]))
);
CREATE UNIQUE INDEX signing_key_one ON signing_key USING btree (purpose);
GRANT INSERT, SELECT ON signing_key TO arrimage_runtime;

CREATE TABLE slot (
  establishment_id text COLLATE "C" NOT NULL,
  slot_id text COLLATE "C" NOT NULL,
  professional_id text COLLATE "C" NOT NULL,
  start_at timestamp with time zone NOT NULL,
  end_at timestamp with time zone NOT NULL,
  place_id text COLLATE "C",
  visibility text,
  open_from timestamp with time zone,
  service_type text,
  duration_minutes integer,
  service_ids text[] NOT NULL,
  consultation_reasons text[] NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT slot_pkey PRIMARY KEY (establishment_id, slot_id),
  CONSTRAINT slot_03_interval CHECK (start_at < end_at),
  CONSTRAINT slot_07_all_or_none CHECK ((place_id IS NULL) = (visibility IS NULL) AND (place_id IS NULL) = (cardinality(service_ids) = 0) AND (place_id IS NULL) = (service_type IS NULL) AND (place_id IS NULL) = (duration_minutes IS NULL)),
  CONSTRAINT slot_21_visibility CHECK (visibility = ANY (ARRAY['public'::text, 'private'::text])),
  CONSTRAINT slot_24_open_from CHECK (open_from IS NULL OR visibility = 'public'::text),
  CONSTRAINT slot_establishment_id_place_id_fkey FOREIGN KEY (establishment_id, place_id) REFERENCES place(establishment_id, place_id),
  CONSTRAINT slot_establishment_id_professional_id_fkey FOREIGN KEY (establishment_id, professional_id) REFERENCES professional(establishment_id, professional_id)
);
CREATE INDEX slot_by_place ON slot USING btree (establishment_id, place_id, start_at);
CREATE INDEX slot_by_professional ON slot USING btree (establishment_id, professional_id, start_at);
CREATE INDEX slot_by_service ON slot USING gin (service_ids);
ALTER TABLE slot ENABLE ROW LEVEL SECURITY;
ALTER TABLE slot FORCE ROW LEVEL SECURITY;
CREATE POLICY slot_tenant ON slot
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON slot TO arrimage_runtime;

CREATE TABLE vendor (
  vendor_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT vendor_pkey PRIMARY KEY (vendor_id)
);
GRANT INSERT, SELECT, UPDATE ON vendor TO arrimage_runtime;

CREATE TABLE webhook_attempt (
  webhook_delivery_id text COLLATE "C" NOT NULL,
  attempt integer NOT NULL,
  at timestamp with time zone NOT NULL,
  duration_ms integer NOT NULL,
  status integer,
  outcome text NOT NULL,
  CONSTRAINT webhook_attempt_pkey PRIMARY KEY (webhook_delivery_id, attempt),
  CONSTRAINT webhook_attempt_webhook_delivery_id_fkey FOREIGN KEY (webhook_delivery_id) REFERENCES webhook_delivery(webhook_delivery_id) ON DELETE CASCADE
);
GRANT DELETE, INSERT, SELECT ON webhook_attempt TO arrimage_runtime;

CREATE TABLE webhook_delivery (
  webhook_delivery_id text COLLATE "C" NOT NULL,
  webhook_endpoint_id text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  message_id text NOT NULL,
  event_type text NOT NULL,
  cause text NOT NULL,
  body text NOT NULL,
  order_keys text[] NOT NULL,
  state text NOT NULL,
  waits_for integer NOT NULL,
  attempts integer NOT NULL,
  due_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL,
  sent_to_queue_at timestamp with time zone,
  settled_at timestamp with time zone,
  CONSTRAINT webhook_delivery_pkey PRIMARY KEY (webhook_delivery_id),
  CONSTRAINT webhook_delivery_cause CHECK (cause = ANY (ARRAY['change'::text, 'test'::text, 'redelivery'::text, 'replay'::text])),
  CONSTRAINT webhook_delivery_settled CHECK ((state = ANY (ARRAY['delivered'::text, 'failed'::text])) = (settled_at IS NOT NULL)),
  CONSTRAINT webhook_delivery_state CHECK (state = ANY (ARRAY['pending'::text, 'sending'::text, 'delivered'::text, 'failed'::text])),
  CONSTRAINT webhook_delivery_webhook_endpoint_id_fkey FOREIGN KEY (webhook_endpoint_id) REFERENCES webhook_endpoint(webhook_endpoint_id)
);
CREATE INDEX webhook_delivery_age ON webhook_delivery USING btree (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX webhook_delivery_number ON webhook_delivery USING btree (webhook_endpoint_id, number) WHERE state = ANY (ARRAY['pending'::text, 'sending'::text]);
CREATE INDEX webhook_delivery_of_endpoint ON webhook_delivery USING btree (webhook_endpoint_id, webhook_delivery_id);
CREATE INDEX webhook_delivery_ready ON webhook_delivery USING btree (webhook_endpoint_id, due_at) WHERE state = 'pending'::text AND waits_for = 0;
GRANT DELETE, INSERT, SELECT, UPDATE ON webhook_delivery TO arrimage_runtime;

CREATE TABLE webhook_endpoint (
  webhook_endpoint_id text COLLATE "C" NOT NULL,
  machine_id text COLLATE "C" NOT NULL,
  url text NOT NULL,
  description text,
  event_types text[],
  status text NOT NULL,
  disabled_reason text,
  secret bytea NOT NULL,
  previous_secret bytea,
  previous_secret_until timestamp with time zone,
  positions jsonb NOT NULL,
  next_number bigint NOT NULL,
  in_flight integer NOT NULL,
  failures integer NOT NULL,
  failing_since timestamp with time zone,
  resume_at timestamp with time zone,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (webhook_endpoint_id),
  CONSTRAINT webhook_endpoint_disabled CHECK ((status = 'disabled'::text) = (disabled_reason IS NOT NULL)),
  CONSTRAINT webhook_endpoint_previous CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL)),
  CONSTRAINT webhook_endpoint_reason CHECK (disabled_reason = ANY (ARRAY['requested'::text, 'gone'::text, 'failing'::text])),
  CONSTRAINT webhook_endpoint_status CHECK (status = ANY (ARRAY['enabled'::text, 'disabled'::text])),
  CONSTRAINT webhook_endpoint_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES machine(machine_id)
);
CREATE INDEX webhook_endpoint_by_machine ON webhook_endpoint USING btree (machine_id, webhook_endpoint_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON webhook_endpoint TO arrimage_runtime;

CREATE TABLE webhook_turn (
  webhook_endpoint_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  CONSTRAINT webhook_turn_pkey PRIMARY KEY (webhook_endpoint_id, key, number),
  CONSTRAINT webhook_turn_webhook_endpoint_id_fkey FOREIGN KEY (webhook_endpoint_id) REFERENCES webhook_endpoint(webhook_endpoint_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON webhook_turn TO arrimage_runtime;

CREATE TABLE work_group (
  establishment_id text COLLATE "C" NOT NULL,
  work_group_id text COLLATE "C" NOT NULL,
  professional_ids text[] NOT NULL,
  relay_team_1 text[] NOT NULL,
  relay_team_2 text[] NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT work_group_pkey PRIMARY KEY (establishment_id, work_group_id),
  CONSTRAINT wg_06_not_empty CHECK (cardinality(professional_ids) >= 1),
  CONSTRAINT wg_14_team_order CHECK (cardinality(relay_team_2) = 0 OR cardinality(relay_team_1) > 0),
  CONSTRAINT work_group_establishment_id_fkey FOREIGN KEY (establishment_id) REFERENCES establishment(establishment_id)
);
CREATE UNIQUE INDEX wg_07_unique_members ON work_group USING btree (establishment_id, hash_array_extended(professional_ids, 0::bigint));
ALTER TABLE work_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_group FORCE ROW LEVEL SECURITY;
CREATE POLICY work_group_citizen ON work_group FOR SELECT
  USING ((( SELECT scope_audience() AS scope_audience)) = 'citizen'::text);
CREATE POLICY work_group_tenant ON work_group
  USING (establishment_id = ANY ((( SELECT scope_establishments() AS scope_establishments))::text[]));
GRANT DELETE, INSERT, SELECT, UPDATE ON work_group TO arrimage_runtime;

GRANT USAGE ON SCHEMA public TO arrimage_runtime;
GRANT USAGE ON SEQUENCE reference_number TO arrimage_runtime;
