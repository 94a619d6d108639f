-- The numbers of the pages that hold these places.
SELECT DISTINCT place // {places_a_page} AS page FROM {places} ORDER BY page
