-- Names of files, people and days are words too; so are words broken over a line end and scripts without spaces.
-- Of a path only what lies below an added folder counts, its own name included: nobody looks for /home/dana.
CREATE VIEW document_names AS SELECT
    id, title, author,
    below_root(path, (SELECT max(r.path) FROM roots r
        WHERE r.path = documents.path OR (documents.path > r.path || '/' AND documents.path < r.path || '0'))) AS path,
    sender,
    CASE WHEN written_at IS NULL THEN '' ELSE strftime('%Y-%m-%d ', written_at, 'unixepoch', 'localtime') ||
        CASE strftime('%m', written_at, 'unixepoch', 'localtime')
            WHEN '01' THEN 'January' WHEN '02' THEN 'February' WHEN '03' THEN 'March' WHEN '04' THEN 'April'
            WHEN '05' THEN 'May' WHEN '06' THEN 'June' WHEN '07' THEN 'July' WHEN '08' THEN 'August'
            WHEN '09' THEN 'September' WHEN '10' THEN 'October' WHEN '11' THEN 'November' ELSE 'December' END
        END AS day,
    more_words(title || ' ' || author || ' ' || below_root(path, '') || ' ' || sender) AS more
FROM documents;

CREATE VIRTUAL TABLE document_words USING fts5 (
    title, author, path, sender, day, more, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE document_vocabulary USING fts5vocab (document_words, row);
INSERT INTO document_words (rowid, title, author, path, sender, day, more) SELECT * FROM document_names;
CREATE TRIGGER document_words_insert AFTER INSERT ON documents BEGIN
    INSERT INTO document_words (rowid, title, author, path, sender, day, more)
        SELECT * FROM document_names WHERE id = new.id;
END;
CREATE TRIGGER document_words_delete AFTER DELETE ON documents BEGIN
    DELETE FROM document_words WHERE rowid = old.id;
END;
CREATE TRIGGER document_words_update AFTER UPDATE OF path, title, author, sender, written_at ON documents BEGIN
    DELETE FROM document_words WHERE rowid = old.id;
    INSERT INTO document_words (rowid, title, author, path, sender, day, more)
        SELECT * FROM document_names WHERE id = new.id;
END;

-- What passage_words cannot cut into words by itself; most passages have no row here.
CREATE VIRTUAL TABLE passage_more USING fts5 (more, tokenize = 'porter unicode61 remove_diacritics 2');
INSERT INTO passage_more (rowid, more)
    SELECT id, more FROM (SELECT id, more_words(context || ' ' || text) AS more FROM passages) WHERE more <> '';
CREATE TRIGGER passage_more_insert AFTER INSERT ON passages WHEN more_words(new.context || ' ' || new.text) <> '' BEGIN
    INSERT INTO passage_more (rowid, more) VALUES (new.id, more_words(new.context || ' ' || new.text));
END;
CREATE TRIGGER passage_more_delete AFTER DELETE ON passages BEGIN
    DELETE FROM passage_more WHERE rowid = old.id;
END;
CREATE TRIGGER passage_more_update AFTER UPDATE OF context, text ON passages BEGIN
    DELETE FROM passage_more WHERE rowid = old.id;
    INSERT INTO passage_more (rowid, more)
        SELECT new.id, more_words(new.context || ' ' || new.text) WHERE more_words(new.context || ' ' || new.text) <> '';
END;
CREATE VIRTUAL TABLE passage_vocabulary USING fts5vocab (passage_words, row);
