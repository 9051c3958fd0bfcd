-- Who is signed in with the sandbox's own identity issuer (AUTH-04, AUTH-05). Empty and unused outside sandbox mode.

CREATE TABLE sandbox_session (
  -- SHA-256 of the session's secret.
  session_hash     bytea PRIMARY KEY,
  ramq_identifier  text COLLATE "C" NOT NULL REFERENCES registry_staff ON DELETE CASCADE,
  -- What the person did last, and when by the machine's time.
  activity         text NOT NULL,
  last_activity_at timestamptz NOT NULL,
  CONSTRAINT auth_04_activity CHECK (activity IN ('configuration', 'slotEditing', 'appointments'))
);
CREATE INDEX sandbox_session_of_person ON sandbox_session (ramq_identifier);

GRANT SELECT, INSERT, UPDATE, DELETE ON sandbox_session TO arrimage_runtime;
