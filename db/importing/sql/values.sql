-- How a value of an archive is read: macros over its text, made once per connection.

-- A text without the words by which tables say that a value is missing; pandas writes the second and the last.
CREATE OR REPLACE TEMP MACRO text_said(words) AS
CASE WHEN lower(trim(words)) NOT IN ('', 'nan', 'none', 'null', '<na>') THEN trim(words) END;

-- A whole number from 0 to {most_count}, with zeros after the point or in exponent form (1e3); else NULL.
CREATE OR REPLACE TEMP MACRO exact_count(said) AS
CASE WHEN regexp_full_match(said, '\d+(\.0*)?') THEN TRY_CAST(split_part(said, '.', 1) AS BIGINT)
     WHEN regexp_full_match(said, '\d+(\.\d*)?[eE][+-]?\d+') AND TRY_CAST(said AS DOUBLE) = trunc(TRY_CAST(said AS DOUBLE))
     THEN TRY_CAST(TRY_CAST(said AS DOUBLE) AS BIGINT) END;

CREATE OR REPLACE TEMP MACRO count_said(said) AS
CASE WHEN exact_count(said) BETWEEN 0 AND {most_count} THEN exact_count(said) END;

-- A finite number; else NULL.
CREATE OR REPLACE TEMP MACRO number_said(said) AS
CASE WHEN regexp_full_match(said, '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?') AND isfinite(TRY_CAST(said AS DOUBLE))
     THEN TRY_CAST(said AS DOUBLE) END;

-- Microseconds since 1970 of a number. Its size tells the unit: seconds, milliseconds, microseconds or nanoseconds. A
-- number below 100,000,000 would be a second before March 1973, so it is none.
CREATE OR REPLACE TEMP MACRO epoch_micros(number) AS
CASE WHEN number >= 100_000_000 AND number < 100_000_000_000 THEN TRY_CAST(number * 1_000_000 AS BIGINT)
     WHEN number < 100_000_000_000_000 AND number >= 100_000_000_000 THEN TRY_CAST(number * 1_000 AS BIGINT)
     WHEN number < 100_000_000_000_000_000 AND number >= 100_000_000_000_000 THEN TRY_CAST(number AS BIGINT)
     WHEN number < 100_000_000_000_000_000_000 AND number >= 100_000_000_000_000_000
     THEN TRY_CAST(number / 1_000 AS BIGINT) END;

-- Eight digits are a date (20260807), other numbers count from 1970.
CREATE OR REPLACE TEMP MACRO time_of_number(said) AS
CASE WHEN regexp_full_match(said, '\d{{8}}(\.0*)?') THEN TRY_CAST(try_strptime(left(said, 8), '%Y%m%d') AS TIMESTAMPTZ)
     WHEN regexp_full_match(said, '\d+(\.\d*)?([eE]\+?\d+)?')
     THEN make_timestamptz(epoch_micros(TRY_CAST(said AS DECIMAL(38, 6)))) END;

-- Times outside of these years are mistakes, and later ones cannot be told as dates.
CREATE OR REPLACE TEMP MACRO possible_time(moment) AS
CASE WHEN moment >= TIMESTAMPTZ '1900-01-01 00:00:00+00' AND moment < TIMESTAMPTZ '2200-01-01 00:00:00+00' THEN moment END;

-- A time in the form that the user gave, in ISO 8601, or as a number; else NULL.
CREATE OR REPLACE TEMP MACRO time_said(said) AS
coalesce(
    {own_form}
    possible_time(CASE WHEN regexp_matches(said, '^\d{{4}}[-/]') THEN TRY_CAST(said AS TIMESTAMPTZ) END),
    possible_time(time_of_number(said)));

-- Whether a JSON value is a list in which only texts and null stand.
CREATE OR REPLACE TEMP MACRO is_list_of_texts(value) AS
regexp_full_match(value::VARCHAR, '\[(,?("([^"\\]|\\.)*"|null))*\]');

-- The words of a text: a list in brackets, or words with commas between them.
CREATE OR REPLACE TEMP MACRO words_said(said) AS
CASE WHEN said LIKE '[%' THEN TRY_CAST(said AS VARCHAR[]) ELSE string_split_regex(said, ' *, *') END;

-- Words without empty ones; NULL stays NULL.
CREATE OR REPLACE TEMP MACRO words_there(words) AS list_filter(words, lambda word: word <> '');
