-- What is known about the outcome of attempts, beyond success and failure.

-- Attempts that handed the content over and never heard whether it was accepted. Each may be a copy that the customer has, so
-- it decides whether the message may be sent again.
ALTER TABLE outbox ADD COLUMN unknown_outcomes INTEGER NOT NULL DEFAULT 0;
-- Whether the current attempt is handing the content over. If its process dies, the next claim counts an unknown outcome.
ALTER TABLE outbox ADD COLUMN is_handed_over INTEGER NOT NULL DEFAULT 0 CHECK (is_handed_over IN (0, 1));
-- Why the message waits for its recipient, and not for a transport: mailbox, greylisting or unclear. Such a wait is never
-- shortened, and the customer is told of a full mailbox while it lasts.
ALTER TABLE outbox ADD COLUMN deferral TEXT;
