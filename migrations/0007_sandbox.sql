-- The sandbox's own world: a clock that can be moved, and a registry of invented insured persons.
-- Empty and unused outside sandbox mode.

CREATE TABLE sandbox_clock (
  singleton   boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  -- The hub's time was anchor_now when the machine's time was anchor_wall; it stands still unless running.
  anchor_now  timestamptz NOT NULL,
  anchor_wall timestamptz NOT NULL,
  running     boolean NOT NULL
);

CREATE TABLE registry_person (
  nam_index     text COLLATE "C" PRIMARY KEY,
  nam_encrypted bytea NOT NULL,
  first_name    text NOT NULL,
  last_name     text NOT NULL,
  sex           text NOT NULL,
  birth_date    date NOT NULL,
  eligible      boolean NOT NULL
);

-- "Inscription de la clientèle": the professional who follows a person (PAT-16).
CREATE TABLE registry_registration (
  nam_index       text COLLATE "C" PRIMARY KEY REFERENCES registry_person ON DELETE CASCADE,
  practice_number text NOT NULL,
  gmf_number      text
);

GRANT SELECT, INSERT, UPDATE ON sandbox_clock TO arrimage_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry_person, registry_registration TO arrimage_runtime;
