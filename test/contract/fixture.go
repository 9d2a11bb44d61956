package contract

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

const (
	idle     = 30 * time.Minute
	lifetime = 12 * time.Hour
	renewal  = time.Minute // of a session with this idle lifetime
)

// farFuture is when the credentials of most cases expire: not within the case.
var farFuture = time.Date(2200, time.January, 1, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant

func entropy() (b [32]byte) {
	_, _ = rand.Read(b[:])
	return b
}

func anID() string { return domain.NewID(entropy()) }

// anOpening is a sign-in of the person with this subject, by a fresh credential and from a
// fresh browser. Google is authoritative for the person's email.
func anOpening(subject string) port.Opening {
	return afresh(port.Opening{
		Identity: domain.Identity{
			Issuer: "https://accounts.google.com", Subject: subject, Email: subject + "@gmail.com", EmailVerified: true,
			Name: strings.ToUpper(subject[:1]) + subject[1:], Picture: "https://lh3.googleusercontent.com/" + subject,
		},
		Admission: domain.Admission{Signup: domain.SignupOpen},
		Client:    domain.Client{IP: "192.0.2.1", UserAgent: "Firefox"},
		Life:      domain.Lifetime{Idle: idle, Max: lifetime},
		By:        domain.Principal{IP: "192.0.2.1", RequestID: "request-1"},
	})
}

// afresh is another sign-in like o: other ids, another key, another credential.
func afresh(o port.Opening) port.Opening {
	o = withFreshKey(o)
	o.Identity.Credential = domain.CredentialID{Hash: entropy(), ExpiresAt: farFuture}
	return o
}

// withFreshKey is another opening with the same credential.
func withFreshKey(o port.Opening) port.Opening {
	o.NewUser, o.Session, o.Key = domain.UserID(anID()), domain.SessionID(anID()), domain.SessionKey(entropy())
	return o
}

// signIn opens a session for the person with this subject.
func signIn(t *testing.T, store Store, subject string) (port.Opening, port.Opened) {
	t.Helper()
	o := anOpening(subject)
	return o, open1(t, store, o)
}

func open1(t *testing.T, store Store, o port.Opening) port.Opened {
	t.Helper()
	opened, err := store.Sessions.Open(t.Context(), o)
	require.NoError(t, err)
	return opened
}

// admin signs a new person in and makes him an administrator.
func admin(t *testing.T, store Store, subject string) (port.Opening, port.Opened) {
	t.Helper()
	o, opened := signIn(t, store, subject)
	user, _, err := store.Users.Change(t.Context(), opened.User.ID(), func(u *domain.User, _ int) error {
		u.Promote(domain.Principal{}, "")
		return nil
	})
	require.NoError(t, err)
	opened.User = user
	return o, opened
}

// operator is who acts in most cases: the command line.
func operator() domain.Principal { return domain.Principal{RequestID: "request-2"} }
