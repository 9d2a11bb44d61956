package domain

import "time"

// Action names what happened.
type Action string

// The actions that the audit knows.
const (
	ActionSessionOpened   Action = "session.opened"
	ActionSessionEnded    Action = "session.ended"
	ActionLoginRefused    Action = "login.refused"
	ActionUserCreated     Action = "user.created"
	ActionUserInvited     Action = "user.invited"
	ActionUserPromoted    Action = "user.promoted"
	ActionUserDemoted     Action = "user.demoted"
	ActionUserDisabled    Action = "user.disabled"
	ActionUserEnabled     Action = "user.enabled"
	ActionCustomerCreated Action = "customer.created"
	ActionCustomerChanged Action = "customer.changed"
	ActionCustomerRemoved Action = "customer.deleted"
	ActionUnconfirmed     Action = "revocation.unconfirmed"
)

// Actions lists every action, for filters.
func Actions() []Action {
	return []Action{
		ActionSessionOpened, ActionSessionEnded, ActionLoginRefused,
		ActionUserCreated, ActionUserInvited, ActionUserPromoted, ActionUserDemoted, ActionUserDisabled, ActionUserEnabled,
		ActionCustomerCreated, ActionCustomerChanged, ActionCustomerRemoved,
		ActionUnconfirmed,
	}
}

// Principal is who does something, and from where: a signed-in user, or, with an empty
// User, the operator at the command line or the program itself.
type Principal struct {
	User      UserID
	Session   SessionID
	IP        string
	RequestID string
}

// Event is something that happened, for the audit. The store that writes it gives it its time.
type Event struct {
	Action   Action
	By       Principal
	User     UserID     // whom it happened to
	Session  SessionID  // the session it happened to
	Customer CustomerID // the customer it happened to
	Reason   string     // what a person gave as reason
	Detail   string     // what else there is to know: a cause, a refusal's code, changed fields
}

// Storable returns the event without the characters that no store can keep, or no reader
// should see, in what may come from outside: what is recorded is never lost for its text.
func (e Event) Storable() Event {
	e.By.IP, e.By.RequestID = printable(e.By.IP), printable(e.By.RequestID)
	e.Reason, e.Detail = printable(e.Reason), printable(e.Detail)
	return e
}

// Record is an event as the audit keeps it.
type Record struct {
	ID int64 // grows with time
	At time.Time
	Event
	ByEmail   string // the acting user's email today; empty: nobody, or gone
	UserEmail string // the concerned user's email today; empty: nobody, or gone
}
