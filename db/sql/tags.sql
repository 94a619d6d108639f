-- What the tags of a repository say, given as a list: each list of facts in the order of the tags and without repeats, NULL
-- where they say nothing of the kind.
CREATE OR REPLACE TEMP MACRO unless_empty(words) AS CASE WHEN len(words) > 0 THEN words END;

CREATE OR REPLACE TEMP MACRO once(words) AS
    CASE WHEN len(words) < 2 THEN words
         ELSE list_filter(words, lambda word, place: list_position(words, word) = place) END;

CREATE OR REPLACE TEMP MACRO tagged(tags, space) AS
    list_transform(list_filter(tags, lambda tag: starts_with(tag, space) AND length(tag) > length(space)),
                   lambda tag: tag[length(space) + 1:]);

CREATE OR REPLACE TEMP MACRO has_relation(base) AS regexp_matches(base, '(?s)^(adapter|finetune|merge|quantized):.');

CREATE OR REPLACE TEMP MACRO tag_license(tags) AS tagged(tags, 'license:')[1];

-- Few tags have two letters: only they are looked for among the codes.
CREATE OR REPLACE TEMP MACRO tag_languages(tags) AS
    unless_empty(once(list_transform(
        list_filter(list_filter(tags, lambda tag: length(tag) = 2 OR starts_with(tag, 'language:')),
                    lambda tag: length(tag) > 9 OR list_contains([{languages}], tag)),
        lambda tag: CASE WHEN length(tag) > 9 THEN tag[10:] ELSE tag END)));

CREATE OR REPLACE TEMP MACRO tag_base_models(tags) AS
    unless_empty(once(list_transform(tagged(tags, 'base_model:'),
                             lambda base: CASE WHEN has_relation(base) THEN base[position(':' IN base) + 1:]
                                               ELSE base END)));

CREATE OR REPLACE TEMP MACRO tag_base_relation(tags) AS
    split_part(list_filter(tagged(tags, 'base_model:'), lambda base: has_relation(base))[1], ':', 1);

CREATE OR REPLACE TEMP MACRO tag_datasets(tags) AS unless_empty(once(tagged(tags, 'dataset:')));

CREATE OR REPLACE TEMP MACRO tag_papers(tags) AS unless_empty(once(tagged(tags, 'arxiv:')));
