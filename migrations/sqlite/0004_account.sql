-- The account: sessions that customers see and end, codes for more than signing in, changes of contacts that can be undone,
-- customers who may not sign in.

-- What its code is for. A code for one thing does nothing else.
ALTER TABLE otps ADD COLUMN purpose TEXT NOT NULL DEFAULT 'sign_in'
    CHECK (purpose IN ('sign_in', 'step_up', 'change_contact'));

-- Where the customer signed in, as coarse as the history keeps it, so that they recognise the session in the list.
ALTER TABLE sessions ADD COLUMN ip_prefix TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
-- When its customer last entered a code in it. NULL: before this was kept.
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER;
CREATE INDEX sessions_customer_id ON sessions (customer_id) WHERE customer_id IS NOT NULL;

-- Since when the customer may not sign in. NULL: they may.
ALTER TABLE customers ADD COLUMN disabled_at INTEGER;

-- Contacts that were changed, for as long as the change can be undone.
CREATE TABLE contact_changes (
    -- AUTOINCREMENT: a link names the number, and must never name another change.
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL CHECK (kind IN ('email', 'phone')),
    -- The contact as it was, canonical. NULL: there was none.
    old         TEXT,
    new         TEXT    NOT NULL,
    -- Until when it can be undone; the row goes then.
    expires_at  INTEGER NOT NULL,
    -- When it was undone, itself or with an earlier one.
    undone_at   INTEGER
) STRICT;

CREATE INDEX contact_changes_customer_id ON contact_changes (customer_id);
CREATE INDEX contact_changes_expires_at ON contact_changes (expires_at);

-- Of the notice that a contact was changed: the change that its link undoes.
ALTER TABLE outbox ADD COLUMN change_id INTEGER REFERENCES contact_changes (id) ON DELETE SET NULL;

-- What belongs to a customer is looked for when contacts change, and when a customer goes.
CREATE INDEX otps_customer_id ON otps (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX outbox_customer_id ON outbox (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX outbox_change_id ON outbox (change_id) WHERE change_id IS NOT NULL;
