-- Columns, a table and stored reasons get the terms that the log, the metrics and the documentation use. No row changes its meaning.

-- Attempts to send the message.
ALTER TABLE outbox RENAME COLUMN tries TO attempts;
-- The relay or gateway that accepted the message, and the ID that it assigned to the message.
ALTER TABLE outbox RENAME COLUMN carrier TO transport;
ALTER TABLE outbox RENAME COLUMN reference TO provider_message_id;
-- Whether due_at comes from the Retry-After of a transport. Such a wait is kept even when the transport works again.
ALTER TABLE outbox RENAME COLUMN is_held TO has_retry_after;
-- Whether the cost of the next attempt is reserved in the budget.
ALTER TABLE outbox RENAME COLUMN is_paid TO is_cost_reserved;

UPDATE outbox SET reason = CASE reason WHEN 'muted' THEN 'suppressed' WHEN 'too_late' THEN 'expired' ELSE 'unknown_contact' END
WHERE reason IN ('muted', 'too_late', 'no_customer');

-- Whether the OTP was requested on a known device, a row of devices.
ALTER TABLE otps RENAME COLUMN known_browser TO is_known_device;
-- When the latest message was requested: the cooldown runs from here. (outbox.sent_at is when a transport accepted a message.)
ALTER TABLE otps RENAME COLUMN sent_at TO last_requested_at;
-- Messages that the browser has requested for this contact: each makes the wait for the next longer.
ALTER TABLE otps RENAME COLUMN messages TO message_count;

-- Contacts whose owner reported "this was not me". Until the row expires, codes go only to known devices.
ALTER TABLE mutes RENAME TO suppressions;
ALTER TABLE suppressions RENAME COLUMN until TO expires_at;
