-- Earlier versions stored the endpoint of a walk with its user and password, and quoted it in reasons and details.
UPDATE snapshots
SET settings = regexp_replace(settings::VARCHAR, '//[^/@\s"]+@', '//', 'g')::JSON,
    reason   = regexp_replace(regexp_replace(reason, '//[^/@\s]+@', '//', 'g'), '\bhf_[A-Za-z0-9]{16,}', 'hf_***', 'g')
WHERE settings::VARCHAR LIKE '%@%' OR reason LIKE '%@%' OR reason LIKE '%hf\_%' ESCAPE '\';

UPDATE runs
SET detail = regexp_replace(regexp_replace(detail, '//[^/@\s]+@', '//', 'g'), '\bhf_[A-Za-z0-9]{16,}', 'hf_***', 'g')
WHERE detail LIKE '%@%' OR detail LIKE '%hf\_%' ESCAPE '\';
