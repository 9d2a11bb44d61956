package domain

import (
	"strings"
	"time"
)

// UserID names a user: opaque, never reused.
type UserID string

// User is a person known by issuer and subject; the email may change and is never a key.
type User struct {
	id             UserID
	issuer         string
	subject        string
	email          string
	name           string
	picture        string
	admin          bool
	rightsByHand   bool // somebody has promoted or demoted the account
	disabled       bool
	disabledReason string
	createdAt      time.Time
	lastSignInAt   time.Time

	events   []Event
	sessions *Ending // what has happened to the user ends the sessions too
}

// UserState is a user as a store keeps it.
type UserState struct {
	ID             UserID
	Issuer         string
	Subject        string
	Email          string
	Name           string
	Picture        string
	Admin          bool
	RightsByHand   bool
	Disabled       bool
	DisabledReason string
	CreatedAt      time.Time
	LastSignInAt   time.Time
}

// RestoreUser gives the user that a store kept.
func RestoreUser(s UserState) User {
	return User{
		id: s.ID, issuer: s.Issuer, subject: s.Subject, email: s.Email, name: s.Name, picture: s.Picture,
		admin: s.Admin, rightsByHand: s.RightsByHand, disabled: s.Disabled, disabledReason: s.DisabledReason,
		createdAt: s.CreatedAt, lastSignInAt: s.LastSignInAt,
	}
}

// State gives what a store keeps of the user.
func (u *User) State() UserState {
	return UserState{
		ID: u.id, Issuer: u.issuer, Subject: u.subject, Email: u.email, Name: u.name, Picture: u.picture,
		Admin: u.admin, RightsByHand: u.rightsByHand, Disabled: u.disabled, DisabledReason: u.disabledReason,
		CreatedAt: u.createdAt, LastSignInAt: u.lastSignInAt,
	}
}

// NewUser makes the account of an identity at its first sign-in, at now.
func NewUser(id UserID, who Identity, now time.Time) User {
	u := User{id: id, issuer: who.Issuer, subject: who.Subject, createdAt: now}
	u.SignIn(who, now)
	return u
}

// maxName and maxPicture are how many characters of them are kept.
const (
	maxName    = 200
	maxPicture = 1000
)

// SignIn takes over what the identity says today: the email, name and picture may have changed.
func (u *User) SignIn(who Identity, now time.Time) {
	u.email = printable(who.Email)
	u.name = clip(printable(who.Name), maxName)
	u.picture = ""
	if picture := printable(who.Picture); len(picture) <= maxPicture {
		u.picture = picture
	}
	u.lastSignInAt = now
}

// Bootstrap makes the user an administrator because the operator's settings say so, unless
// somebody has promoted or demoted the account by hand.
func (u *User) Bootstrap(by Principal) {
	if u.admin || u.rightsByHand {
		return
	}
	u.admin = true
	u.note(Event{Action: ActionUserPromoted, By: by, Detail: "settings"})
}

// ID returns the user's id.
func (u *User) ID() UserID { return u.id }

// Email returns the address that the issuer gave at the last sign-in.
func (u *User) Email() string { return u.email }

// Name returns the display name; the email's local part where the issuer gave none.
func (u *User) Name() string {
	if u.name == "" {
		local, _, _ := strings.Cut(u.email, "@")
		return local
	}
	return u.name
}

// Picture returns the address of the user's picture, or "".
func (u *User) Picture() string { return u.picture }

// Admin reports whether the user is an administrator.
func (u *User) Admin() bool { return u.admin }

// Disabled reports whether the user may not use the application now.
func (u *User) Disabled() bool { return u.disabled }

// DisabledReason returns what was given as reason, or "".
func (u *User) DisabledReason() string { return u.disabledReason }

// CreatedAt returns when the account was made.
func (u *User) CreatedAt() time.Time { return u.createdAt }

// LastSignInAt returns when the user last signed in.
func (u *User) LastSignInAt() time.Time { return u.lastSignInAt }

// Active reports whether the user may sign in.
func (u *User) Active() bool { return !u.disabled }

// Promote makes the user an administrator; one who is already stays so.
func (u *User) Promote(by Principal, reason string) {
	if u.admin && u.rightsByHand {
		return
	}
	if !u.admin {
		u.note(Event{Action: ActionUserPromoted, By: by, Reason: reason})
	}
	u.admin, u.rightsByHand = true, true
}

// Demote takes the administrator's right away and ends the user's sessions, so that nothing
// that was opened with the right goes on. The last active administrator stays: ErrLastAdmin.
func (u *User) Demote(by Principal, reason string, otherActiveAdmins int) error {
	if !u.admin {
		u.rightsByHand = true
		return nil
	}
	if !u.disabled && otherActiveAdmins == 0 {
		return ErrLastAdmin
	}
	u.admin, u.rightsByHand = false, true
	u.note(Event{Action: ActionUserDemoted, By: by, Reason: reason})
	u.end(Ending{Cause: CauseRightsChanged, By: by, Reason: reason})
	return nil
}

// Disable shuts the user out and ends the user's sessions; again it only ends what is open.
// The last active administrator stays: ErrLastAdmin.
func (u *User) Disable(by Principal, reason string, otherActiveAdmins int) error {
	if !u.disabled {
		if u.admin && otherActiveAdmins == 0 {
			return ErrLastAdmin
		}
		u.disabled, u.disabledReason = true, reason
		u.note(Event{Action: ActionUserDisabled, By: by, Reason: reason})
	}
	u.end(Ending{Cause: CauseUserDisabled, By: by, Reason: reason})
	return nil
}

// Enable lets the user sign in again. It revives no session.
func (u *User) Enable(by Principal, reason string) {
	if !u.disabled {
		return
	}
	u.disabled, u.disabledReason = false, ""
	u.note(Event{Action: ActionUserEnabled, By: by, Reason: reason})
}

// Events returns what has happened to the user since it was made or restored.
func (u *User) Events() []Event { return u.events }

// EndsSessions returns how the user's sessions end by what has happened to the user, or nil:
// the store that keeps the change ends them in the same transaction.
func (u *User) EndsSessions() *Ending { return u.sessions }

func (u *User) note(e Event) {
	e.User = u.id
	u.events = append(u.events, e)
}

// end keeps the first ending only: a user both disabled and demoted was disabled.
func (u *User) end(why Ending) {
	if u.sessions == nil || why.Cause == CauseUserDisabled {
		u.sessions = &why
	}
}

// Invitation lets one account be made for an email address while sign-up is by invitation.
type Invitation struct {
	Email string
	By    Principal
}

// NewInvitation checks the address; a *FieldsError says what is wrong with it.
func NewInvitation(email string, by Principal) (Invitation, error) {
	email = FoldEmail(email)
	if fault := emailFault(email); fault != "" {
		return Invitation{}, &FieldsError{map[string]string{"email": fault}}
	}
	return Invitation{Email: email, By: by}, nil
}

// Event returns what the audit keeps of the invitation.
func (i Invitation) Event() Event {
	return Event{Action: ActionUserInvited, By: i.By, Detail: i.Email}
}
