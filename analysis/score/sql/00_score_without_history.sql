-- The tables of the score without rows, for a metric without history.
-- reads: -
-- writes: screened, unmeasured, score
-- parameters: -
CREATE OR REPLACE TEMP TABLE screened (entity_key INTEGER, this_week DOUBLE, baseline DOUBLE, log_ratio DOUBLE);
CREATE OR REPLACE TEMP TABLE unmeasured (entity_key INTEGER);
CREATE OR REPLACE TEMP TABLE score (
    entity_key INTEGER, direction INTEGER, evidence DOUBLE, shift DOUBLE, lower_bound DOUBLE, impact DOUBLE,
    since TIMESTAMPTZ, deviation DOUBLE, daily_noise DOUBLE, drift DOUBLE, this_week DOUBLE, baseline DOUBLE
);
