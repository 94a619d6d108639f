-- A fingerprint of each row's attributes, by which the next walk detects changes. Older rows have none: their
-- attributes are compared by value once and then get a fingerprint.
ALTER TABLE repo_facts ADD COLUMN fingerprint UBIGINT;
ALTER TABLE paper_facts ADD COLUMN fingerprint UBIGINT;
ALTER TABLE post_facts ADD COLUMN fingerprint UBIGINT;
