-- +goose Up

-- The store's clock: every statement reads the time here, so that all processes have one.
CREATE VIEW store_clock AS SELECT clock_timestamp() AS now;

CREATE TABLE users (
    id              text COLLATE "C" PRIMARY KEY,
    issuer          text COLLATE "C" NOT NULL,
    subject         text COLLATE "C" NOT NULL,
    email           text NOT NULL,
    email_folded    text COLLATE "C" NOT NULL,
    name            text NOT NULL,
    name_folded     text COLLATE "C" NOT NULL,
    picture         text NOT NULL,
    admin           boolean NOT NULL DEFAULT false,
    rights_by_hand  boolean NOT NULL DEFAULT false,
    disabled        boolean NOT NULL DEFAULT false,
    disabled_reason text NOT NULL DEFAULT '' CHECK (disabled OR disabled_reason = ''),
    created_at      timestamptz NOT NULL,
    last_sign_in_at timestamptz NOT NULL,
    UNIQUE (issuer, subject)
) WITH (fillfactor = 85);
CREATE INDEX users_by_email ON users (email_folded);
CREATE INDEX users_by_age ON users (created_at, id);
CREATE INDEX users_active_admins ON users (id) WHERE admin AND NOT disabled;

-- Whoever may take an active administrator away locks this row first.
CREATE TABLE admin_guard (one boolean PRIMARY KEY DEFAULT true CHECK (one));
INSERT INTO admin_guard DEFAULT VALUES;

CREATE TABLE invitations (
    email           text COLLATE "C" PRIMARY KEY,
    invited_by      text NOT NULL,
    created_at      timestamptz NOT NULL
);

-- key is the SHA-256 of the secret that the holder shows. The row is also the proof that its
-- credential is spent, and stays for as long as that could be shown again.
CREATE TABLE sessions (
    key                   bytea PRIMARY KEY CHECK (length(key) = 32),
    id                    text COLLATE "C" NOT NULL UNIQUE,
    user_id               text COLLATE "C" NOT NULL REFERENCES users,
    credential            bytea NOT NULL UNIQUE CHECK (length(credential) = 32),
    credential_expires_at timestamptz NOT NULL,
    ip                    text COLLATE "C" NOT NULL,
    user_agent            text NOT NULL,
    created_at            timestamptz NOT NULL,
    last_seen_at          timestamptz NOT NULL,
    idle_expires_at       timestamptz NOT NULL,
    expires_at            timestamptz NOT NULL,
    usable_until          timestamptz NOT NULL, -- by both expiries
    ended_at              timestamptz,
    ended_cause           text NOT NULL DEFAULT '',
    ended_reason          text NOT NULL DEFAULT '',
    ended_by              text NOT NULL DEFAULT '',
    CHECK ((ended_at IS NULL) = (ended_cause = ''))
) WITH (fillfactor = 85);
-- By expires_at the many that have expired are passed over. Neither the use of a session nor its
-- end moves a column of an index. None is partial: to a planner without statistics such a one
-- looks empty, and so like the best for every question.
CREATE INDEX sessions_by_user ON sessions (user_id, expires_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_age ON sessions (created_at);

-- Revocations are numbered in the order of their commits: whoever takes the next number keeps
-- the others from doing so until its transaction ends. This row is the last one locked.
CREATE TABLE revocation (
    one             boolean PRIMARY KEY DEFAULT true CHECK (one),
    sequence        bigint NOT NULL
);
INSERT INTO revocation (sequence) VALUES (0);

CREATE TABLE customers (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name            text COLLATE "C" NOT NULL CHECK (name <> ''),
    email           text COLLATE "C" NOT NULL CHECK (email <> ''),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    version         bigint NOT NULL CHECK (version > 0)
);
CREATE INDEX customers_by_name ON customers (name, id);
CREATE INDEX customers_by_email ON customers (email, id);
CREATE INDEX customers_by_age ON customers (created_at, id);

CREATE TABLE audit (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              timestamptz NOT NULL,
    action          text COLLATE "C" NOT NULL CHECK (action <> ''),
    by_user         text COLLATE "C" NOT NULL,
    by_session      text COLLATE "C" NOT NULL,
    by_ip           text NOT NULL,
    by_request      text NOT NULL,
    user_id         text COLLATE "C" NOT NULL,
    session_id      text COLLATE "C" NOT NULL,
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
