package domain

import "time"

// Kind says what sort of refusal an Error is. It knows nothing of HTTP.
type Kind uint8

// The kinds of refusal.
const (
	KindInvalid         Kind = iota + 1 // the request makes no sense as it stands
	KindUnauthenticated                 // nobody is signed in
	KindForbidden                       // somebody is, but may not
	KindNotFound                        // the thing does not exist
	KindConflict                        // the rules forbid it in the present state
	KindStale                           // the thing has changed since it was read
	KindFields                          // single fields are at fault
	KindLimited                         // too often
	KindUnavailable                     // something needed can't be reached
)

// Error is a refusal: the rules, or the state of the world, say no. Anything that
// isn't one is a defect.
type Error struct {
	Kind   Kind
	Code   string // stable, lower_snake
	Detail string // plain English for people: what is wrong and what to do
}

func (e *Error) Error() string { return e.Code + ": " + e.Detail }

// Refusals that several places share.
var (
	ErrNotAuthenticated = &Error{KindUnauthenticated, "not_authenticated", "You are not signed in. Sign in and try again."}
	ErrSessionExpired   = &Error{KindUnauthenticated, "session_expired", "Your session has expired. Sign in again."}
	ErrSessionRevoked   = &Error{KindUnauthenticated, "session_revoked", "Your session was ended. Sign in again."}
	ErrSessionReplaced  = &Error{KindUnauthenticated, "session_replaced", "Your session was replaced by a newer sign-in. Sign in again."}

	ErrInvalidCredential = &Error{KindUnauthenticated, "invalid_credential", "The credential was not accepted. Sign in again to get a fresh one."}

	ErrUserDisabled       = &Error{KindForbidden, "user_disabled", "This account is disabled. Ask an administrator."}
	ErrAdminRequired      = &Error{KindForbidden, "admin_required", "Only administrators may do this."}
	ErrEmailNotVerified   = &Error{KindForbidden, "email_not_verified", "Google has not verified this email address. Verify it with Google, then sign in again."}
	ErrDomainNotAllowed   = &Error{KindForbidden, "domain_not_allowed", "Accounts of this organisation may not sign in here."}
	ErrNotInvited         = &Error{KindForbidden, "not_invited", "This email address has not been invited. Ask an administrator for an invitation."}
	ErrLastAdmin          = &Error{KindConflict, "last_admin", "This is the last active administrator. Make somebody else an administrator first."}
	ErrUserNotFound       = &Error{KindNotFound, "not_found", "There is no such user."}
	ErrSessionNotFound    = &Error{KindNotFound, "not_found", "There is no such session."}
	ErrCustomerNotFound   = &Error{KindNotFound, "not_found", "There is no such customer."}
	ErrCustomerChanged    = &Error{KindStale, "customer_changed", "The customer has been changed since you read it. Read it again, then repeat your change."}
	ErrInvalidFields      = &Error{KindFields, "invalid_fields", "Some fields are not acceptable; see errors."}
	ErrRateLimited        = &Error{KindLimited, "rate_limited", "Too many attempts. Wait a little, then try again."}
	ErrUnavailable        = &Error{KindUnavailable, "unavailable", "Something that this needs can't be reached right now. Try again in a moment."}
	ErrUnconfirmed        = &Error{KindUnavailable, "unconfirmed", "It is done, but not every server has confirmed it yet. Call again to confirm."}
	ErrSessionUserChanged = &Error{KindConflict, "session_user_changed", "Somebody else has signed in in this browser since the page was opened. Reload the page."}
	ErrAlreadyInvited     = &Error{KindConflict, "already_invited", "This email address has been invited already."}
)

// ErrCredentialSpent says that a credential was used before: the holder is told no more than
// of any other fault of it.
var ErrCredentialSpent = &CredentialError{"the credential was used before"}

// FieldsError names each field at fault; it unwraps to ErrInvalidFields.
type FieldsError struct {
	Fields map[string]string // field → what is wrong with it
}

func (e *FieldsError) Error() string { return ErrInvalidFields.Error() }

func (e *FieldsError) Unwrap() error { return ErrInvalidFields }

// CredentialError says which check a credential failed, for operators alone: it unwraps to
// ErrInvalidCredential, which is all that the holder is told.
type CredentialError struct {
	Fault string // names the check; holds nothing of the credential
}

func (e *CredentialError) Error() string { return ErrInvalidCredential.Code + ": " + e.Fault }

func (e *CredentialError) Unwrap() error { return ErrInvalidCredential }

// DisabledError says who is disabled; it unwraps to ErrUserDisabled.
type DisabledError struct {
	User UserID
}

func (e *DisabledError) Error() string { return ErrUserDisabled.Error() }

func (e *DisabledError) Unwrap() error { return ErrUserDisabled }

// LimitedError says when to try again; it unwraps to ErrRateLimited.
type LimitedError struct {
	RetryAfter time.Duration
}

func (e *LimitedError) Error() string { return ErrRateLimited.Error() }

func (e *LimitedError) Unwrap() error { return ErrRateLimited }

// EndedError says that a session has ended, and how; it unwraps to the Error of its cause.
type EndedError struct {
	Ending Ending
}

func (e *EndedError) Error() string { return e.Unwrap().Error() }

func (e *EndedError) Unwrap() error { return e.Ending.Cause.refusal() }
