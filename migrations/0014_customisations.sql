-- What clinics write in their own words: a section of the automatic e-mails, and the message beside a citizen's results.
-- body is what the hub has let through (api/src/formatted-text.ts), body_text the same without formatting.

-- COMM-03, COMM-04: of the establishment, for all its places; one for each subject and language.
CREATE TABLE email_customisation (
  establishment_id text COLLATE "C" NOT NULL REFERENCES establishment,
  subject          text COLLATE "C" NOT NULL,
  language         text COLLATE "C" NOT NULL,
  body             text NOT NULL,
  body_text        text NOT NULL,
  version          integer NOT NULL,
  created_at       timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, subject, language),
  CONSTRAINT notif_01_subject CHECK (
    subject IN ('confirmation', 'reminder', 'cancellation', 'modification', 'contactDetailsChange', 'noShow')),
  CONSTRAINT comm_04_language CHECK (language IN ('fr', 'en'))
);

-- COMM-10: one for each type, scope (a place, or 'establishment' for all of them) and language.
CREATE TABLE message_customisation (
  establishment_id text COLLATE "C" NOT NULL REFERENCES establishment,
  type             text COLLATE "C" NOT NULL,
  scope            text COLLATE "C" NOT NULL,
  place_id         text COLLATE "C" GENERATED ALWAYS AS (nullif(scope, 'establishment')) STORED,
  language         text COLLATE "C" NOT NULL,
  option           text NOT NULL,
  -- COMM-11: present if and only if the option is 'custom'.
  body             text,
  body_text        text,
  version          integer NOT NULL,
  created_at       timestamptz NOT NULL,
  PRIMARY KEY (establishment_id, type, scope, language),
  FOREIGN KEY (establishment_id, place_id) REFERENCES place,
  CONSTRAINT comm_10_type CHECK (type IN ('ownProfessionalInGmf', 'ownProfessionalOutsideGmf', 'gmfProfessionals')),
  CONSTRAINT comm_10_language CHECK (language IN ('fr', 'en')),
  CONSTRAINT comm_11_option CHECK (
    option IN ('default', 'custom') AND (option = 'custom') = (body IS NOT NULL)
    AND (body IS NULL) = (body_text IS NULL))
);

ALTER TABLE email_customisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE email_customisation FORCE ROW LEVEL SECURITY;
ALTER TABLE message_customisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_customisation FORCE ROW LEVEL SECURITY;

CREATE POLICY email_customisation_tenant ON email_customisation
  USING (establishment_id = ANY (scope_establishments()));
CREATE POLICY message_customisation_tenant ON message_customisation
  USING (establishment_id = ANY (scope_establishments()));
-- COMM-13: citizens read it with the results of their search.
CREATE POLICY message_customisation_citizen ON message_customisation FOR SELECT
  USING (scope_audience() = 'citizen');

GRANT SELECT, INSERT, UPDATE, DELETE ON email_customisation, message_customisation TO arrimage_runtime;
