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

	// grace is how long past its idle lifetime a session is still accepted: its renewal interval.
	grace = time.Minute
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
	return o, mustOpen(t, store, o)
}

func mustOpen(t *testing.T, store Store, o port.Opening) port.Opened {
	t.Helper()
	opened, err := store.Sessions.Open(t.Context(), o)
	require.NoError(t, err)
	return opened
}

func mustFind(t *testing.T, store Store, key domain.SessionKey) port.Found {
	t.Helper()
	found, err := store.Sessions.Find(t.Context(), key)
	require.NoError(t, err)
	return found
}

// mustChange changes the user by what can't be refused.
func mustChange(t *testing.T, store Store, id domain.UserID, change func(u *domain.User)) (domain.User, port.Sequence) {
	t.Helper()
	user, seq, err := store.Users.Change(t.Context(), id, func(u *domain.User, _ int) error {
		change(u)
		return nil
	})
	require.NoError(t, err)
	return user, seq
}

func mustDisable(t *testing.T, store Store, id domain.UserID) port.Sequence {
	t.Helper()
	_, seq, err := store.Users.Change(t.Context(), id, disable)
	require.NoError(t, err)
	return seq
}

// anAdmin signs a person in and makes an administrator of that account.
func anAdmin(t *testing.T, store Store, subject string) domain.UserID {
	t.Helper()
	_, opened := signIn(t, store, subject)
	mustChange(t, store, opened.User.ID(), promote)
	return opened.User.ID()
}

func promote(u *domain.User) { u.Promote(operator(), "promoted") }

func enable(u *domain.User) { u.Enable(operator(), "enabled") }

func disable(u *domain.User, otherActiveAdmins int) error {
	return u.Disable(operator(), "disabled", otherActiveAdmins)
}

func demote(u *domain.User, otherActiveAdmins int) error {
	return u.Demote(operator(), "demoted", otherActiveAdmins)
}

// operator is who acts in most cases: somebody without an account, such as at the command line.
func operator() domain.Principal { return domain.Principal{IP: "192.0.2.9", RequestID: "request-9"} }

// byAdmin ends sessions.
func byAdmin(reason string) domain.Ending {
	return domain.Ending{Cause: domain.CauseByAdmin, By: domain.Principal{User: "the-admin", IP: "192.0.2.9"}, Reason: reason}
}
