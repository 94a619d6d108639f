-- The number of private repositories that the Hub showed to the token's owner. None of them is stored.
ALTER TABLE snapshots ADD COLUMN private INTEGER;
