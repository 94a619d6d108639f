-- Public names become standard terms: attributes describe an entity, observations hold its numbers. Blog posts become
-- articles, because the Hub's Posts are another product.

DROP VIEW IF EXISTS posts;
DROP VIEW IF EXISTS post_history;

ALTER TABLE repo_facts RENAME TO repo_attributes;
ALTER TABLE paper_facts RENAME TO paper_attributes;
ALTER TABLE post_facts RENAME TO article_attributes;
ALTER TABLE rejects RENAME leg TO listing;
ALTER TABLE picks RENAME factor TO lift;
ALTER TABLE picks RENAME at_least TO lower_bound;
ALTER TABLE picks RENAME form TO granularity;
ALTER TABLE picks RENAME usual_week TO baseline_week;
ALTER TABLE picks RENAME noise_of_a_day TO daily_noise;
ALTER TABLE lists ALTER left_out TYPE STRUCT(reason VARCHAR, entities BIGINT)[]
    USING list_transform(left_out, lambda l: struct_pack(reason := l.reason, entities := l.things));

UPDATE snapshots SET kind = 'article', walk_id = replace(walk_id, '/post/', '/article/') WHERE kind = 'post';
UPDATE entities  SET kind = 'article' WHERE kind = 'post';
UPDATE events    SET kind = 'article' WHERE kind = 'post';
UPDATE rejects   SET kind = 'article' WHERE kind = 'post';
UPDATE coverage  SET kind = 'article' WHERE kind = 'post';
UPDATE lists     SET kind = 'article' WHERE kind = 'post';
UPDATE picks     SET kind = 'article' WHERE kind = 'post';
UPDATE lists     SET list = 'fallers' WHERE list = 'coolers';
UPDATE picks     SET list = 'fallers' WHERE list = 'coolers';
