-- What counts for limits carries running totals; messages name the process that sends them; the history is sealed after its commit.

-- Each row has the running total of its subject, so that the events in a window are the difference of two rows, whatever their number.
CREATE TABLE limit_events (
    id         INTEGER PRIMARY KEY,
    -- A digest of what is counted and whose it is: it names nobody.
    subject    BLOB    NOT NULL,
    -- Never before the time of the subject's previous event.
    at         INTEGER NOT NULL,
    -- How many events there were up to and with this row, from the subject's first row on.
    total      INTEGER NOT NULL,
    -- How many events this row stands for.
    weight     INTEGER NOT NULL,
    -- When no window reaches it any more.
    expires_at INTEGER NOT NULL,
    -- Of a guess: the OTP that was guessed at. A sign-in takes its guesses away again.
    otp_id     INTEGER
) STRICT;

INSERT INTO limit_events (subject, at, total, weight, expires_at, otp_id)
SELECT subject, at, row_number() OVER (PARTITION BY subject ORDER BY at, id), 1, expires_at, otp_id FROM tallies ORDER BY id;

DROP TABLE tallies;

CREATE INDEX limit_events_subject ON limit_events (subject, at, total, weight);
CREATE INDEX limit_events_expires_at ON limit_events (expires_at);
CREATE INDEX limit_events_otp_id ON limit_events (otp_id) WHERE otp_id IS NOT NULL;

-- The process that has claimed the message. It renews its leases while it sends; those of a dead process end by themselves.
ALTER TABLE outbox ADD COLUMN owner INTEGER;
CREATE INDEX outbox_owner ON outbox (owner) WHERE owner IS NOT NULL;

-- What the next page says is kept by the browser, in a sealed cookie.
ALTER TABLE sessions DROP COLUMN flash;

-- Rows are sealed after their commit. Until then a MAC proves who wrote them, with the key that key_id names.
ALTER TABLE otp_history ADD COLUMN mac BLOB;
-- Rows that wait for their seals.
CREATE INDEX otp_history_unsealed ON otp_history (id) WHERE seal IS NULL;

-- The browsers of a customer are listed at each sign-in.
CREATE INDEX devices_customer_id ON devices (customer_id, last_seen_at);

-- A health check commits a write here.
CREATE TABLE health (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    checked_at INTEGER NOT NULL
) STRICT;
