-- The sign-in: who may, what was issued, what waits to be sent, who is signed in, what happened.
-- Instants are whole milliseconds since 1970-01-01T00:00:00Z. Booleans are 0 and 1.

CREATE TABLE customers (
    -- AUTOINCREMENT: the number of a deleted customer never comes back to another one's history.
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What messages call the customer.
    name       TEXT    NOT NULL,
    -- Canonical (lower case, ASCII domain), so that UNIQUE means one mailbox.
    email      TEXT    UNIQUE,
    -- E.164, so that UNIQUE means one phone.
    phone      TEXT    UNIQUE,
    created_at INTEGER NOT NULL,
    CHECK (email IS NOT NULL OR phone IS NOT NULL)
) STRICT;

CREATE TABLE otps (
    -- AUTOINCREMENT: the code is derived from the number, so a number is used once.
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    -- NULL: nobody has the contact. The row is there all the same, so that an unknown contact is answered alike.
    customer_id         INTEGER REFERENCES customers (id) ON DELETE CASCADE,
    -- The contact it was asked for, canonical; the one that otp_type names.
    email               TEXT,
    phone               TEXT,
    otp_type            TEXT    NOT NULL CHECK (otp_type IN ('email', 'phone')),
    is_verified         INTEGER NOT NULL DEFAULT 0 CHECK (is_verified IN (0, 1)),
    created_at          INTEGER NOT NULL,
    expires_at          INTEGER NOT NULL,
    attempts            INTEGER NOT NULL DEFAULT 0,
    max_attempts        INTEGER NOT NULL DEFAULT 5,
    -- SHA-256 of the token of the browser that asked: no other browser can answer. All zero: the command line.
    pre_auth_digest     BLOB    NOT NULL,
    -- Digits in the code, as the settings were when it was issued.
    length              INTEGER NOT NULL,
    -- What the code is derived from, with the key outside this database. NULL once verified: there is no code any more.
    nonce               BLOB,
    key_id              TEXT    NOT NULL,
    -- Counts the codes that resends issued; the one before the latest stays valid until previous_expires_at.
    generation          INTEGER NOT NULL DEFAULT 1,
    previous_expires_at INTEGER,
    -- When the latest message was asked for: the cooldown runs from here.
    sent_at             INTEGER NOT NULL,
    -- When a right code was entered: a double tap is answered alike for a short while.
    verified_at         INTEGER,
    -- Such repeats, which are limited too.
    replays             INTEGER NOT NULL DEFAULT 0,
    -- When the browser forgot it or asked for another contact.
    revoked_at          INTEGER,
    CHECK ((email IS NULL) <> (phone IS NULL))
) STRICT;

CREATE INDEX otps_email ON otps (email);
CREATE INDEX otps_phone ON otps (phone);
CREATE INDEX otps_created_at ON otps (created_at);
CREATE INDEX otps_is_verified ON otps (is_verified);
-- Every page and every answer looks a browser's newest OTP up.
CREATE INDEX otps_pre_auth_digest ON otps (pre_auth_digest, id);
-- Cleaning up looks for what is over.
CREATE INDEX otps_expires_at ON otps (expires_at);

CREATE TABLE sessions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256 of the token in the cookie: a stolen database opens no session.
    token_digest  BLOB    NOT NULL UNIQUE,
    -- From the request on: the kind of contact, and the contact as typed, to show it to who typed it.
    contact_type  TEXT    CHECK (contact_type IN ('email', 'phone')),
    contact_value TEXT,
    -- From the verification on.
    customer_id   INTEGER REFERENCES customers (id) ON DELETE CASCADE,
    authenticated INTEGER NOT NULL DEFAULT 0 CHECK (authenticated IN (0, 1)),
    -- The own path that the customer came from.
    next          TEXT,
    -- What the next page has to say once (Post/Redirect/Get), JSON.
    flash         TEXT,
    created_at    INTEGER NOT NULL,
    -- The idle timeout runs from here.
    last_seen_at  INTEGER NOT NULL,
    CHECK (authenticated = 0 OR customer_id IS NOT NULL)
) STRICT;

CREATE INDEX sessions_last_seen_at ON sessions (last_seen_at);

-- Messages that a committed request promised. A worker sends them, so no mail server can slow an answer down and no crash
-- loses one. The row names the code and does not hold it.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    otp_id       INTEGER NOT NULL REFERENCES otps (id) ON DELETE CASCADE,
    generation   INTEGER NOT NULL,
    -- The Message-ID's own part: each try carries the same, so a mailbox can tell a repeat.
    message_id   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    -- When its code expires: a later message of the same OTP has a later code with an expiry of its own.
    expires_at   INTEGER NOT NULL,
    -- When the next try may start; NULL once there is nothing left to do.
    due_at       INTEGER,
    tries        INTEGER NOT NULL DEFAULT 0,
    -- When it was handed over. NULL with due_at NULL: dropped.
    sent_at      INTEGER
) STRICT;

CREATE INDEX outbox_due_at ON outbox (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_otp_id ON outbox (otp_id);

-- What remains of a sign-in when its OTP is deleted: no code, no token, no whole contact. No foreign key, for the same reason.
CREATE TABLE otp_history (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    otp_id      INTEGER,
    customer_id INTEGER,
    otp_type    TEXT,
    -- Masked, like j***@example.com.
    contact     TEXT,
    event       TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    -- The client's network, IPv4 /24 or IPv6 /48.
    ip_prefix   TEXT,
    user_agent  TEXT
) STRICT;

CREATE INDEX otp_history_otp_id ON otp_history (otp_id);
