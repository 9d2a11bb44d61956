package domain

import "time"

// Cause says why a session ended; the set is closed.
type Cause string

// The causes.
const (
	CauseSignedOut     Cause = "signed_out"
	CauseIdle          Cause = "idle"
	CauseLifetime      Cause = "lifetime"
	CauseByAdmin       Cause = "by_admin"
	CauseByUser        Cause = "by_user"
	CauseReplaced      Cause = "replaced"
	CauseUserDisabled  Cause = "user_disabled"
	CauseUserDeleted   Cause = "user_deleted"
	CauseRightsChanged Cause = "rights_changed"
)

// refusal returns what the holder of a session that ended so is told.
func (c Cause) refusal() *Error {
	switch c {
	case CauseIdle, CauseLifetime:
		return ErrSessionExpired
	case CauseReplaced:
		return ErrSessionReplaced
	case CauseSignedOut, CauseByAdmin, CauseByUser, CauseUserDisabled, CauseUserDeleted, CauseRightsChanged:
		return ErrSessionRevoked
	}
	return ErrSessionRevoked
}

// Ending says how a session ended: why, by whom, when.
type Ending struct {
	Cause  Cause
	By     Principal
	At     time.Time // the store's clock; zero until it is stored
	Reason string    // what a person gave as reason, for the holder to read
}

// Event returns what the audit keeps of the session's end.
func (e Ending) Event(session SessionID, user UserID) Event {
	return Event{
		Action: ActionSessionEnded, By: e.By, Session: session, User: user,
		Reason: e.Reason, Detail: string(e.Cause),
	}
}
