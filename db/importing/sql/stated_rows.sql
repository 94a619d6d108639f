-- A macro that reads the staged rows at the places of a temporary table.
-- reads: staged
-- writes: a temporary macro
-- parameters: none
CREATE OR REPLACE TEMP MACRO stated_rows(places) AS TABLE
FROM staged WHERE place IN (SELECT p.place FROM query_table(places) AS p);
