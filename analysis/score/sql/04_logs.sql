-- What the days of many counts say: how far each lies off, on the shrunk logarithm and in units of its noise.
CREATE OR REPLACE TEMP TABLE told AS
SELECT m.entity_key, m.drift AS sway, list_transform(m.week, lambda level: struct_pack(
           off := m.direction * (level - m.middle) / m.noise, noise := m.noise)) AS days_seen
FROM measured AS m
WHERE m.direction <> 0;

-- How far a day lies off a level that is exp(lift) of the usual, squared.
CREATE OR REPLACE TEMP MACRO off_squared(day, lift) AS (day.off - lift / day.noise) ** 2;
