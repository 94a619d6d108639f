-- List the numbers of the pages that hold the given places.
-- reads: a temporary table with a column place
-- writes: nothing
-- parameters: snapshot_id, if the condition on the table uses it
SELECT DISTINCT place // {places_a_page} AS page FROM {places} ORDER BY page
