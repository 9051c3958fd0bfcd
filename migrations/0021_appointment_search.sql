-- What the clinic finds appointments by (SEARCH-20). A criterion is compared with a key that the hub writes beside the
-- value (domain/appointment-search.ts): a function of a column can serve no index under row-level security, because only
-- comparisons that are known to leak nothing go before the policy.

ALTER TABLE appointment
  ADD COLUMN first_name_key   text COLLATE "C",
  ADD COLUMN last_name_key    text COLLATE "C",
  ADD COLUMN email_key        text COLLATE "C",
  ADD COLUMN home_phone_key   text COLLATE "C",
  ADD COLUMN mobile_phone_key text COLLATE "C";

-- What was written before, by the same rules as far as Latin letters go. Its owner is bound by the policies too.
ALTER TABLE appointment NO FORCE ROW LEVEL SECURITY;
UPDATE appointment SET
  first_name_key = regexp_replace(translate(replace(replace(replace(lower(translate(normalize(first_name, NFKD),
    'ŒÆ', 'œæ')), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), 'øłđðı', 'olddi'), '[^[:alnum:]]', '', 'g'),
  last_name_key = regexp_replace(translate(replace(replace(replace(lower(translate(normalize(last_name, NFKD),
    'ŒÆ', 'œæ')), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), 'øłđðı', 'olddi'), '[^[:alnum:]]', '', 'g'),
  email_key = lower(email),
  home_phone_key = right(regexp_replace(regexp_replace(home_phone, '[xXeEpP]\D*\d+$', ''), '\D', '', 'g'), 10),
  mobile_phone_key = right(regexp_replace(regexp_replace(mobile_phone, '[xXeEpP]\D*\d+$', ''), '\D', '', 'g'), 10);
ALTER TABLE appointment FORCE ROW LEVEL SECURITY;

ALTER TABLE appointment
  ALTER COLUMN first_name_key SET NOT NULL,
  ALTER COLUMN last_name_key SET NOT NULL;

-- SEARCH-27: cancelled ones are not looked for.
CREATE INDEX appointment_by_name ON appointment (establishment_id, last_name_key, first_name_key)
  WHERE status = 'active';
CREATE INDEX appointment_by_first_name ON appointment (establishment_id, first_name_key) WHERE status = 'active';
CREATE INDEX appointment_by_birth_date ON appointment (establishment_id, birth_date) WHERE status = 'active';
CREATE INDEX appointment_by_email ON appointment (establishment_id, email_key)
  WHERE status = 'active' AND email_key IS NOT NULL;
CREATE INDEX appointment_by_home_phone ON appointment (establishment_id, home_phone_key)
  WHERE status = 'active' AND home_phone_key IS NOT NULL;
CREATE INDEX appointment_by_mobile_phone ON appointment (establishment_id, mobile_phone_key)
  WHERE status = 'active' AND mobile_phone_key IS NOT NULL;
-- SEARCH-22: dates alone.
CREATE INDEX appointment_by_start ON appointment (establishment_id, start_at, appointment_id) WHERE status = 'active';
