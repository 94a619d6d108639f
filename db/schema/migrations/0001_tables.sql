-- The tables of the store. NULL means "the Hub did not say", never zero.
-- The file dictionary.toml explains each column, its unit and its NULL; it also fills data_dictionary and the comments.
-- There are no keys and indexes: DuckDB prunes by the order of rows, and an index of 5 M names costs memory on every
-- commit. The comments below state what is unique; tests check it.

-- One crawl of one kind. Unique by snapshot_id, and by walk_id.
CREATE TABLE snapshots (
    snapshot_id   INTEGER     NOT NULL,
    kind          VARCHAR     NOT NULL,
    scope         VARCHAR     NOT NULL,
    observed_at   TIMESTAMPTZ NOT NULL,
    finished_at   TIMESTAMPTZ NOT NULL,
    complete      BOOLEAN     NOT NULL,
    stale         BOOLEAN,
    requests      INTEGER     NOT NULL,
    records       INTEGER     NOT NULL,
    duplicates    INTEGER     NOT NULL,
    rejected      INTEGER     NOT NULL,
    settings      JSON        NOT NULL,
    tool_version  VARCHAR     NOT NULL,
    reason        VARCHAR,
    origin        VARCHAR     NOT NULL,
    run_id        VARCHAR     NOT NULL,
    walk_id       VARCHAR     NOT NULL
);

-- One entity on the Hub, identified by its _id. Unique by entity_key, and by (kind, hub_id).
CREATE TABLE entities (
    entity_key    INTEGER     NOT NULL,
    kind          VARCHAR     NOT NULL,
    hub_id        VARCHAR     NOT NULL,
    id            VARCHAR     NOT NULL,
    created_at    TIMESTAMPTZ,
    last_modified TIMESTAMPTZ,
    first_seen    TIMESTAMPTZ NOT NULL,
    last_seen     TIMESTAMPTZ NOT NULL,
    last_snapshot INTEGER     NOT NULL,
    status        VARCHAR     NOT NULL
);

-- The attributes of a model, dataset or space with their validity: one row per change, without gaps between valid_from
-- and valid_to. The current row has no valid_to.
CREATE TABLE repo_facts (
    entity_key     INTEGER     NOT NULL,
    valid_from     TIMESTAMPTZ NOT NULL,
    valid_to       TIMESTAMPTZ,
    id             VARCHAR     NOT NULL,
    author         VARCHAR,
    gated          VARCHAR,
    disabled       BOOLEAN,
    task           VARCHAR,
    library        VARCHAR,
    sdk            VARCHAR,
    parameters     BIGINT,
    architecture   VARCHAR,
    context_length BIGINT,
    license        VARCHAR,
    languages      VARCHAR[],
    base_models    VARCHAR[],
    base_relation  VARCHAR,
    datasets       VARCHAR[],
    papers         VARCHAR[],
    models         VARCHAR[],
    tags           VARCHAR[]
);

-- The attributes of papers with their validity.
CREATE TABLE paper_facts (
    entity_key   INTEGER     NOT NULL,
    valid_from   TIMESTAMPTZ NOT NULL,
    valid_to     TIMESTAMPTZ,
    id           VARCHAR     NOT NULL,
    title        VARCHAR,
    authors      VARCHAR[],
    organization VARCHAR,
    submitted_at TIMESTAMPTZ,
    submitted_by VARCHAR,
    github_repo  VARCHAR,
    project_page VARCHAR,
    keywords     VARCHAR[]
);

-- The attributes of blog articles with their validity.
CREATE TABLE post_facts (
    entity_key   INTEGER     NOT NULL,
    valid_from   TIMESTAMPTZ NOT NULL,
    valid_to     TIMESTAMPTZ,
    id           VARCHAR     NOT NULL,
    title        VARCHAR,
    authors      VARCHAR[],
    organization VARCHAR,
    official     BOOLEAN,
    tags         VARCHAR[]
);

-- The numbers of one entity in one snapshot; a row means "seen then". Rows are in the order (snapshot, entity), so that
-- a comparison of two snapshots reads only their own row groups.
CREATE TABLE observations (
    snapshot_id        INTEGER NOT NULL,
    entity_key         INTEGER NOT NULL,
    downloads          BIGINT,
    downloads_all_time BIGINT,
    likes              BIGINT,
    trending_score     DOUBLE,
    upvotes            BIGINT,
    upvotes_7d         BIGINT,
    comments           BIGINT,
    github_stars       BIGINT,
    rank               INTEGER
);

-- An event of an entity, with its details. A Hub-wide event has no entity.
CREATE TABLE events (
    event       VARCHAR     NOT NULL,
    kind        VARCHAR     NOT NULL,
    entity_key  INTEGER,
    id          VARCHAR,
    snapshot_id INTEGER     NOT NULL,
    observed_at TIMESTAMPTZ NOT NULL,
    before      VARCHAR,
    after       VARCHAR,
    evidence    VARCHAR
);

-- An item of the Hub that failed its checks.
CREATE TABLE rejects (
    snapshot_id INTEGER NOT NULL,
    kind        VARCHAR NOT NULL,
    leg         VARCHAR NOT NULL,
    page        INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    reason      VARCHAR NOT NULL,
    raw         VARCHAR NOT NULL
);

-- How many records of a snapshot had a field, and its type on the Hub.
CREATE TABLE coverage (
    snapshot_id INTEGER NOT NULL,
    kind        VARCHAR NOT NULL,
    field       VARCHAR NOT NULL,
    source      VARCHAR NOT NULL,
    carried     INTEGER,
    records     INTEGER,
    type        VARCHAR,
    drift       VARCHAR
);

-- The runs of the program: a copy of the journal as of the last commit.
CREATE TABLE runs (
    run_id      VARCHAR     NOT NULL,
    job         VARCHAR     NOT NULL,
    period      VARCHAR,
    started_at  TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    outcome     VARCHAR     NOT NULL,
    detail      VARCHAR
);

-- The meaning of every public name and column.
CREATE TABLE data_dictionary (
    name        VARCHAR NOT NULL,
    name_is     VARCHAR NOT NULL,
    column_name VARCHAR,
    type        VARCHAR,
    unit        VARCHAR,
    meaning     VARCHAR NOT NULL,
    null_means  VARCHAR
);

-- The migrations that were applied to this file.
CREATE TABLE schema_migrations (
    version      INTEGER     NOT NULL,
    name         VARCHAR     NOT NULL,
    applied_at   TIMESTAMPTZ NOT NULL,
    tool_version VARCHAR     NOT NULL
);
