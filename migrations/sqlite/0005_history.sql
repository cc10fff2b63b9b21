-- The history is a chain, and what a key opened names it.

-- Each row's digest covers the row and the digest before it; its seal, an HMAC with the key that key_id names, covers the digest.
-- NULL in rows of before, until the program seals them at its next start.
ALTER TABLE otp_history ADD COLUMN previous BLOB;
ALTER TABLE otp_history ADD COLUMN key_id   TEXT;
ALTER TABLE otp_history ADD COLUMN digest   BLOB;
ALTER TABLE otp_history ADD COLUMN seal     BLOB;
-- The history of a customer is listed.
CREATE INDEX otp_history_customer_id ON otp_history (customer_id);

-- The key that the token was derived with: without it the session, or the voucher, does not count. NULL before a sign-in.
ALTER TABLE sessions ADD COLUMN key_id TEXT;
ALTER TABLE devices  ADD COLUMN key_id TEXT;
