-- The interquartile mean of days: the mean of their middle half. A median of a few likes a day would jump between
-- integers.
-- reads: -
-- writes: interquartile_mean
-- parameters: -
CREATE OR REPLACE TEMP MACRO interquartile_mean(days) AS
    list_avg(list_sort(days)[1 + (len(days) + 1) // 4:len(days) - (len(days) + 1) // 4]);
