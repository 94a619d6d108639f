-- The reference tables of facets and topics: well-known owners, and the configured topics.

-- A well-known owner of repositories. Unique by owner, without case.
CREATE TABLE owners (
    owner      VARCHAR NOT NULL,
    owner_kind VARCHAR,
    country    VARCHAR,
    source     VARCHAR NOT NULL,
    version    VARCHAR NOT NULL
);

-- A topic. An entity belongs to it if it matches at least one of its lists and all of its limits. Unique by topic.
CREATE TABLE topic_rules (
    topic          VARCHAR   NOT NULL,
    tags           VARCHAR[] NOT NULL,
    tasks          VARCHAR[] NOT NULL,
    words          VARCHAR[] NOT NULL,
    owners         VARCHAR[] NOT NULL,
    without_words  VARCHAR[] NOT NULL,
    min_parameters BIGINT,
    max_parameters BIGINT,
    kinds          VARCHAR[] NOT NULL,
    source         VARCHAR   NOT NULL
);
