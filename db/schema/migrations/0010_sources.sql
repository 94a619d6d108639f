-- The source files of imported snapshots, and the dates that they changed. Snapshots that were imported before this
-- migration have no rows here.

-- A file that a snapshot was imported from. Unique by (snapshot_id, file, sha256).
CREATE TABLE sources (
    snapshot_id INTEGER     NOT NULL,
    file        VARCHAR     NOT NULL,
    sha256      VARCHAR     NOT NULL,
    bytes       BIGINT      NOT NULL,
    revision    VARCHAR,
    licence     VARCHAR,
    imported_at TIMESTAMPTZ NOT NULL,
    run_id      VARCHAR     NOT NULL
);

-- The dates of an entity that an imported snapshot changed, so that --undo can restore them.
-- Unique by (snapshot_id, entity_key).
CREATE TABLE import_dates (
    snapshot_id     INTEGER NOT NULL,
    entity_key      INTEGER NOT NULL,
    created_at      TIMESTAMPTZ,
    last_modified   TIMESTAMPTZ,
    created_before  TIMESTAMPTZ,
    modified_before TIMESTAMPTZ
);
