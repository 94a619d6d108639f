-- The Hub ids of base models, which survive renames. Fingerprints cover all attributes of a page, so the old ones would make
-- every model look changed; without one, attributes are compared by value once, and get theirs then.
ALTER TABLE repo_attributes ADD COLUMN base_ids VARCHAR[];
UPDATE repo_attributes SET fingerprint = NULL;
