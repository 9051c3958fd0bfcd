-- Vendors, their machines (agenda software; the machine identifier is the OAuth client_id), the places they are
-- linked with, and what proves a token: signing keys of the hub, assertions already used.

CREATE TABLE vendor (
  vendor_id  text COLLATE "C" PRIMARY KEY,
  name       text NOT NULL,
  version    integer NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE machine (
  machine_id text COLLATE "C" PRIMARY KEY,
  vendor_id  text COLLATE "C" NOT NULL REFERENCES vendor,
  name       text NOT NULL,
  -- Public keys only (RFC 7517), rotated beneath a lasting machine identifier.
  jwks       jsonb NOT NULL,
  scopes     text[] NOT NULL,
  status     text NOT NULL,
  version    integer NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT machine_status CHECK (status IN ('active', 'suspended'))
);
CREATE INDEX machine_by_vendor ON machine (vendor_id);

CREATE TABLE machine_link (
  establishment_id    text COLLATE "C" NOT NULL,
  place_id            text COLLATE "C" NOT NULL,
  machine_id          text COLLATE "C" NOT NULL REFERENCES machine,
  services_managed_by text NOT NULL,
  version             integer NOT NULL,
  linked_at           timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, place_id),
  FOREIGN KEY (establishment_id, place_id) REFERENCES place,
  CONSTRAINT machine_link_services CHECK (services_managed_by IN ('machine', 'staff'))
);
CREATE INDEX machine_link_by_machine ON machine_link (machine_id);

-- One row per assertion accepted, until it could no longer be accepted anyway.
CREATE TABLE assertion_jti (
  machine_id text COLLATE "C" NOT NULL,
  jti        text COLLATE "C" NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (machine_id, jti)
);
CREATE INDEX assertion_jti_expiry ON assertion_jti (expires_at);

-- The hub's own signing keys; the private half is encrypted with the data key.
CREATE TABLE signing_key (
  kid         text COLLATE "C" PRIMARY KEY,
  purpose     text NOT NULL,
  public_jwk  jsonb NOT NULL,
  private_jwk bytea NOT NULL,
  created_at  timestamptz NOT NULL,
  CONSTRAINT signing_key_purpose CHECK (purpose IN ('access', 'sandbox-issuer'))
);
-- Two processes that start at once agree on one key for each purpose.
CREATE UNIQUE INDEX signing_key_one ON signing_key (purpose);

ALTER TABLE machine_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE machine_link FORCE ROW LEVEL SECURITY;
CREATE POLICY machine_link_tenant ON machine_link USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY machine_link_operator ON machine_link FOR SELECT USING (scope_audience() = 'operator');
-- A machine finds out where it is linked before its scope is known.
CREATE POLICY machine_link_own ON machine_link FOR SELECT
  USING (scope_audience() = 'machine' AND machine_id = scope_subject());

GRANT SELECT, INSERT, UPDATE ON vendor, machine TO arrimage_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON machine_link, assertion_jti TO arrimage_runtime;
GRANT SELECT, INSERT ON signing_key TO arrimage_runtime;
