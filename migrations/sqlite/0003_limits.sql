-- Limits: what happened how often, codes of letters, and the longer wait from message to message.

-- How often something happened to a subject: sliding windows count these rows. They name nobody: a subject is a digest of what
-- is counted and whose it is. A sign-in that ends well gives its own guesses back.
CREATE TABLE tallies (
    id         INTEGER PRIMARY KEY,
    subject    BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    -- From when on no window reaches it.
    expires_at INTEGER NOT NULL,
    -- Of a guess: the OTP that was guessed at.
    otp_id     INTEGER
) STRICT;

CREATE INDEX tallies_subject ON tallies (subject, at);
CREATE INDEX tallies_expires_at ON tallies (expires_at);
CREATE INDEX tallies_otp_id ON tallies (otp_id) WHERE otp_id IS NOT NULL;

-- Whether the code has letters instead of digits: guesses at digits are spent for its contact.
ALTER TABLE otps ADD COLUMN is_escalated INTEGER NOT NULL DEFAULT 0 CHECK (is_escalated IN (0, 1));
-- Messages that the browser has asked for, for this contact: each makes the wait for the next longer.
ALTER TABLE otps ADD COLUMN messages INTEGER NOT NULL DEFAULT 1;
-- Whether none of its codes went out, because its contact gets no more for a while: then none is right, or there would be codes
-- to guess at without end. Who asked must not see that.
ALTER TABLE otps ADD COLUMN is_withheld INTEGER NOT NULL DEFAULT 0 CHECK (is_withheld IN (0, 1));
-- SHA-256 of the token that the browser was known by when it asked: its guesses are counted for itself.
ALTER TABLE otps ADD COLUMN device_digest BLOB;
