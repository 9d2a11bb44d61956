package domain

import (
	"slices"
	"strings"
	"time"
)

// Identity is what an identity provider vouches for after a credential was verified.
type Identity struct {
	Issuer        string // https form
	Subject       string // never reused by the issuer; (Issuer, Subject) is the person
	Email         string // as the issuer wrote it; never a key
	EmailVerified bool
	HostedDomain  string // Google's hd: the organisation that owns the account; empty: none
	Name          string
	Picture       string // https address, or empty
	Credential    CredentialID
}

// CredentialID is what a credential is spent by: once, whoever presents it.
type CredentialID struct {
	Hash      [32]byte
	ExpiresAt time.Time // from then on the credential can't be valid, spent or not
}

// EmailAuthoritative reports whether the issuer may speak for the email's owner: Google does for
// gmail.com, and for verified addresses of an organisation that it hosts (Google Identity,
// "Verify the Google ID token on your server side"). Theirs are in ASCII: other letters that fold
// into it, such as the Kelvin sign into k, would make one person's address another's.
func (i Identity) EmailAuthoritative() bool {
	if !ascii(i.Email) {
		return false
	}
	return strings.HasSuffix(FoldEmail(i.Email), "@gmail.com") || (i.EmailVerified && i.HostedDomain != "")
}

// Signup says who may get an account at the first sign-in.
type Signup string

// The ways of signing up.
const (
	SignupOpen    Signup = "open"
	SignupInvited Signup = "invited"
)

// Admission is the operator's policy for sign-in.
type Admission struct {
	HostedDomains []string // empty: any
	Signup        Signup
	AdminEmails   []string // folded
}

// Check reports why the identity may not sign in whatever account it has:
// ErrEmailNotVerified, ErrDomainNotAllowed, or nil.
func (a Admission) Check(i Identity) error {
	if !i.EmailVerified {
		return ErrEmailNotVerified
	}
	hosted := ascii(i.HostedDomain) && slices.Contains(a.HostedDomains, strings.ToLower(i.HostedDomain))
	if len(a.HostedDomains) > 0 && !hosted {
		return ErrDomainNotAllowed
	}
	return nil
}

// MakesAdmin reports whether the policy makes the identity's account an administrator.
func (a Admission) MakesAdmin(i Identity) bool {
	return i.EmailAuthoritative() && slices.Contains(a.AdminEmails, FoldEmail(i.Email))
}

// NeedsInvitation reports whether a new account for the identity takes an invitation.
func (a Admission) NeedsInvitation(i Identity) bool {
	return a.Signup == SignupInvited && !a.MakesAdmin(i)
}
