-- The coverage of lists, and the impact and unfolded place of picks. Rankings of past weeks are stored, so that a
-- report does not compute them again.

ALTER TABLE lists ADD COLUMN present BIGINT;
ALTER TABLE lists ADD COLUMN compared BIGINT;
ALTER TABLE lists ADD COLUMN total_gain BIGINT;
ALTER TABLE lists ADD COLUMN listed_gain BIGINT;
ALTER TABLE lists ADD COLUMN gain_share DOUBLE;

ALTER TABLE picks ADD COLUMN impact DOUBLE;
ALTER TABLE picks ADD COLUMN flat_place INTEGER;
ALTER TABLE picks ADD COLUMN root VARCHAR;
UPDATE picks SET flat_place = place, root = id;

-- One list of one metric of one week, in one order. Unique by (ranking_key, list, ordered_by).
CREATE TABLE rankings (
    ranking_key VARCHAR     NOT NULL,
    kind        VARCHAR     NOT NULL,
    metric      VARCHAR     NOT NULL,
    now_at      TIMESTAMPTZ NOT NULL,
    list        VARCHAR     NOT NULL,
    ordered_by  VARCHAR     NOT NULL,
    entities    STRUCT(entity_key INTEGER, hub_id VARCHAR, gain BIGINT, flat_place INTEGER, place INTEGER)[] NOT NULL
);
