-- Establishments and their places, and the two notions every later table builds on:
-- the scope of a transaction (which establishments it may touch) and its audience (who is looking).
-- Both are transaction settings, written only by withScope (api/src/db/scope.ts).

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- The establishments of this transaction; NULL (so: no row at all) outside withScope.
CREATE FUNCTION scope_establishments() RETURNS text[]
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT string_to_array(nullif(current_setting('app.establishments', true), ''), ',') $$;

-- One of: operator, machine, employee, citizen, system; the empty string outside withScope.
CREATE FUNCTION scope_audience() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('app.audience', true), '') $$;

-- Whom the audience speaks for: a machine identifier, or an employee's RAMQ identifier.
CREATE FUNCTION scope_subject() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.subject', true), '') $$;

CREATE TABLE establishment (
  establishment_id text COLLATE "C" PRIMARY KEY,
  name             text NOT NULL,
  email            text,
  phone            text,
  is_gmf           boolean NOT NULL,
  gmf_number       text,
  past_limit_days  integer NOT NULL,
  version          integer NOT NULL,
  created_at       timestamptz NOT NULL,
  CONSTRAINT est_06_gmf_number CHECK (is_gmf = (gmf_number IS NOT NULL)),
  CONSTRAINT appt_02_past_limit CHECK (past_limit_days IN (90, 365))
);

-- A citizen's GMF (cascade 2.3).
CREATE INDEX establishment_by_gmf ON establishment (gmf_number) WHERE gmf_number IS NOT NULL;

CREATE TABLE place (
  establishment_id        text COLLATE "C" NOT NULL REFERENCES establishment,
  place_id                text COLLATE "C" NOT NULL,
  name                    text NOT NULL,
  abbreviation            text,
  ramq_number             text,
  locality_code           text,
  start_date              date,
  end_date                date,
  civic_number            text NOT NULL,
  street                  text NOT NULL,
  suite                   text,
  city                    text NOT NULL,
  province                text NOT NULL,
  postal_code             text NOT NULL,
  phone                   text NOT NULL,
  time_zone               text NOT NULL,
  display_mode            text NOT NULL,
  mask_gmf                boolean NOT NULL,
  mask_gen                boolean NOT NULL,
  cancellation_value      integer NOT NULL,
  cancellation_unit       text NOT NULL,
  no_show_message_enabled boolean NOT NULL,
  version                 integer NOT NULL,
  created_at              timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, place_id),
  CONSTRAINT place_time_zone CHECK (time_zone IN ('America/Toronto', 'America/Halifax', 'America/Blanc-Sablon')),
  CONSTRAINT place_display_mode CHECK (display_mode IN ('byRelationship', 'byClientele')),
  CONSTRAINT place_29_30_cancellation CHECK (
    (cancellation_unit = 'minutes' AND cancellation_value BETWEEN 0 AND 59)
    OR (cancellation_unit = 'hours' AND cancellation_value BETWEEN 0 AND 24))
);
CREATE UNIQUE INDEX place_id_unique ON place (place_id);

ALTER TABLE establishment ENABLE ROW LEVEL SECURITY;
ALTER TABLE establishment FORCE ROW LEVEL SECURITY;
ALTER TABLE place ENABLE ROW LEVEL SECURITY;
ALTER TABLE place FORCE ROW LEVEL SECURITY;

CREATE POLICY establishment_tenant ON establishment USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY establishment_operator ON establishment FOR SELECT USING (scope_audience() = 'operator');
CREATE POLICY establishment_citizen ON establishment FOR SELECT USING (scope_audience() = 'citizen');
CREATE POLICY place_tenant ON place USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY place_operator ON place FOR SELECT USING (scope_audience() = 'operator');
CREATE POLICY place_citizen ON place FOR SELECT USING (scope_audience() = 'citizen');

GRANT USAGE ON SCHEMA public TO arrimage_runtime;
GRANT SELECT, INSERT, UPDATE ON establishment, place TO arrimage_runtime;
