-- The fingerprint of a repository's facts is made of its tags, no longer of what they tell. The old ones would make every
-- fact look changed; without one, facts are compared by value once, and get theirs then.
UPDATE repo_facts SET fingerprint = NULL;
