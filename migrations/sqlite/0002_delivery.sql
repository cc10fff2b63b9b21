-- Messages of several kinds, on their way and arrived; the browsers that customers know; what text messages cost.

-- Where the latest message of an OTP went: 'email' or 'phone'; NULL: to the contact that was asked for.
ALTER TABLE otps ADD COLUMN channel TEXT CHECK (channel IN ('email', 'phone'));
-- Whether its customer had signed in on its browser before: such a browser keeps getting codes when strangers' get none.
ALTER TABLE otps ADD COLUMN known_browser INTEGER NOT NULL DEFAULT 0 CHECK (known_browser IN (0, 1));

CREATE TABLE new_outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL CHECK (kind IN ('code', 'new_sign_in', 'contact_changed')),
    -- Of a code: the OTP. The row names the code and does not hold it.
    otp_id       INTEGER REFERENCES otps (id) ON DELETE CASCADE,
    generation   INTEGER,
    -- Of a notice: whom it is for.
    customer_id  INTEGER REFERENCES customers (id) ON DELETE CASCADE,
    -- Which of the customer's contacts it goes to.
    channel      TEXT    NOT NULL CHECK (channel IN ('email', 'phone')),
    -- Of the notice that a contact was changed: whom it is for (the contact as it was is not in the customer's row any more),
    -- and which kind was changed.
    recipient    TEXT,
    changed      TEXT    CHECK (changed IN ('email', 'phone')),
    -- The Message-ID's own part: each try carries the same, so a mailbox can tell a repeat. Receipts name the message by it.
    message_id   TEXT    NOT NULL UNIQUE,
    -- The browser that the message is about, as coarse as the history keeps it, for the message's words.
    ip_prefix    TEXT,
    user_agent   TEXT,
    created_at   INTEGER NOT NULL,
    -- When its code expires, or when a notice is no news any more.
    expires_at   INTEGER NOT NULL,
    -- When the next try may start; NULL once there is nothing left to do.
    due_at       INTEGER,
    -- Whether due_at is the end of a worker's lease, and not of a wait.
    is_leased    INTEGER NOT NULL DEFAULT 0 CHECK (is_leased IN (0, 1)),
    -- Whether the other side named the wait, so that it is kept even when the carrier works again.
    is_held      INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1)),
    tries        INTEGER NOT NULL DEFAULT 0,
    state        TEXT    NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'delivered', 'failed')),
    -- Why it failed.
    reason       TEXT,
    -- The relay or gateway that took it, and its own id for the message.
    carrier      TEXT,
    reference    TEXT,
    -- Whether the money for its next try is set aside already.
    is_paid      INTEGER NOT NULL DEFAULT 0 CHECK (is_paid IN (0, 1)),
    sent_at      INTEGER,
    CHECK ((kind = 'code') = (otp_id IS NOT NULL)),
    CHECK ((kind = 'code') = (customer_id IS NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL))
) STRICT;

INSERT INTO new_outbox
    (id, kind, otp_id, generation, channel, message_id, created_at, expires_at, due_at, tries, state, reason, sent_at)
SELECT outbox.id, 'code', otp_id, outbox.generation, otp_type, message_id, outbox.created_at, outbox.expires_at, due_at,
       tries,
       CASE WHEN outbox.sent_at IS NOT NULL THEN 'sent' WHEN due_at IS NULL THEN 'failed' ELSE 'queued' END,
       CASE WHEN outbox.sent_at IS NULL AND due_at IS NULL THEN 'other' END,
       outbox.sent_at
FROM outbox JOIN otps ON otps.id = outbox.otp_id;

DROP TABLE outbox;
ALTER TABLE new_outbox RENAME TO outbox;

CREATE INDEX outbox_due_at ON outbox (channel, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_otp_id ON outbox (otp_id);
-- Cleaning up looks for notices that are over.
CREATE INDEX outbox_expires_at ON outbox (expires_at) WHERE kind <> 'code';

-- Browsers in which a customer has signed in. A row is a voucher for sending, never a credential: it opens nothing.
CREATE TABLE devices (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id  INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    -- SHA-256 of the token in the browser's long-lived cookie. Several customers may share one browser.
    token_digest BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    -- Forgotten 180 days after the last sign-in.
    last_seen_at INTEGER NOT NULL,
    UNIQUE (token_digest, customer_id)
) STRICT;

CREATE INDEX devices_last_seen_at ON devices (last_seen_at);

-- Contacts whose owner said "this was not me": until then, codes go only to browsers that have signed in before.
CREATE TABLE mutes (
    -- Canonical.
    contact TEXT    PRIMARY KEY,
    until   INTEGER NOT NULL
) STRICT;

-- What text messages were sent for, by day (UTC): its own table, because outbox rows go with their OTPs.
CREATE TABLE sms_spending (
    -- Like 2026-11-22.
    day  TEXT    PRIMARY KEY,
    -- In millionths of the currency.
    cost INTEGER NOT NULL
) STRICT;

-- Receipts of gateways that were taken, so that none is taken twice: SHA-256 of what the gateway signed.
CREATE TABLE receipts (
    digest BLOB    PRIMARY KEY,
    at     INTEGER NOT NULL
) STRICT;
