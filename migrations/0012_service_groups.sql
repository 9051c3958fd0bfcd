-- Groups of a professional's services (regroupements de services): a name for services that go on slots together.

CREATE TABLE service_group (
  establishment_id text COLLATE "C" NOT NULL,
  service_group_id text COLLATE "C" NOT NULL,
  professional_id  text COLLATE "C" NOT NULL,
  name             text NOT NULL,
  version          integer NOT NULL,
  created_at       timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, service_group_id),
  FOREIGN KEY (establishment_id, professional_id) REFERENCES professional,
  -- GRP-03: another professional may use the same name.
  CONSTRAINT grp_02_unique_name UNIQUE (establishment_id, professional_id, name)
);

-- GRP-08: a service may be in several groups. SVC-21: it leaves them all when it is deleted, and a group may be left empty.
CREATE TABLE service_group_member (
  establishment_id text COLLATE "C" NOT NULL,
  service_group_id text COLLATE "C" NOT NULL,
  service_id       text COLLATE "C" NOT NULL,
  PRIMARY KEY (establishment_id, service_group_id, service_id),
  FOREIGN KEY (establishment_id, service_group_id) REFERENCES service_group ON DELETE CASCADE,
  FOREIGN KEY (establishment_id, service_id) REFERENCES service
);
CREATE INDEX service_group_member_of_service ON service_group_member (establishment_id, service_id);

ALTER TABLE service_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_group FORCE ROW LEVEL SECURITY;
ALTER TABLE service_group_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_group_member FORCE ROW LEVEL SECURITY;
CREATE POLICY service_group_tenant ON service_group USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY service_group_member_tenant ON service_group_member
  USING (establishment_id = ANY (scope_establishments()));

GRANT SELECT, INSERT, UPDATE, DELETE ON service_group TO arrimage_runtime;
GRANT SELECT, INSERT, DELETE ON service_group_member TO arrimage_runtime;
