-- A kind divided by a facet, the most frequent value first.
-- reads: group_entities, facet_values, facet_shares_of
-- writes: -
-- parameters: kind
WITH listed_entities AS (
    SELECT facet_values('{facet}', $kind, e.task, e.library, e.sdk, e.license, e.languages, e.parameters, e.gated, e.author,
                        e.tasks, e.libraries, e.formats, e.regions) AS listed, e.*
    FROM group_entities AS e
)
FROM facet_shares_of('listed_entities', '{facet}') AS f
ORDER BY f.entities DESC, f.value NULLS LAST;
