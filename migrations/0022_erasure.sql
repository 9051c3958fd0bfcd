-- APPT-36: when the reason and the patient's note of a minor are erased. The hub writes it with the appointment
-- (domain/erasure.ts); NULL when there is nothing to erase, so that the index holds what is still to come and no more.

ALTER TABLE appointment ADD COLUMN erase_at timestamptz;

-- What was written before. Its owner is bound by the policies too.
ALTER TABLE appointment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE place NO FORCE ROW LEVEL SECURITY;
UPDATE appointment a
SET erase_at = ((a.start_at AT TIME ZONE p.time_zone)::date + 1)::timestamp AT TIME ZONE p.time_zone
FROM place p
WHERE p.establishment_id = a.establishment_id AND p.place_id = a.place_id
  AND (a.consultation_reason IS NOT NULL OR a.patient_note IS NOT NULL)
  AND extract(year FROM age((a.start_at AT TIME ZONE p.time_zone)::date, a.birth_date)) < 18;
ALTER TABLE place FORCE ROW LEVEL SECURITY;
ALTER TABLE appointment FORCE ROW LEVEL SECURITY;

CREATE INDEX appt_36_to_erase ON appointment (erase_at) WHERE erase_at IS NOT NULL;

-- The job that erases finds what is due wherever it is, and nothing else.
CREATE POLICY appointment_erasure ON appointment FOR SELECT
  USING (scope_audience() = 'system' AND scope_subject() = 'erasure' AND erase_at IS NOT NULL);

-- An answer that is kept holds what it says of an appointment, so that has to go from there too. Answers from before
-- this column do not name theirs; the last of them is gone after 72 hours.
ALTER TABLE idempotent_answer ADD COLUMN appointment_id text COLLATE "C";
CREATE INDEX idempotent_answer_of_appointment ON idempotent_answer (appointment_id) WHERE appointment_id IS NOT NULL;
