-- What may leave, what it cost and what left.

-- money (app/store/spending.py): one row per parcel, reserved before it leaves and settled after.
CREATE TABLE spending (
    id INTEGER PRIMARY KEY,
    permit TEXT NOT NULL UNIQUE,
    month TEXT NOT NULL,                          -- 2026-11, of this computer's clock when it was reserved
    made_at REAL NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT '',                -- the level it was sent at
    state TEXT NOT NULL,                          -- reserved, settled, released, unconfirmed
    ceiling_micros INTEGER NOT NULL,
    estimate_micros INTEGER NOT NULL,
    actual_micros INTEGER,
    held_micros INTEGER NOT NULL DEFAULT 0,       -- what an unconfirmed one may cost besides
    counted INTEGER,                              -- input tokens as we counted them, before anything learnt
    content TEXT NOT NULL DEFAULT '',             -- the kind of text, as far as counting differs over it
    tokens_in INTEGER,
    tokens_out INTEGER,
    cached INTEGER,
    reasoning INTEGER,
    owner TEXT NOT NULL DEFAULT '',               -- process and its start, to tell a crash from work under way
    settled_at REAL
);
CREATE INDEX spending_month ON spending (month, state);
-- Prices the person typed.
CREATE TABLE own_prices (provider TEXT NOT NULL, model TEXT NOT NULL, price TEXT NOT NULL, PRIMARY KEY (provider, model));

-- the ledger (app/store/ledger_rows.py): append only; a chain of MACs, the head apart in the keyring. What a MAC covers
-- stands in seq, kind and entry; the generated columns only make it quick to find.
CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    entry TEXT NOT NULL,
    prev TEXT NOT NULL,
    mac TEXT NOT NULL,
    at REAL GENERATED ALWAYS AS (json_extract(entry, '$.at')) VIRTUAL,
    about INTEGER GENERATED ALWAYS AS (json_extract(entry, '$.about')) VIRTUAL
);
CREATE INDEX ledger_kind ON ledger (kind, at);
CREATE INDEX ledger_about ON ledger (about, kind);
CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append only'); END;
CREATE TRIGGER ledger_keeps BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append only'); END;
-- The exact bytes of an entry with what belongs to them, encrypted with a key from the keyring; erased by the person.
CREATE TABLE ledger_bodies (seq INTEGER PRIMARY KEY, nonce BLOB NOT NULL, body BLOB NOT NULL);

-- labels (app/store/label_rows.py): what each label of a conversation stands for, encrypted with a key from the keyring.
CREATE TABLE labels (
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    nonce BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (conversation, label)
);
CREATE TABLE hidden_words (word TEXT PRIMARY KEY, added_at REAL NOT NULL);

-- parcels kept for a few minutes between showing and sending (app/store/kept_parcels.py), encrypted with a key from
-- the keyring: they hold the person's words. A used or expired one loses them and leaves its hash for a day.
CREATE TABLE kept_parcels (
    sha256 TEXT PRIMARY KEY,
    made_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    used_at REAL,
    nonce BLOB NOT NULL,
    parcel BLOB NOT NULL
);

-- what a turn answered by a cloud model cost and which entry of the ledger holds its bytes; who its text came from.
ALTER TABLE turns ADD COLUMN ledger_seq INTEGER;
ALTER TABLE turns ADD COLUMN cost_micros INTEGER;
ALTER TABLE turns ADD COLUMN estimate_micros INTEGER;
ALTER TABLE turns ADD COLUMN provider TEXT NOT NULL DEFAULT '';
ALTER TABLE turns ADD COLUMN labels INTEGER NOT NULL DEFAULT 0;

-- what may never be sent stays so when it is moved, renamed or deleted (app/store/roots.py): the fingerprints of files
-- that left a marked folder, until the mark is taken off.
CREATE TABLE never_sent (sha256 TEXT NOT NULL, root TEXT NOT NULL, PRIMARY KEY (sha256, root));
CREATE TRIGGER never_sent_moved AFTER UPDATE OF path, sha256 ON documents WHEN OLD.sha256 <> '' BEGIN
    INSERT OR IGNORE INTO never_sent (sha256, root) SELECT OLD.sha256, r.path FROM roots r WHERE r.never_cloud
        AND (OLD.path = r.path OR (substr(OLD.path, 1, length(r.path)) = r.path
            AND substr(OLD.path, length(r.path) + 1, 1) IN ('/', '\')));
END;
CREATE TRIGGER never_sent_gone AFTER DELETE ON documents WHEN OLD.sha256 <> '' BEGIN
    INSERT OR IGNORE INTO never_sent (sha256, root) SELECT OLD.sha256, r.path FROM roots r WHERE r.never_cloud
        AND (OLD.path = r.path OR (substr(OLD.path, 1, length(r.path)) = r.path
            AND substr(OLD.path, length(r.path) + 1, 1) IN ('/', '\')));
END;
