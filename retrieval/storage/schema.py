"""The schema of the store of articles, step by step."""

from collections.abc import Sequence

#: Each entry takes the schema one version further; entries are only ever appended.
MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE article (
        id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, text TEXT NOT NULL,
        language TEXT NOT NULL, title TEXT, source TEXT, url TEXT, published TEXT, added TEXT NOT NULL
    ) STRICT;
    CREATE INDEX article_digest ON article (digest);
    CREATE TABLE sentence (
        article_id TEXT NOT NULL REFERENCES article ON DELETE CASCADE,
        number INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, kind TEXT NOT NULL,
        PRIMARY KEY (article_id, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE change (number INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL) STRICT;
    CREATE TABLE addition (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL) STRICT;
    CREATE TABLE addition_item (
        addition_id INTEGER NOT NULL REFERENCES addition ON DELETE CASCADE,
        article_id TEXT NOT NULL, digest TEXT NOT NULL, previous TEXT,
        PRIMARY KEY (addition_id, article_id)
    ) STRICT, WITHOUT ROWID;
    """,
    # What the owner calls an article that has no title.
    "ALTER TABLE addition_item ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    # Where an article was read from, by which rules it was cut, where its units stand there, and what it was.
    """
    ALTER TABLE article ADD COLUMN origin TEXT;
    UPDATE article SET origin = substr(key, 6) WHERE key GLOB 'file:*';
    ALTER TABLE article ADD COLUMN segmentation INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX article_segmentation ON article (segmentation);
    ALTER TABLE sentence ADD COLUMN locator TEXT;
    CREATE TABLE original (
        article_id TEXT PRIMARY KEY REFERENCES article ON DELETE CASCADE,
        name TEXT NOT NULL, digest TEXT NOT NULL, content BLOB
    ) STRICT
    """,
    # Documents that say what an article says already: one takes its place when that changes.
    """
    CREATE TABLE duplicate (
        id TEXT PRIMARY KEY, digest TEXT NOT NULL, document TEXT NOT NULL, addition_id INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX duplicate_digest ON duplicate (digest)
    """,
    # An addition remembers its duplicates as it does its articles: whether a document was one before, and
    # whether it only became an article for want of another with its text.
    """
    INSERT OR IGNORE INTO addition_item (addition_id, article_id, digest, name)
        SELECT addition_id, id, digest, coalesce(json_extract(document, '$.article.origin'), id)
        FROM duplicate WHERE addition_id IN (SELECT id FROM addition);
    CREATE TABLE waiting (
        id TEXT PRIMARY KEY, digest TEXT NOT NULL, document TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO waiting SELECT id, digest, document FROM duplicate;
    DROP TABLE duplicate;
    ALTER TABLE waiting RENAME TO duplicate;
    CREATE INDEX duplicate_digest ON duplicate (digest);
    ALTER TABLE addition_item ADD COLUMN was_duplicate INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE addition_item ADD COLUMN is_promotion INTEGER NOT NULL DEFAULT 0
    """,
    # How deep a unit stands, what it stands under by numbers, and what an article is called besides.
    """
    ALTER TABLE sentence ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sentence ADD COLUMN above TEXT NOT NULL DEFAULT '';
    ALTER TABLE article ADD COLUMN names TEXT NOT NULL DEFAULT ''
    """,
    # In which encoding a file was read that does not show it, so that it is read again as it was.
    """
    ALTER TABLE original ADD COLUMN encoding TEXT;
    ALTER TABLE original ADD COLUMN faults INTEGER NOT NULL DEFAULT 0
    """,
    # What is undone is an edit too, and removals are: an edit is undone once, and what undid it once again.
    """
    ALTER TABLE addition RENAME TO edit;
    ALTER TABLE addition_item RENAME TO edit_item;
    ALTER TABLE edit_item RENAME COLUMN addition_id TO edit_id;
    ALTER TABLE edit ADD COLUMN kind TEXT NOT NULL DEFAULT 'change';
    ALTER TABLE edit ADD COLUMN undone INTEGER NOT NULL DEFAULT 0
    """,
    # Which collection an article is in, if it is in any.
    "ALTER TABLE article ADD COLUMN collection TEXT",
    # What was done once and is not to be done again: what it was done for, when, and what came of it.
    "CREATE TABLE once (key TEXT PRIMARY KEY, at TEXT NOT NULL, result TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # What articles said before, each text once, and until when.
    """
    CREATE TABLE version (
        article_id TEXT NOT NULL, digest TEXT NOT NULL, until TEXT NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (article_id, digest)
    ) STRICT
    """,
)
