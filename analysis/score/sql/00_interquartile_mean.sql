-- The interquartile mean of some days: the mean of their middle half. A few likes a day have so few values that their
-- median jumps.
-- reads: -
-- writes: interquartile_mean
-- parameters: -
CREATE OR REPLACE TEMP MACRO interquartile_mean(days) AS
    list_avg(list_sort(days)[1 + (len(days) + 1) // 4:len(days) - (len(days) + 1) // 4]);
