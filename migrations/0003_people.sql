-- Employees (staff who sign in) and professionals (whose time is offered).
-- A professional is an employee with a practice number, or a team with a capacity.

CREATE TABLE employee (
  establishment_id      text COLLATE "C" NOT NULL REFERENCES establishment,
  employee_id           text COLLATE "C" NOT NULL,
  ramq_identifier       text NOT NULL,
  first_name            text NOT NULL,
  last_name             text NOT NULL,
  practice_number       text,
  start_date            date NOT NULL,
  departure_date        date,
  local_admin           boolean NOT NULL,
  super_user            boolean NOT NULL,
  version               integer NOT NULL,
  created_at            timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, employee_id),
  CONSTRAINT perm_06_one_profile CHECK (NOT (local_admin AND super_user)),
  CONSTRAINT emp_05_practice_number CHECK (practice_number ~ '^[0-9]{6}$')
);
CREATE UNIQUE INDEX emp_07_once_per_establishment ON employee (establishment_id, ramq_identifier);
CREATE UNIQUE INDEX emp_07_practice_number_once ON employee (establishment_id, practice_number);
CREATE INDEX employee_by_identifier ON employee (ramq_identifier);
-- By id alone: several policies admit a row, so none of their conditions leads to the primary key.
CREATE UNIQUE INDEX employee_id_unique ON employee (employee_id);

CREATE TABLE employee_place (
  establishment_id text COLLATE "C" NOT NULL,
  employee_id      text COLLATE "C" NOT NULL,
  place_id         text COLLATE "C" NOT NULL,
  PRIMARY KEY (establishment_id, employee_id, place_id),
  FOREIGN KEY (establishment_id, employee_id) REFERENCES employee,
  FOREIGN KEY (establishment_id, place_id) REFERENCES place
);

CREATE TABLE professional (
  establishment_id     text COLLATE "C" NOT NULL REFERENCES establishment,
  professional_id      text COLLATE "C" NOT NULL,
  -- NULL for a team.
  employee_id          text COLLATE "C",
  display_name         text NOT NULL,
  practice_number      text,
  profession           text NOT NULL,
  capacity             integer NOT NULL,
  limit_future_booking boolean NOT NULL,
  max_weeks            integer,
  departure_date       date,
  version              integer NOT NULL,
  created_at           timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, professional_id),
  FOREIGN KEY (establishment_id, employee_id) REFERENCES employee,
  CONSTRAINT professional_profession CHECK (profession IN ('physician', 'resident', 'nurse', 'team')),
  CONSTRAINT professional_capacity CHECK (capacity >= 1 AND (capacity = 1 OR profession = 'team')),
  CONSTRAINT opt_02_weeks CHECK (limit_future_booking = (max_weeks IS NOT NULL) AND max_weeks BETWEEN 1 AND 52)
);
CREATE UNIQUE INDEX professional_one_per_employee ON professional (establishment_id, employee_id);
-- Citizens' searches name a professional without naming the establishment.
CREATE UNIQUE INDEX professional_id_unique ON professional (professional_id);
CREATE INDEX professional_by_practice_number ON professional (practice_number);

CREATE TABLE professional_place (
  establishment_id text COLLATE "C" NOT NULL,
  professional_id  text COLLATE "C" NOT NULL,
  place_id         text COLLATE "C" NOT NULL,
  PRIMARY KEY (establishment_id, professional_id, place_id),
  FOREIGN KEY (establishment_id, professional_id) REFERENCES professional,
  FOREIGN KEY (establishment_id, place_id) REFERENCES place
);
CREATE INDEX professional_place_by_place ON professional_place (establishment_id, place_id);

-- PERM-10: one row is a place, a professional and an access. PERM-12: the place may be 'all', the grantee's work places
-- as they are when the grant is used.
CREATE TABLE employee_grant (
  establishment_id text COLLATE "C" NOT NULL,
  employee_id      text COLLATE "C" NOT NULL,
  place_id         text COLLATE "C" NOT NULL,
  named_place_id   text COLLATE "C" GENERATED ALWAYS AS (nullif(place_id, 'all')) STORED,
  professional_id  text COLLATE "C" NOT NULL,
  access           text NOT NULL,
  PRIMARY KEY (establishment_id, employee_id, place_id, professional_id),
  FOREIGN KEY (establishment_id, employee_id) REFERENCES employee,
  FOREIGN KEY (establishment_id, named_place_id) REFERENCES place,
  FOREIGN KEY (establishment_id, professional_id) REFERENCES professional,
  CONSTRAINT perm_10_access CHECK (access IN ('read', 'write'))
);

-- GMF work groups and their relay teams (used by the citizens' cascades).
CREATE TABLE work_group (
  establishment_id text COLLATE "C" NOT NULL REFERENCES establishment,
  work_group_id    text COLLATE "C" NOT NULL,
  professional_ids text[] NOT NULL,
  relay_team_1     text[] NOT NULL,
  relay_team_2     text[] NOT NULL,
  version          integer NOT NULL,
  created_at       timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, work_group_id),
  CONSTRAINT wg_06_not_empty CHECK (cardinality(professional_ids) >= 1),
  CONSTRAINT wg_14_team_order CHECK (cardinality(relay_team_2) = 0 OR cardinality(relay_team_1) > 0)
);

ALTER TABLE employee ENABLE ROW LEVEL SECURITY;
ALTER TABLE employee FORCE ROW LEVEL SECURITY;
ALTER TABLE employee_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE employee_place FORCE ROW LEVEL SECURITY;
ALTER TABLE professional ENABLE ROW LEVEL SECURITY;
ALTER TABLE professional FORCE ROW LEVEL SECURITY;
ALTER TABLE professional_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE professional_place FORCE ROW LEVEL SECURITY;
ALTER TABLE employee_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE employee_grant FORCE ROW LEVEL SECURITY;
ALTER TABLE work_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_group FORCE ROW LEVEL SECURITY;

CREATE POLICY employee_tenant ON employee USING (establishment_id = ANY (scope_establishments()));
-- A person who signs in finds the establishments that employ them before the scope is known.
CREATE POLICY employee_own ON employee FOR SELECT
  USING (scope_audience() = 'employee' AND ramq_identifier = scope_subject());
-- The operator finds out where a record stands before its scope is known.
CREATE POLICY employee_operator ON employee FOR SELECT USING (scope_audience() = 'operator');
CREATE POLICY employee_place_tenant ON employee_place USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY professional_tenant ON professional USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY professional_operator ON professional FOR SELECT USING (scope_audience() = 'operator');
CREATE POLICY professional_citizen ON professional FOR SELECT USING (scope_audience() = 'citizen');
CREATE POLICY professional_place_tenant ON professional_place USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY professional_place_citizen ON professional_place FOR SELECT USING (scope_audience() = 'citizen');
CREATE POLICY employee_grant_tenant ON employee_grant USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY work_group_tenant ON work_group USING (establishment_id = ANY (scope_establishments()));

GRANT SELECT, INSERT, UPDATE ON employee, professional TO arrimage_runtime;
GRANT SELECT, INSERT, DELETE ON employee_place, professional_place TO arrimage_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON employee_grant, work_group TO arrimage_runtime;
