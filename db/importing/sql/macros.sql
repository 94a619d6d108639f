-- Macros that parse a value of an archive from its text, one set per connection.

-- A text; NULL for the words that tables write for a missing value (pandas writes nan and <NA>).
CREATE OR REPLACE TEMP MACRO parse_text(raw) AS
CASE WHEN lower(trim(raw)) NOT IN ('', 'nan', 'none', 'null', '<na>') THEN trim(raw) END;

-- A whole number from 0 to {most_count}, with zeros after the point or in exponent form (1e3); else NULL.
CREATE OR REPLACE TEMP MACRO exact_count(value) AS
CASE WHEN regexp_full_match(value, '\d+(\.0*)?') THEN TRY_CAST(split_part(value, '.', 1) AS BIGINT)
     WHEN regexp_full_match(value, '\d+(\.\d*)?[eE][+-]?\d+') AND TRY_CAST(value AS DOUBLE) = trunc(TRY_CAST(value AS DOUBLE))
     THEN TRY_CAST(TRY_CAST(value AS DOUBLE) AS BIGINT) END;

CREATE OR REPLACE TEMP MACRO parse_count(value) AS
CASE WHEN exact_count(value) BETWEEN 0 AND {most_count} THEN exact_count(value) END;

-- A finite number; else NULL.
CREATE OR REPLACE TEMP MACRO parse_number(value) AS
CASE WHEN regexp_full_match(value, '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?') AND isfinite(TRY_CAST(value AS DOUBLE))
     THEN TRY_CAST(value AS DOUBLE) END;

-- Microseconds since 1970 of a number. The size determines the unit: seconds, milliseconds, microseconds or nanoseconds.
-- A number below 100,000,000 is not a time: as seconds it would be before March 1973.
CREATE OR REPLACE TEMP MACRO epoch_micros(number) AS
CASE WHEN number >= 100_000_000 AND number < 100_000_000_000 THEN TRY_CAST(number * 1_000_000 AS BIGINT)
     WHEN number < 100_000_000_000_000 AND number >= 100_000_000_000 THEN TRY_CAST(number * 1_000 AS BIGINT)
     WHEN number < 100_000_000_000_000_000 AND number >= 100_000_000_000_000 THEN TRY_CAST(number AS BIGINT)
     WHEN number < 100_000_000_000_000_000_000 AND number >= 100_000_000_000_000_000
     THEN TRY_CAST(number / 1_000 AS BIGINT) END;

-- Eight digits are a date (20260807); other numbers count from 1970.
CREATE OR REPLACE TEMP MACRO parse_time_number(value) AS
CASE WHEN regexp_full_match(value, '\d{{8}}(\.0*)?') THEN TRY_CAST(try_strptime(left(value, 8), '%Y%m%d') AS TIMESTAMPTZ)
     WHEN regexp_full_match(value, '\d+(\.\d*)?([eE]\+?\d+)?')
     THEN make_timestamptz(epoch_micros(TRY_CAST(value AS DECIMAL(38, 6)))) END;

-- Times outside of these years are errors; some of them cannot be formatted as dates.
CREATE OR REPLACE TEMP MACRO possible_time(moment) AS
CASE WHEN moment >= TIMESTAMPTZ '1900-01-01 00:00:00+00' AND moment < TIMESTAMPTZ '2200-01-01 00:00:00+00' THEN moment END;

-- A time in the user's format, in ISO 8601 or as a number; else NULL.
CREATE OR REPLACE TEMP MACRO parse_time(value) AS
coalesce(
    {custom_format}
    possible_time(CASE WHEN regexp_matches(value, '^\d{{4}}[-/]') THEN TRY_CAST(value AS TIMESTAMPTZ) END),
    possible_time(parse_time_number(value)));

-- Whether a JSON value is a list of only texts and null.
CREATE OR REPLACE TEMP MACRO is_list_of_texts(value) AS
regexp_full_match(value::VARCHAR, '\[(,?("([^"\\]|\\.)*"|null))*\]');

-- The words of a text: a list in brackets, or words separated by commas.
CREATE OR REPLACE TEMP MACRO parse_words(value) AS
CASE WHEN value LIKE '[%' THEN TRY_CAST(value AS VARCHAR[]) ELSE string_split_regex(value, ' *, *') END;

-- The non-empty words; NULL stays NULL.
CREATE OR REPLACE TEMP MACRO drop_empty(words) AS list_filter(words, lambda word: word <> '');
