-- Where a place is, to the metre when the operator says so; a place without them is where its postal code is
-- (api/src/postal-codes.ts). Both or none, and in Québec.
ALTER TABLE place
  ADD COLUMN latitude  double precision,
  ADD COLUMN longitude double precision,
  ADD CONSTRAINT place_coordinates CHECK (
    (latitude IS NULL) = (longitude IS NULL)
    AND latitude BETWEEN 44.9 AND 62.7 AND longitude BETWEEN -79.8 AND -57);
