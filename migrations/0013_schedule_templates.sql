-- Schedule templates (modèles d'horaire): a week of slots by weekday and local time, for professionals of one place.
-- A template names services by type, reason and duration, and its slots are only ever read whole.

CREATE TABLE schedule_template (
  establishment_id text COLLATE "C" NOT NULL,
  template_id      text COLLATE "C" NOT NULL,
  place_id         text COLLATE "C" NOT NULL,
  name             text NOT NULL,
  professions      text[] NOT NULL,
  professional_ids text[] NOT NULL,
  slots            jsonb NOT NULL,
  version          integer NOT NULL,
  created_at       timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, template_id),
  FOREIGN KEY (establishment_id, place_id) REFERENCES place,
  -- Another place may use the same name.
  CONSTRAINT tpl_35_name_per_place UNIQUE (establishment_id, place_id, name),
  CONSTRAINT tpl_36_professions CHECK (
    cardinality(professions) >= 1 AND professions <@ ARRAY['physician', 'nurse', 'resident']),
  CONSTRAINT tpl_39_not_empty CHECK (
    name <> '' AND cardinality(professional_ids) >= 1 AND jsonb_array_length(slots) >= 1)
);

ALTER TABLE schedule_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule_template FORCE ROW LEVEL SECURITY;
CREATE POLICY schedule_template_tenant ON schedule_template USING (establishment_id = ANY (scope_establishments()));

GRANT SELECT, INSERT, UPDATE, DELETE ON schedule_template TO arrimage_runtime;
