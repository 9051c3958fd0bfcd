-- What the database keeps of establishments and places, beside the rules that decide: a membership does not end before
-- it starts (Place.endDate), and an establishment's administrators are found without reading its employees (EST-04).

ALTER TABLE place ADD CONSTRAINT place_end_date CHECK (end_date >= start_date);

CREATE INDEX est_04_administrators ON employee (establishment_id, employee_id) WHERE local_admin;
