-- Linking a clinic and leaving it: the import window, the end of a machine's feed, and who read which agenda (SYNC-53 to
-- SYNC-58).

-- SYNC-53: until when what the clinic makes is taken over from elsewhere; NULL or past: no window is open.
ALTER TABLE machine_link ADD COLUMN import_until timestamptz;

-- SYNC-54: made by the clinic while the window was open, so that nobody is sent a confirmation.
ALTER TABLE appointment ADD COLUMN imported boolean NOT NULL DEFAULT false;

-- SYNC-55: a link that has ended, and the change that said so: the machine reads the log of the place as far as that, as
-- long as the log is kept.
CREATE TABLE ended_link (
  establishment_id text COLLATE "C" NOT NULL,
  place_id         text COLLATE "C" NOT NULL,
  machine_id       text COLLATE "C" NOT NULL REFERENCES machine,
  seq              bigint NOT NULL,
  PRIMARY KEY (establishment_id, place_id, seq),
  FOREIGN KEY (establishment_id, place_id) REFERENCES place
);
CREATE INDEX ended_link_by_machine ON ended_link (machine_id);

-- SYNC-57: who was shown which agenda on which day of its place; kept as long as the log.
CREATE TABLE agenda_reading (
  establishment_id text COLLATE "C" NOT NULL,
  place_id         text COLLATE "C" NOT NULL,
  local_date       date NOT NULL,
  actor_type       text COLLATE "C" NOT NULL,
  actor_id         text COLLATE "C" NOT NULL,
  professional_id  text COLLATE "C" NOT NULL,
  readings         integer NOT NULL,
  last_at          timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, place_id, local_date, actor_type, actor_id, professional_id),
  FOREIGN KEY (establishment_id, place_id) REFERENCES place,
  CONSTRAINT agenda_reading_actor CHECK (actor_type IN ('machine', 'employee'))
);
CREATE INDEX agenda_reading_age ON agenda_reading (establishment_id, last_at);

ALTER TABLE ended_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE ended_link FORCE ROW LEVEL SECURITY;
ALTER TABLE agenda_reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE agenda_reading FORCE ROW LEVEL SECURITY;
CREATE POLICY ended_link_tenant ON ended_link USING (establishment_id = ANY ((SELECT scope_establishments())::text[]));
-- As with its links: it finds out before its scope is known.
CREATE POLICY ended_link_own ON ended_link FOR SELECT
  USING ((SELECT scope_audience()) = 'machine' AND machine_id = (SELECT scope_subject()));
CREATE POLICY agenda_reading_tenant ON agenda_reading
  USING (establishment_id = ANY ((SELECT scope_establishments())::text[]));

GRANT SELECT, INSERT, DELETE ON ended_link TO arrimage_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON agenda_reading TO arrimage_runtime;
