package memory

import (
	"context"
	"slices"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Sessions is a port.Sessions.
type Sessions struct{ store *Store }

var _ port.Sessions = (*Sessions)(nil)

// Find implements port.Sessions.
func (s *Sessions) Find(ctx context.Context, key domain.SessionKey) (found port.Found, err error) {
	err = s.store.read(ctx, func(v view) error {
		kept, there := v.sessions[key]
		if !there {
			return domain.ErrSessionNotFound
		}
		found = port.Found{Session: kept.restore(), User: domain.RestoreUser(v.users[kept.UserID]), Now: v.now}
		return nil
	})
	return found, err
}

// List implements port.Sessions.
func (s *Sessions) List(ctx context.Context, q port.SessionQuery) (page port.Page[port.Listed], err error) {
	err = s.store.read(ctx, func(v view) error {
		var list []port.Listed
		for _, kept := range v.sessions {
			if v.usable(kept) && (q.User == "" || kept.UserID == q.User) && (q.IP == "" || kept.Client.IP == q.IP) &&
				behind(q.After, sessionPlace(kept.restore())) {
				list = append(list, port.Listed{Session: kept.restore(), User: domain.RestoreUser(v.users[kept.UserID])})
			}
		}
		slices.SortFunc(list, func(a, b port.Listed) int {
			return newestFirst(sessionPlace(a.Session), sessionPlace(b.Session))
		})
		page = pageOf(list, q.Limit)
		return nil
	})
	return page, err
}

func sessionPlace(s domain.Session) port.Mark {
	return port.Mark{At: s.CreatedAt(), ID: string(s.ID())}
}

// End implements port.Sessions.
func (s *Sessions) End(ctx context.Context, which domain.Selection, why domain.Ending) (ended port.Ended, err error) {
	err = s.store.change(ctx, func(v *view) error {
		if which.Empty() {
			return nil
		}
		if which.One() && !v.holds(which) {
			return domain.ErrSessionNotFound
		}
		ended.Count = v.end(func(s session) bool { return selected(which, s) }, why)
		if ended.Count > 0 {
			v.lastRevocation++
		}
		ended.Sequence = v.lastRevocation
		return nil
	})
	if err != nil {
		return port.Ended{}, err
	}
	return ended, nil
}

// Touch implements port.Sessions.
func (s *Sessions) Touch(ctx context.Context, uses []port.Use) error {
	return s.store.change(ctx, func(v *view) error {
		for _, use := range uses {
			kept, there := v.sessions[use.Key]
			if there && v.usable(kept) {
				kept.SessionState = kept.restore().Seen(micros(use.At)).State()
				v.sessions[use.Key] = kept
			}
		}
		return nil
	})
}

func selected(which domain.Selection, s session) bool {
	return (which.Session == "" || s.ID == which.Session) &&
		(which.Key == nil || s.key == *which.Key) &&
		(which.User == "" || s.UserID == which.User) &&
		(which.Except == "" || s.ID != which.Except)
}

// restore gives the session a copy of its ending, so that no caller can change what is kept.
func (s session) restore() domain.Session {
	if s.Ending != nil {
		ending := *s.Ending
		s.Ending = &ending
	}
	return domain.RestoreSession(s.SessionState)
}

func (v *view) usable(s session) bool { return s.restore().Check(v.now) == nil }

// holds reports whether the selection names any session, ended ones included.
func (v *view) holds(which domain.Selection) bool {
	for _, s := range v.sessions {
		if selected(which, s) {
			return true
		}
	}
	return false
}

// end ends the usable sessions that are selected, and returns how many they were.
func (v *view) end(selected func(session) bool, why domain.Ending) int {
	n := 0
	why.At = v.now
	for key, s := range v.sessions {
		if selected(s) && v.usable(s) {
			ending := why
			s.Ending = &ending
			v.sessions[key] = s
			v.record(why.Event(s.ID, s.UserID))
			n++
		}
	}
	return n
}
