-- Documents inside other files (attachments, archives), who sent them and when, and what a person set for a folder.
ALTER TABLE documents ADD COLUMN container INTEGER REFERENCES documents (id) ON DELETE CASCADE;
ALTER TABLE documents ADD COLUMN member TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN written_at REAL;
CREATE INDEX documents_inside ON documents (container) WHERE container IS NOT NULL;

ALTER TABLE sections ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE sections ADD COLUMN written_at REAL;

ALTER TABLE roots ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
ALTER TABLE roots ADD COLUMN never_cloud INTEGER NOT NULL DEFAULT 0;
ALTER TABLE roots ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;

-- Why a file gave nothing, as far as what can be done about it differs: old rows are looked at again by newer readers.
ALTER TABLE troubles ADD COLUMN trouble TEXT NOT NULL DEFAULT 'other';
-- How long the action offered for a trouble would take here, where that is known.
ALTER TABLE troubles ADD COLUMN estimate_s REAL;

-- Text recognition: how sure it was, where its lines stand on the page, and pages that wait for it.
ALTER TABLE sections ADD COLUMN ocr REAL;
ALTER TABLE sections ADD COLUMN boxes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE documents ADD COLUMN unread_pages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE troubles ADD COLUMN member TEXT NOT NULL DEFAULT '';
