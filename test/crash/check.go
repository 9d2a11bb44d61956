package crash

import (
	"encoding/hex"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// whole are the questions whose answer is zero where nothing is half done.
func whole() map[string]string {
	return map[string]string{
		"sessions without their user":             `SELECT count(*) FROM sessions WHERE user_id NOT IN (SELECT id FROM users)`,
		"sessions whose opening isn't recorded":   `SELECT count(*) FROM sessions WHERE (SELECT count(*) FROM audit WHERE action = 'session.opened' AND session_id = sessions.id AND user_id = sessions.user_id) <> 1`,
		"openings recorded without their session": `SELECT count(*) FROM audit WHERE action = 'session.opened' AND session_id NOT IN (SELECT id FROM sessions)`,
		"users without a session":                 `SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM sessions)`,
		"users whose making isn't recorded":       `SELECT count(*) FROM users WHERE (SELECT count(*) FROM audit WHERE action = 'user.created' AND user_id = users.id) <> 1`,
		"makings recorded without their user":     `SELECT count(*) FROM audit WHERE action = 'user.created' AND user_id NOT IN (SELECT id FROM users)`,
		"ended sessions whose end isn't recorded": `SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL AND (SELECT count(*) FROM audit WHERE action = 'session.ended' AND session_id = sessions.id AND detail = sessions.ended_cause) <> 1`,
		"ends recorded of open sessions":          `SELECT count(*) FROM audit WHERE action = 'session.ended' AND session_id NOT IN (SELECT id FROM sessions WHERE ended_at IS NOT NULL)`,
		"disabled users with an open session":     `SELECT count(*) FROM users JOIN sessions ON user_id = users.id WHERE disabled AND ended_at IS NULL`,
		"disabled users whose disabling isn't recorded": `SELECT count(*) FROM users WHERE
			(SELECT count(*) FROM audit WHERE action = 'user.disabled' AND user_id = users.id) -
			(SELECT count(*) FROM audit WHERE action = 'user.enabled' AND user_id = users.id) <> CASE WHEN disabled THEN 1 ELSE 0 END`,
		"customers added in part": `SELECT (SELECT count(*) FROM customers) % 3`,
		"customers whose adding isn't recorded": `SELECT count(*) FROM customers WHERE
			(SELECT count(*) FROM audit WHERE action = 'customer.created' AND customer_id = customers.id) <> 1`,
		"addings recorded without their customer": `SELECT count(*) FROM audit WHERE action = 'customer.created' AND customer_id NOT IN (SELECT id FROM customers)`,
		"revocations without a number":            `SELECT count(*) FROM revocation WHERE sequence = 0 AND EXISTS (SELECT 1 FROM sessions WHERE ended_at IS NOT NULL)`,
	}
}

// Check reads the database and checks that nothing is half done, and that everything is
// there that was acknowledged: the lines that Work has written.
func Check(t *testing.T, db *sqlx.DB, acknowledged []string) {
	t.Helper()
	for name, query := range whole() {
		var n int
		require.NoError(t, db.Get(&n, query), name)
		assert.Zero(t, n, name)
	}
	there := map[string]string{
		"user":       `SELECT id FROM users`,
		"session":    `SELECT id FROM sessions`,
		"ended":      `SELECT id FROM sessions WHERE ended_at IS NOT NULL`,
		"key":        `SELECT key FROM sessions`,
		"credential": `SELECT credential FROM sessions`,
		"customer":   `SELECT id FROM customers`,
	}
	found := map[string]bool{}
	for thing, query := range there {
		var ids [][]byte
		require.NoError(t, db.Select(&ids, query), thing)
		for _, id := range ids {
			text := string(id)
			if thing == "key" || thing == "credential" {
				text = hex.EncodeToString(id)
			}
			found[thing+" "+text] = true
		}
	}
	for _, line := range acknowledged {
		assert.True(t, found[line], "acknowledged and lost: %s", line)
	}
}
