package main

import (
	"context"
	"errors"
	"time"

	"latchkey/domain"
	"latchkey/infrastructure/config"
	"latchkey/usecase/port"
)

type sessionCommand struct {
	List   sessionList   `cmd:"" help:"List the sessions that can be used now, the newest first."`
	Revoke sessionRevoke `cmd:"" help:"End one session, or all of a person, at once and everywhere."`
}

type sessionList struct {
	User string `help:"Only this person's: id or email." placeholder:"PERSON"`
	JSON bool   `name:"json" help:"Print JSON."`
}

// sessionLine is a session as the lists print it, with the names of the HTTP API.
type sessionLine struct {
	ID         domain.SessionID `json:"id"`
	UserID     domain.UserID    `json:"user_id"`
	Email      string           `json:"email"`
	CreatedAt  time.Time        `json:"created_at"`
	LastSeenAt time.Time        `json:"last_seen_at"`
	ExpiresAt  time.Time        `json:"expires_at"`
	IP         string           `json:"ip"`
	UserAgent  string           `json:"user_agent"`
}

func (c *sessionList) Run(ctx context.Context, cfg config.Config, in process) error {
	op, closeOperator, err := newOperator(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeOperator()

	query := port.SessionQuery{Limit: pageSize}
	if c.User != "" {
		user, err := op.person(ctx, c.User)
		if err != nil {
			return err
		}
		query.User = user.ID()
	}
	lines := []sessionLine{}
	for more := true; more; {
		page, err := op.ListSessions.Do(ctx, query)
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			s, client := item.Session, item.Session.Client()
			lines = append(lines, sessionLine{
				s.ID(), s.UserID(), item.User.Email(), s.CreatedAt(), s.LastSeenAt(), s.ExpiresAt(), client.IP, client.UserAgent,
			})
			query.After = &port.Mark{At: s.CreatedAt(), ID: string(s.ID())}
		}
		more = page.More
	}
	if c.JSON {
		return printJSON(in.stdout, lines)
	}
	return printTable(in.stdout, []string{"ID", "EMAIL", "OPENED", "LAST SEEN", "ADDRESS", "BROWSER"}, lines, func(l sessionLine) []string {
		return []string{string(l.ID), l.Email, inWords(l.CreatedAt), inWords(l.LastSeenAt), l.IP, l.UserAgent}
	})
}

type sessionRevoke struct {
	ID     string `arg:"" optional:"" help:"The session's id, as session list shows it."`
	User   string `help:"All sessions of this person: id or email." placeholder:"PERSON"`
	Reason string `help:"Why; the holder is told." placeholder:"TEXT"`
}

// Validate is called by the parser.
func (c *sessionRevoke) Validate() error {
	if (c.ID == "") == (c.User == "") {
		return errors.New("name one session by its id, or a person by --user")
	}
	return nil
}

func (c *sessionRevoke) Run(ctx context.Context, cfg config.Config, in process) error {
	op, closeOperator, err := newOperator(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeOperator()

	which := domain.Selection{Session: domain.SessionID(c.ID)}
	if c.User != "" {
		user, err := op.person(ctx, c.User)
		if err != nil {
			return err
		}
		which = domain.Selection{User: user.ID()}
	}
	reason, err := domain.NewReason(c.Reason)
	if err != nil {
		return err
	}
	ended, err := op.EndSessions.Do(ctx, which, domain.Ending{Cause: domain.CauseByAdmin, Reason: reason})
	if err != nil {
		return err
	}
	if ended == 0 {
		say(in.stdout, "Nothing was open; what had ended stays ended.\n")
	} else {
		say(in.stdout, "%s ended.\n", count(ended, "session"))
	}
	return nil
}
