-- A macro that reads staged rows; a temporary table lists their places.
-- reads: staged
-- writes: a temporary macro
-- parameters: none
CREATE OR REPLACE TEMP MACRO stated_rows(places) AS TABLE
FROM staged WHERE place IN (SELECT p.place FROM query_table(places) AS p);
