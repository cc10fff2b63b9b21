-- The language of who asked for a message, which the message is written in: a tag like 'es'. What was queued before is in English.
ALTER TABLE outbox ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
