package memory

import (
	"context"
	"errors"
	"slices"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Open implements port.Sessions.
func (s *Sessions) Open(ctx context.Context, o port.Opening) (opened port.Opened, err error) {
	err = s.store.change(ctx, func(v *view) error {
		opened, err = v.open(o)
		return err
	})
	if err != nil {
		return port.Opened{}, err
	}
	return opened, nil
}

func (v *view) open(o port.Opening) (port.Opened, error) {
	if err := v.unique(o); err != nil {
		return port.Opened{}, err
	}
	user, created, err := v.admit(o)
	if err != nil {
		return port.Opened{}, err
	}
	opened, err := domain.NewSession(o.Session, user, o.Client, v.now, o.Life)
	if err != nil {
		return port.Opened{}, err
	}
	by := o.By
	by.User, by.Session = user.ID(), o.Session
	if created {
		v.record(domain.Event{Action: domain.ActionUserCreated, By: by, User: user.ID()})
	}
	if o.Admission.MakesAdmin(o.Identity) {
		user.Bootstrap(by)
	}
	v.record(user.Events()...)
	v.users[user.ID()] = user.State()

	replaced := v.replace(o, user.ID(), domain.Ending{Cause: domain.CauseReplaced, By: by})

	v.sessions[o.Key] = session{opened.State(), o.Key, o.Identity.Credential}
	v.record(domain.Event{Action: domain.ActionSessionOpened, By: by, User: user.ID(), Session: o.Session})
	return port.Opened{Session: opened, User: domain.RestoreUser(user.State()), Now: v.now, Replaced: replaced}, nil
}

// unique refuses a credential that is spent, and ids that are taken: the latter are random, so
// that it takes a defect.
func (v *view) unique(o port.Opening) error {
	for _, s := range v.sessions {
		if s.credential.Hash == o.Identity.Credential.Hash {
			return domain.ErrCredentialSpent
		}
		if s.ID == o.Session || s.key == o.Key {
			return errors.New("open session: its id or key is taken")
		}
	}
	return nil
}

// admit finds or makes the account of the opening's identity.
func (v *view) admit(o port.Opening) (user domain.User, created bool, err error) {
	who := o.Identity
	for _, kept := range v.users {
		if kept.Issuer == who.Issuer && kept.Subject == who.Subject {
			user = domain.RestoreUser(kept)
			user.SignIn(who, v.now)
			return user, false, nil
		}
	}
	if _, taken := v.users[o.NewUser]; taken {
		return user, false, errors.New("make account: its id is taken")
	}
	if o.Admission.NeedsInvitation(who) {
		email := domain.FoldEmail(who.Email)
		if _, invited := v.invitations[email]; !invited || !who.EmailAuthoritative() {
			return user, false, domain.ErrNotInvited
		}
		delete(v.invitations, email)
	}
	return domain.NewUser(o.NewUser, who, v.now), true, nil
}

// replace ends what the new session takes the place of: those that the request came with,
// and the user's oldest past the limit.
func (v *view) replace(o port.Opening, user domain.UserID, why domain.Ending) port.Sequence {
	n := 0
	if len(o.Earlier) > 0 {
		n += v.end(func(s session) bool { return slices.Contains(o.Earlier, s.key) }, why)
	}
	if o.Most > 0 {
		oldest := v.pastTheLimit(user, o.Most-1)
		n += v.end(func(s session) bool { return slices.Contains(oldest, s.ID) }, why)
	}
	if n == 0 {
		return 0
	}
	v.lastRevocation++
	return v.lastRevocation
}

// pastTheLimit names the user's usable sessions but for the newest.
func (v *view) pastTheLimit(user domain.UserID, spared int) []domain.SessionID {
	var places []port.Mark
	for _, s := range v.sessions {
		if s.UserID == user && v.usable(s) {
			places = append(places, sessionPlace(s.restore()))
		}
	}
	slices.SortFunc(places, newestFirst)
	var ids []domain.SessionID
	for _, place := range places[min(spared, len(places)):] {
		ids = append(ids, domain.SessionID(place.ID))
	}
	return ids
}
