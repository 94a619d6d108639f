-- A macro that reads staged rows, including the attributes that their tags state; a temporary table lists their places.
-- The inner SELECT reads each list from the tags once, because once() uses its argument several times.
-- reads: staged
-- writes: a temporary macro
-- parameters: none
CREATE OR REPLACE TEMP MACRO stated_rows_of_tags(places) AS TABLE
SELECT * REPLACE (once(languages) AS languages, once(base_models) AS base_models, once(datasets) AS datasets,
                  once(papers) AS papers)
FROM (
    SELECT * REPLACE (tag_license(tags) AS license, tag_languages(tags) AS languages, tag_base_models(tags) AS base_models,
                      tag_base_relation(tags) AS base_relation, list_concat(tag_datasets(tags), datasets) AS datasets,
                      tag_papers(tags) AS papers)
    FROM stated_rows(places)
);
