-- Macros that read attributes from a list of tags. List macros return values in tag order, and once(words) then removes
-- repeats and turns an empty list into NULL.
-- reads: nothing
-- writes: temporary macros
-- parameters: none

-- In a long list, repeats are found by sorting and comparing neighbours. Searching the list for each word takes quadratic
-- memory, which one repository with 10,000 tags would exhaust.
CREATE OR REPLACE TEMP MACRO placed(words) AS list_sort(list_transform(words, lambda word, place: (word, place)));

CREATE OR REPLACE TEMP MACRO firsts(placed) AS
    list_filter(list_zip(placed, [NULL] || placed[:-2]), lambda pair: pair[1][1] IS DISTINCT FROM pair[2][1]);

CREATE OR REPLACE TEMP MACRO once(words) AS
    CASE WHEN words IS NULL OR len(words) = 0 THEN NULL
         WHEN len(words) = 1 THEN words
         WHEN len(words) <= 16 THEN list_filter(words, lambda word, place: list_position(words, word) = place)
         WHEN list_unique(words) = len(words) THEN words
         ELSE list_transform(list_sort(list_transform(firsts(placed(words)), lambda pair: (pair[1][2], pair[1][1]))),
                             lambda first: first[2]) END;

CREATE OR REPLACE TEMP MACRO tagged(tags, space) AS
    list_transform(list_filter(tags, lambda tag: starts_with(tag, space) AND length(tag) > length(space)),
                   lambda tag: tag[length(space) + 1:]);

CREATE OR REPLACE TEMP MACRO has_relation(base) AS regexp_matches(base, '(?s)^(adapter|finetune|merge|quantized):.');

CREATE OR REPLACE TEMP MACRO tag_license(tags) AS tagged(tags, 'license:')[1];

-- Only two-letter tags are compared with the language codes; few tags have two letters.
CREATE OR REPLACE TEMP MACRO tag_languages(tags) AS
    list_transform(
        list_filter(list_filter(tags, lambda tag: length(tag) = 2 OR starts_with(tag, 'language:')),
                    lambda tag: length(tag) > 9 OR list_contains([{languages}], tag)),
        lambda tag: CASE WHEN length(tag) > 9 THEN tag[10:] ELSE tag END);

CREATE OR REPLACE TEMP MACRO tag_base_models(tags) AS
    list_transform(tagged(tags, 'base_model:'),
                   lambda base: CASE WHEN has_relation(base) THEN base[position(':' IN base) + 1:] ELSE base END);

CREATE OR REPLACE TEMP MACRO tag_base_relation(tags) AS
    split_part(list_filter(tagged(tags, 'base_model:'), lambda base: has_relation(base))[1], ':', 1);

CREATE OR REPLACE TEMP MACRO tag_datasets(tags) AS tagged(tags, 'dataset:');

CREATE OR REPLACE TEMP MACRO tag_papers(tags) AS tagged(tags, 'arxiv:');
