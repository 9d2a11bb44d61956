-- +goose Up

-- The store's clock: every statement reads the time here, so that all processes have one.
-- Times are text of one width, which sorts and compares as they do.
CREATE VIEW store_clock AS SELECT strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00' AS now;

CREATE TABLE users (
    id              text NOT NULL PRIMARY KEY,
    issuer          text NOT NULL,
    subject         text NOT NULL,
    email           text NOT NULL,
    email_folded    text NOT NULL,
    name            text NOT NULL,
    name_folded     text NOT NULL,
    picture         text NOT NULL,
    admin           boolean NOT NULL DEFAULT false,
    rights_by_hand  boolean NOT NULL DEFAULT false,
    disabled        boolean NOT NULL DEFAULT false,
    disabled_reason text NOT NULL DEFAULT '' CHECK (disabled OR disabled_reason = ''),
    created_at      timestamp NOT NULL,
    last_sign_in_at timestamp NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX users_by_email ON users (email_folded);
CREATE INDEX users_by_age ON users (created_at, id);
CREATE INDEX users_active_admins ON users (id) WHERE admin AND NOT disabled;

-- Whoever may take an active administrator away locks this row first, where rows are locked.
CREATE TABLE admin_guard (one boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (one));
INSERT INTO admin_guard DEFAULT VALUES;

CREATE TABLE invitations (
    email           text NOT NULL PRIMARY KEY,
    invited_by      text NOT NULL,
    created_at      timestamp NOT NULL
);

-- key is the SHA-256 of the secret that the holder shows. The row is also the proof that its
-- credential is spent, and stays for as long as that could be shown again.
CREATE TABLE sessions (
    key                   blob NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    id                    text NOT NULL UNIQUE,
    user_id               text NOT NULL REFERENCES users,
    credential            blob NOT NULL UNIQUE CHECK (length(credential) = 32),
    credential_expires_at timestamp NOT NULL,
    ip                    text NOT NULL,
    user_agent            text NOT NULL,
    created_at            timestamp NOT NULL,
    last_seen_at          timestamp NOT NULL,
    idle_expires_at       timestamp NOT NULL,
    expires_at            timestamp NOT NULL,
    usable_until          timestamp NOT NULL, -- by both expiries
    ended_at              timestamp,
    ended_cause           text NOT NULL DEFAULT '',
    ended_reason          text NOT NULL DEFAULT '',
    ended_by              text NOT NULL DEFAULT '',
    CHECK ((ended_at IS NULL) = (ended_cause = ''))
);
-- By expires_at the many that have expired are passed over. Neither the use of a session nor its
-- end moves a column of an index. None is partial: to a planner without statistics such a one
-- looks empty, and so like the best for every question.
CREATE INDEX sessions_by_user ON sessions (user_id, expires_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_age ON sessions (created_at);

-- Revocations are numbered in the order of their commits.
CREATE TABLE revocation (
    one             boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (one),
    sequence        bigint NOT NULL
);
INSERT INTO revocation (sequence) VALUES (0);

CREATE TABLE customers (
    id              integer PRIMARY KEY AUTOINCREMENT, -- so that none is used again
    name            text NOT NULL CHECK (name <> ''),
    email           text NOT NULL CHECK (email <> ''),
    created_at      timestamp NOT NULL,
    updated_at      timestamp NOT NULL,
    version         bigint NOT NULL CHECK (version > 0)
);
CREATE INDEX customers_by_name ON customers (name, id);
CREATE INDEX customers_by_email ON customers (email, id);
CREATE INDEX customers_by_age ON customers (created_at, id);

CREATE TABLE audit (
    id              integer PRIMARY KEY AUTOINCREMENT,
    at              timestamp NOT NULL,
    action          text NOT NULL CHECK (action <> ''),
    by_user         text NOT NULL,
    by_session      text NOT NULL,
    by_ip           text NOT NULL,
    by_request      text NOT NULL,
    user_id         text NOT NULL,
    session_id      text NOT NULL,
    customer_id     bigint NOT NULL, -- 0: none
    reason          text NOT NULL,
    detail          text NOT NULL
);
CREATE INDEX audit_by_age ON audit (at);
CREATE INDEX audit_by_action ON audit (action, id);
CREATE INDEX audit_by_actor ON audit (by_user, id) WHERE by_user <> '';
CREATE INDEX audit_by_concerned ON audit (user_id, id) WHERE user_id <> '' AND user_id <> by_user;

-- +goose Down

DROP TABLE audit;
DROP TABLE customers;
DROP TABLE revocation;
DROP TABLE sessions;
DROP TABLE invitations;
DROP TABLE admin_guard;
DROP TABLE users;
DROP VIEW store_clock;
