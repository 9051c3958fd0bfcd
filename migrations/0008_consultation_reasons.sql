-- REASON-11: consultation reasons that the operator has made inactive, and when. The catalogue itself is in the code
-- (REASON-01); a reason without a row is active, as all seven are at first. No establishment owns it.

CREATE TABLE consultation_reason_state (
  code       text COLLATE "C" PRIMARY KEY,
  active     boolean NOT NULL,
  version    integer NOT NULL,
  changed_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON consultation_reason_state TO arrimage_runtime;
