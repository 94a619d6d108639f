-- The fingerprint of a repository now covers its tags instead of the attributes read from them. Old fingerprints would
-- make every repository look changed, so they are deleted. Without one, attributes are compared by value once and then
-- get a fingerprint.
UPDATE repo_facts SET fingerprint = NULL;
