-- Where imported snapshots come from, and which dates they brought. Snapshots that were imported before this migration
-- have no rows here.

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

-- What an imported snapshot changed in the dates of an entity, which taking the import back reverses.
-- Unique by (snapshot_id, entity_key).
CREATE TABLE import_dates (
    snapshot_id     INTEGER NOT NULL,
    entity_key      INTEGER NOT NULL,
    created_at      TIMESTAMPTZ,
    last_modified   TIMESTAMPTZ,
    created_before  TIMESTAMPTZ,
    modified_before TIMESTAMPTZ
);
