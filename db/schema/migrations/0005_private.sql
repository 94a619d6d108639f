-- How many private repositories the Hub has shown to the token's owner. None of them is stored.
ALTER TABLE snapshots ADD COLUMN private INTEGER;
