-- Documents and their passages: the truth the search is derived from.
CREATE TABLE roots (
    path     TEXT PRIMARY KEY,
    added_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE documents (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    path       TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    author     TEXT    NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns   INTEGER NOT NULL,
    sha256     TEXT    NOT NULL,
    pages      INTEGER,
    duration_s REAL,
    read_at    REAL    NOT NULL,
    passages   INTEGER NOT NULL
);
CREATE INDEX documents_by_content ON documents (sha256);

-- Files that gave nothing to search, with the one reason a person reads.
CREATE TABLE troubles (
    path       TEXT    PRIMARY KEY,
    state      TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    hint       TEXT    NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns   INTEGER NOT NULL,
    lasting    INTEGER NOT NULL,
    reader     INTEGER NOT NULL,
    tries      INTEGER NOT NULL
) WITHOUT ROWID;

-- The text of a section is that of its passages joined: they tile it.
CREATE TABLE sections (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    sheet    TEXT    NOT NULL,
    headings TEXT    NOT NULL,
    spans    TEXT    NOT NULL,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;

CREATE TABLE passages (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    document   INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    section    INTEGER NOT NULL,
    start_char INTEGER NOT NULL,
    end_char   INTEGER NOT NULL,
    first      REAL    NOT NULL,
    last       REAL    NOT NULL,
    heading    TEXT    NOT NULL,
    context    TEXT    NOT NULL,
    text       TEXT    NOT NULL
);
CREATE INDEX passages_in_order ON passages (document, section, start_char);

CREATE VIRTUAL TABLE passage_words USING fts5 (
    context, text,
    content = 'passages', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER passage_words_insert AFTER INSERT ON passages BEGIN
    INSERT INTO passage_words (rowid, context, text) VALUES (new.id, new.context, new.text);
END;
CREATE TRIGGER passage_words_delete AFTER DELETE ON passages BEGIN
    INSERT INTO passage_words (passage_words, rowid, context, text) VALUES ('delete', old.id, old.context, old.text);
END;
CREATE TRIGGER passage_words_update AFTER UPDATE OF context, text ON passages BEGIN
    INSERT INTO passage_words (passage_words, rowid, context, text) VALUES ('delete', old.id, old.context, old.text);
    INSERT INTO passage_words (rowid, context, text) VALUES (new.id, new.context, new.text);
END;

CREATE TABLE embedders (
    id    INTEGER PRIMARY KEY,
    name  TEXT    NOT NULL UNIQUE,
    width INTEGER NOT NULL
);
CREATE TABLE embeddings (
    embedder INTEGER NOT NULL REFERENCES embedders (id) ON DELETE CASCADE,
    passage  INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    vector   BLOB    NOT NULL,
    PRIMARY KEY (embedder, passage)
) WITHOUT ROWID;
CREATE INDEX embeddings_of_passage ON embeddings (passage);

-- Questions and answers.
CREATE TABLE conversations (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    title      TEXT NOT NULL,
    created_at REAL NOT NULL
);
CREATE TABLE turns (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation        INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    asked_at            REAL    NOT NULL,
    question            TEXT    NOT NULL,
    standalone_question TEXT    NOT NULL,
    answer              TEXT    NOT NULL,
    citations           TEXT    NOT NULL,
    passages            TEXT    NOT NULL,
    mode                TEXT    NOT NULL,
    model               TEXT    NOT NULL,
    place               TEXT    NOT NULL,
    confidence          TEXT    NOT NULL,
    seconds             REAL    NOT NULL,
    stopped             INTEGER NOT NULL,
    messages            TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX turns_in_order ON turns (conversation, id);

-- Recordings: the plan is kept first, then each clip with its lines.
CREATE TABLE transcripts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    path       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    model      TEXT NOT NULL,
    language   TEXT NOT NULL,
    duration_s REAL NOT NULL,
    created_at REAL NOT NULL,
    finished   INTEGER NOT NULL DEFAULT 0,
    document   INTEGER REFERENCES documents (id) ON DELETE SET NULL,
    UNIQUE (sha256, model, language)
);
CREATE TABLE clips (
    transcript INTEGER NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    start_s    REAL    NOT NULL,
    end_s      REAL    NOT NULL,
    state      TEXT    NOT NULL,
    PRIMARY KEY (transcript, position)
) WITHOUT ROWID;
CREATE TABLE lines (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    transcript INTEGER NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    clip       INTEGER NOT NULL,
    start_s    REAL    NOT NULL,
    end_s      REAL    NOT NULL,
    speaker    TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    words      TEXT    NOT NULL,
    doubtful   INTEGER NOT NULL
);
CREATE INDEX lines_in_order ON lines (transcript, start_s);

-- Summaries: each finished part is kept, so that a stopped one goes on.
CREATE TABLE summaries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    document   INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    sha256     TEXT NOT NULL,
    model      TEXT NOT NULL,
    length     TEXT NOT NULL,
    style      TEXT NOT NULL,
    created_at REAL NOT NULL,
    finished   INTEGER NOT NULL DEFAULT 0,
    result     TEXT NOT NULL DEFAULT '',
    UNIQUE (document, sha256, model, length, style)
);
CREATE TABLE summary_parts (
    summary  INTEGER NOT NULL REFERENCES summaries (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title    TEXT    NOT NULL,
    content  TEXT    NOT NULL,
    PRIMARY KEY (summary, position)
) WITHOUT ROWID;

-- Small facts, among them a number that grows with every change of the passages.
CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO facts (name, value) VALUES ('generation', '0');
