-- PAT-16, CASC-02, MSG-01, MSG-02: the whole of a registration with RAMQ, as the sandbox invents it.
ALTER TABLE registry_registration
  ADD COLUMN delegated_practice_number text,
  ADD COLUMN place_number text,
  ADD COLUMN end_date date,
  ADD COLUMN gmf_end_date date,
  ADD COLUMN place_end_date date,
  ADD CONSTRAINT registration_gmf_end CHECK (gmf_end_date IS NULL OR gmf_number IS NOT NULL),
  ADD CONSTRAINT registration_place_end CHECK (place_end_date IS NULL OR place_number IS NOT NULL);
