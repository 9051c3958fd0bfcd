-- The whole of an employee's record, what becomes of it when it is deleted, and the sandbox's registry of those who are
-- registered with RAMQ's online services (EMP-09).

ALTER TABLE employee
  ADD COLUMN pseudonym              text,
  ADD COLUMN title                  text,
  ADD COLUMN email                  text,
  ADD COLUMN work_phone             text,
  ADD COLUMN work_phone_extension   text,
  ADD COLUMN profession             text,
  ADD COLUMN profession_description text,
  ADD COLUMN biography              text,
  -- EMP-21, EMP-24: a deleted record is read by nobody but reports.
  ADD COLUMN deleted_at             timestamptz,
  ADD CONSTRAINT employee_departure_date CHECK (departure_date >= start_date);

-- EMP-07: a person whose record was deleted may be registered again, with a record of its own.
DROP INDEX emp_07_once_per_establishment;
DROP INDEX emp_07_practice_number_once;
CREATE UNIQUE INDEX emp_07_once_per_establishment ON employee (establishment_id, ramq_identifier)
  WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX emp_07_practice_number_once ON employee (establishment_id, practice_number)
  WHERE deleted_at IS NULL;

DROP INDEX est_04_administrators;
CREATE INDEX est_04_administrators ON employee (establishment_id, employee_id) WHERE local_admin AND deleted_at IS NULL;

-- Invented people: empty and unused outside sandbox mode.
CREATE TABLE registry_staff (
  ramq_identifier text COLLATE "C" PRIMARY KEY,
  pseudonym       text UNIQUE,
  first_name      text NOT NULL,
  last_name       text NOT NULL,
  practice_number text UNIQUE,
  -- AUTH-02: scrypt; NULL: this person does not sign in.
  password_hash   text
);

GRANT SELECT, INSERT, UPDATE, DELETE ON registry_staff TO arrimage_runtime;
