-- Macros that read the attributes of changed entities from the spool. Repositories also get the attributes that their
-- tags state. In a spooled row a list is one text with U+001F between its words: `lists` names these columns, `scalars`
-- the others.
-- reads: the spool, changed
-- writes: temporary macros
-- parameters: none
CREATE OR REPLACE TEMP MACRO spooled_attributes(files, scalars, lists) AS TABLE
SELECT c.entity_key, c.fingerprint, c.is_unfingerprinted, COLUMNS(scalars), string_split(COLUMNS(lists), chr(31))
FROM changed AS c
JOIN read_parquet(files) AS w ON w.place = c.place;

-- The inner SELECT reads each list from the tags once, because once() uses its argument several times. Datasets of the
-- Hub's own field follow those from the tags.
CREATE OR REPLACE TEMP MACRO spooled_attributes_of_tags(files, scalars, lists) AS TABLE
SELECT * REPLACE (once(languages) AS languages, once(base_models) AS base_models, once(datasets) AS datasets,
                  once(papers) AS papers)
FROM (
    SELECT * REPLACE (list_concat(tag_datasets(tags), datasets) AS datasets), tag_license(tags) AS license,
           tag_languages(tags) AS languages, tag_base_models(tags) AS base_models,
           tag_base_relation(tags) AS base_relation, tag_papers(tags) AS papers
    FROM spooled_attributes(files, scalars, lists)
);
