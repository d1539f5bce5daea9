-- What a person waits for may not grow with the library: totals are counted as rows come and go, and indexes of
-- vectors follow a journal of changes instead of comparing every passage.
CREATE TABLE library_totals (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    files    INTEGER NOT NULL,
    passages INTEGER NOT NULL
);
INSERT INTO library_totals
    SELECT 1, count(*) FILTER (WHERE container IS NULL), coalesce(sum(passages), 0) FROM documents;
CREATE TRIGGER totals_insert AFTER INSERT ON documents BEGIN
    UPDATE library_totals SET files = files + (new.container IS NULL), passages = passages + new.passages;
END;
CREATE TRIGGER totals_delete AFTER DELETE ON documents BEGIN
    UPDATE library_totals SET files = files - (old.container IS NULL), passages = passages - old.passages;
END;
CREATE TRIGGER totals_update AFTER UPDATE OF passages, container ON documents BEGIN
    UPDATE library_totals SET files = files + (new.container IS NULL) - (old.container IS NULL),
        passages = passages + new.passages - old.passages;
END;
CREATE INDEX troubles_failed ON troubles (state) WHERE state = 'failed';

-- `vectors`: rows of embeddings. Every passage up to `complete_to` has its vector, so nobody looks there again.
ALTER TABLE embedders ADD COLUMN vectors INTEGER NOT NULL DEFAULT 0;
ALTER TABLE embedders ADD COLUMN complete_to INTEGER NOT NULL DEFAULT 0;
UPDATE embedders SET vectors = (SELECT count(*) FROM embeddings e WHERE e.embedder = embedders.id);

-- A line says: look at this passage again. Old lines are cut off; an index that far behind compares everything.
CREATE TABLE vector_changes (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    embedder INTEGER NOT NULL,
    passage  INTEGER NOT NULL
);
-- Before, because a row that is replaced leaves without its delete trigger.
CREATE TRIGGER vectors_insert BEFORE INSERT ON embeddings BEGIN
    UPDATE embedders SET vectors = vectors + 1 WHERE id = new.embedder
        AND NOT EXISTS (SELECT 1 FROM embeddings WHERE embedder = new.embedder AND passage = new.passage);
    INSERT INTO vector_changes (embedder, passage) VALUES (new.embedder, new.passage);
END;
CREATE TRIGGER vectors_delete AFTER DELETE ON embeddings BEGIN
    UPDATE embedders SET vectors = vectors - 1,
        complete_to = CASE WHEN EXISTS (SELECT 1 FROM passages WHERE id = old.passage)
            THEN min(complete_to, old.passage - 1) ELSE complete_to END
        WHERE id = old.embedder;
    INSERT INTO vector_changes (embedder, passage) VALUES (old.embedder, old.passage);
END;
