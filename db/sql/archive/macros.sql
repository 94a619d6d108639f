-- What the Hub packs into a repository's tags, read as crawler.tags reads it; a list that says nothing is NULL.
CREATE OR REPLACE TEMP MACRO unless_empty(words) AS CASE WHEN len(words) > 0 THEN words END;

CREATE OR REPLACE TEMP MACRO once(words) AS list_filter(words, lambda word, place: list_position(words, word) = place);

CREATE OR REPLACE TEMP MACRO tagged(tags, space) AS
    list_transform(list_filter(tags, lambda tag: starts_with(tag, space) AND length(tag) > length(space)),
                   lambda tag: tag[length(space) + 1:]);

CREATE OR REPLACE TEMP MACRO has_relation(base) AS regexp_matches(base, '(?s)^(adapter|finetune|merge|quantized):.');

CREATE OR REPLACE TEMP MACRO tag_license(tags) AS tagged(tags, 'license:')[1];

CREATE OR REPLACE TEMP MACRO tag_languages(tags) AS
    unless_empty(once(list_transform(
        list_filter(tags, lambda tag: (starts_with(tag, 'language:') AND length(tag) > 9) OR tag IN ({languages})),
        lambda tag: CASE WHEN starts_with(tag, 'language:') THEN tag[10:] ELSE tag END)));

CREATE OR REPLACE TEMP MACRO tag_base_models(tags) AS
    unless_empty(once(list_transform(tagged(tags, 'base_model:'),
                             lambda base: CASE WHEN has_relation(base) THEN base[position(':' IN base) + 1:]
                                               ELSE base END)));

CREATE OR REPLACE TEMP MACRO tag_base_relation(tags) AS
    split_part(list_filter(tagged(tags, 'base_model:'), lambda base: has_relation(base))[1], ':', 1);

CREATE OR REPLACE TEMP MACRO tag_datasets(tags) AS unless_empty(once(tagged(tags, 'dataset:')));

CREATE OR REPLACE TEMP MACRO tag_papers(tags) AS unless_empty(once(tagged(tags, 'arxiv:')));
