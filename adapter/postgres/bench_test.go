package postgres_test

import (
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/postgres"
	"latchkey/adapter/sqlstore"
	"latchkey/domain"
	databasetest "latchkey/test/database"
	"latchkey/usecase/port"
)

// conns is how many connections the benchmarks use at once.
const conns = 16

func durable(b *testing.B) (*sqlx.DB, sqlstore.Stores) {
	b.Helper()
	server, err := databasetest.StartServer(databasetest.Options{Durable: true})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, server.Close()) })
	db := databasetest.Open(b, server.URL("postgres"))
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	require.NoError(b, migrate(db))
	return db, postgres.New(db)
}

func opening(person int) port.Opening {
	var random [4][32]byte
	for i := range random {
		_, _ = rand.Read(random[i][:])
	}
	subject := fmt.Sprintf("person-%d", person)
	return port.Opening{
		NewUser: domain.UserID(domain.NewID(random[0])), Session: domain.SessionID(domain.NewID(random[1])),
		Key: domain.SessionKey(random[2]),
		Identity: domain.Identity{
			Issuer: "https://accounts.google.com", Subject: subject, Email: subject + "@gmail.com", EmailVerified: true,
			Name: "A Person", Picture: "https://lh3.googleusercontent.com/" + subject,
			Credential: domain.CredentialID{Hash: random[3], ExpiresAt: time.Now().Add(time.Hour)},
		},
		Admission: domain.Admission{Signup: domain.SignupOpen},
		Client:    domain.Client{IP: "192.0.2.1", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
		Life:      domain.Lifetime{Idle: 30 * time.Minute, Max: 12 * time.Hour},
		Most:      20,
		By:        domain.Principal{IP: "192.0.2.1", RequestID: "request-1"},
	}
}

// BenchmarkOpen signs people in at 16 connections, most of whom have an account; compare it
// with BenchmarkCommit.
func BenchmarkOpen(b *testing.B) {
	_, stores := durable(b)
	var n atomic.Int64
	b.SetParallelism(conns / 2)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, err := stores.Sessions.Open(b.Context(), opening(int(n.Add(1))%2000))
			require.NoError(b, err)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "signins/s")
}

// BenchmarkCommit is the bound: one prepared insert a transaction.
func BenchmarkCommit(b *testing.B) {
	db, _ := durable(b)
	db.MustExec(`CREATE TABLE notes (id bigserial PRIMARY KEY, text text NOT NULL)`)
	insert, err := db.Prepare(`INSERT INTO notes (text) VALUES ($1)`)
	require.NoError(b, err)
	b.SetParallelism(conns / 2)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, err := insert.Exec("some text of a modest size")
			require.NoError(b, err)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

func BenchmarkFind(b *testing.B) {
	_, stores := durable(b)
	o := opening(1)
	_, err := stores.Sessions.Open(b.Context(), o)
	require.NoError(b, err)
	b.SetParallelism(conns / 2)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, err := stores.Sessions.Find(b.Context(), o.Key)
			require.NoError(b, err)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "finds/s")
}

// BenchmarkJoin is the bound of BenchmarkFind: the same join, prepared and read by hand.
func BenchmarkJoin(b *testing.B) {
	db, stores := durable(b)
	o := opening(1)
	_, err := stores.Sessions.Open(b.Context(), o)
	require.NoError(b, err)
	join, err := db.Prepare(`SELECT s.id, s.expires_at, s.idle_expires_at, u.id, u.email, u.name, u.picture, u.admin
		FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.key = $1 AND s.ended_at IS NULL AND s.expires_at > now()`)
	require.NoError(b, err)
	b.SetParallelism(conns / 2)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			var session, user, email, name, picture string
			var expires, idle time.Time
			var admin bool
			err := join.QueryRowContext(b.Context(), o.Key[:]).Scan(&session, &expires, &idle, &user, &email, &name, &picture, &admin)
			require.NoError(b, err)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "finds/s")
}
