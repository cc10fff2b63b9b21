"""Fills a migrated database for the benchmark: `fill.py DATABASE KEY_FILE`. No server may run on it.

Adds customers, a history that is sealed like the server's own (src/server/domain/chain.rs), and
limit events. The rows look like those of a year of use. None has expired, so that no cleanup
removes them during a measurement.
"""

import hashlib
import hmac
import os
import sqlite3
import sys
import time

CUSTOMERS = 1_000_000
HISTORY = 1_000_000
LIMITS = 200_000
LIMIT_SUBJECTS = 20_000
# Guesses at all contacts within the last 28 days; they are counted on every wrong or right code.
BREAKER_GUESSES = 14_000
DAY_MS = 24 * 60 * 60 * 1000

# The history events of one sign-in.
EVENTS = ("requested", "sent", "verified", "logged_out")
USER_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


class Sealer:
    """Seals rows into a hash chain with the server's key."""

    def __init__(self, key_file):
        with open(key_file, encoding="ascii") as file:
            self.secret = bytes.fromhex(file.read().strip())
        self.key_id = hashlib.sha256(b"doorcode key id" + self.secret).digest()[:8].hex()
        self.purpose = self.prefixed(b"doorcode history v1")

    @staticmethod
    def prefixed(part):
        return len(part).to_bytes(8, "big") + part

    @classmethod
    def digest(cls, parts):
        present = (b"\0" + bytes(8) if part is None else b"\1" + cls.prefixed(part) for part in parts)
        return hashlib.sha256(b"".join(present)).digest()

    def link(self, row, previous):
        """Returns the columns `previous`, `key_id`, `digest` and `seal` of a row."""
        parts = [part.to_bytes(8, "big", signed=True) if isinstance(part, int) else part and part.encode() for part in row]
        digest = self.digest([previous, self.key_id.encode(), *parts])
        seal = hmac.digest(self.secret, self.purpose + self.prefixed(digest), "sha256")
        return previous, self.key_id, digest, seal


def numbers(count):
    return f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"


def add_customers(database, now):
    """Adds customers, and distributes the existing ones evenly among them."""
    (present,) = database.execute("SELECT count(*) FROM customers").fetchone()
    step = CUSTOMERS // present
    database.execute(f"UPDATE customers SET id = -id * {step}")
    database.execute("UPDATE customers SET id = -id")
    database.execute(
        f"""{numbers(CUSTOMERS)}
        INSERT INTO customers (id, name, email, phone, created_at)
        SELECT n, 'Customer ' || n, printf('customer%d-%07d@example.com', n % {present}, n), printf('+1303%07d', n), {now} - n
        FROM numbers WHERE n % {step} <> 0"""
    )


def add_history(database, sealer, now):
    """Appends rows to the chain of the history."""
    last = database.execute("SELECT id, digest FROM otp_history ORDER BY id DESC LIMIT 1").fetchone()
    first_id, previous = (last[0] + 1, last[1]) if last else (1, bytes(32))
    if previous is None:
        sys.exit("fill.py: the newest row of the history is not sealed")

    def rows():
        digest = previous
        for n in range(HISTORY):
            otp = n // len(EVENTS) + 1
            about = (otp, otp % CUSTOMERS + 1, "email", "c***@example.com", EVENTS[n % len(EVENTS)])
            row = (first_id + n, *about, now - (HISTORY - n) * 1000, f"203.0.{otp % 256}.0/24", USER_AGENT)
            link = sealer.link(row, digest)
            digest = link[2]
            yield row + link

    database.executemany(
        """INSERT INTO otp_history (id, otp_id, customer_id, otp_type, contact, event, at, ip_prefix, user_agent,
                                    previous, key_id, digest, seal)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        rows(),
    )
    # The OTPs of these rows are gone, and their ids must not be reused.
    otps = HISTORY // len(EVENTS)
    database.execute("DELETE FROM sqlite_sequence WHERE name = 'otps'")
    database.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('otps', ?)", (otps,))


def subject(name, key=b""):
    return hashlib.sha256(name.encode() + b"\0" + key).digest()[:16]


def limit_events(now):
    """Yields `(subject, total, weight, at, expires_at)`.

    The guesses at all contacts, and those of many subjects in the last 30 days.
    """
    all_contacts = subject("guesses at all contacts")
    span = 28 * DAY_MS
    for n in range(BREAKER_GUESSES):
        at = now - span + (n + 1) * (span // (BREAKER_GUESSES + 1))
        yield all_contacts, n + 1, 1, at, at + span
    others = LIMITS - BREAKER_GUESSES
    for index in range(LIMIT_SUBJECTS):
        contact = subject("guesses at contact", f"customer{index}@filled.example.com".encode())
        count = others // LIMIT_SUBJECTS + (index < others % LIMIT_SUBJECTS)
        for n in range(count):
            at = now - (count - n) * (29 * DAY_MS // count) + index
            yield contact, n + 1, 1, at, at + 365 * DAY_MS


def add_limits(database, now):
    has_events = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'limit_events'").fetchone()
    insert = (
        "INSERT INTO limit_events (subject, total, weight, at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)"
        if has_events
        else "INSERT INTO tallies (subject, at, expires_at) VALUES (?1, ?4, ?5)"
    )
    database.executemany(insert, limit_events(now))


def main():
    if len(sys.argv) != 3 or not os.path.exists(sys.argv[1]):
        sys.exit("usage: fill.py DATABASE KEY_FILE")
    now = int(time.time() * 1000)
    database = sqlite3.connect(sys.argv[1], isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -400000")
    database.execute("BEGIN IMMEDIATE")
    add_customers(database, now)
    add_history(database, Sealer(sys.argv[2]), now)
    add_limits(database, now)
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    # Flush pending writes, so that they do not delay the measured syncs.
    os.sync()


main()
