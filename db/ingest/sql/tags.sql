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

-- The codes of ISO 639-1. The Hub reads a bare tag of a model that is one of these as a language.
CREATE OR REPLACE TEMP MACRO language_codes() AS [
    'aa', 'ab', 'ae', 'af', 'ak', 'am', 'an', 'ar', 'as', 'av', 'ay', 'az', 'ba', 'be', 'bg', 'bh', 'bi', 'bm', 'bn',
    'bo', 'br', 'bs', 'ca', 'ce', 'ch', 'co', 'cr', 'cs', 'cu', 'cv', 'cy', 'da', 'de', 'dv', 'dz', 'ee', 'el', 'en',
    'eo', 'es', 'et', 'eu', 'fa', 'ff', 'fi', 'fj', 'fo', 'fr', 'fy', 'ga', 'gd', 'gl', 'gn', 'gu', 'gv', 'ha', 'he',
    'hi', 'ho', 'hr', 'ht', 'hu', 'hy', 'hz', 'ia', 'id', 'ie', 'ig', 'ii', 'ik', 'io', 'is', 'it', 'iu', 'ja', 'jv',
    'ka', 'kg', 'ki', 'kj', 'kk', 'kl', 'km', 'kn', 'ko', 'kr', 'ks', 'ku', 'kv', 'kw', 'ky', 'la', 'lb', 'lg', 'li',
    'ln', 'lo', 'lt', 'lu', 'lv', 'mg', 'mh', 'mi', 'mk', 'ml', 'mn', 'mr', 'ms', 'mt', 'my', 'na', 'nb', 'nd', 'ne',
    'ng', 'nl', 'nn', 'no', 'nr', 'nv', 'ny', 'oc', 'oj', 'om', 'or', 'os', 'pa', 'pi', 'pl', 'ps', 'pt', 'qu', 'rm',
    'rn', 'ro', 'ru', 'rw', 'sa', 'sc', 'sd', 'se', 'sg', 'si', 'sk', 'sl', 'sm', 'sn', 'so', 'sq', 'sr', 'ss', 'st',
    'su', 'sv', 'sw', 'ta', 'te', 'tg', 'th', 'ti', 'tk', 'tl', 'tn', 'to', 'tr', 'ts', 'tt', 'tw', 'ty', 'ug', 'uk',
    'ur', 'uz', 've', 'vi', 'vo', 'wa', 'wo', 'xh', 'yi', 'yo', 'za', 'zh', 'zu'
];

-- Only two-letter tags are compared with the language codes; few tags have two letters.
CREATE OR REPLACE TEMP MACRO tag_languages(tags) AS
    list_transform(
        list_filter(list_filter(tags, lambda tag: length(tag) = 2 OR starts_with(tag, 'language:')),
                    lambda tag: length(tag) > 9 OR list_contains(language_codes(), tag)),
        lambda tag: CASE WHEN length(tag) > 9 THEN tag[10:] ELSE tag END);

CREATE OR REPLACE TEMP MACRO tag_base_models(tags) AS
    list_transform(tagged(tags, 'base_model:'),
                   lambda base: CASE WHEN has_relation(base) THEN base[position(':' IN base) + 1:] ELSE base END);

CREATE OR REPLACE TEMP MACRO tag_base_relation(tags) AS
    split_part(list_filter(tagged(tags, 'base_model:'), lambda base: has_relation(base))[1], ':', 1);

CREATE OR REPLACE TEMP MACRO tag_datasets(tags) AS tagged(tags, 'dataset:');

CREATE OR REPLACE TEMP MACRO tag_papers(tags) AS tagged(tags, 'arxiv:');
