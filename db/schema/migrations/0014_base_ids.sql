-- The Hub ids of base models, which survive renames. Fingerprints cover all attributes of a page, so the old ones would
-- make every model look changed and are deleted. Without one, attributes are compared by value once and then get a
-- fingerprint.
ALTER TABLE repo_attributes ADD COLUMN base_ids VARCHAR[];
UPDATE repo_attributes SET fingerprint = NULL;
