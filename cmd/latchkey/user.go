package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"latchkey/domain"
	"latchkey/infrastructure/config"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

type userCommand struct {
	List    userList    `cmd:"" help:"List people, the newest first."`
	Invite  userInvite  `cmd:"" help:"Let somebody get an account while sign-up is by invitation."`
	Promote userPromote `cmd:"" help:"Make somebody an administrator."`
	Demote  userDemote  `cmd:"" help:"Take the administrator's right away, and end the person's sessions."`
	Disable userDisable `cmd:"" help:"Shut somebody out, and end the person's sessions."`
	Enable  userEnable  `cmd:"" help:"Let somebody sign in again."`
}

type userList struct {
	Search string `help:"Only people whose name or email holds this." placeholder:"TEXT"`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// userLine is a user as the lists print it, with the names of the HTTP API.
type userLine struct {
	ID             domain.UserID `json:"id"`
	Email          string        `json:"email"`
	Name           string        `json:"name"`
	Admin          bool          `json:"admin"`
	Disabled       bool          `json:"disabled"`
	DisabledReason string        `json:"disabled_reason,omitempty"`
	CreatedAt      time.Time     `json:"created_at"`
	LastSignInAt   time.Time     `json:"last_sign_in_at"`
}

func (c *userList) Run(ctx context.Context, cfg config.Config, in process) error {
	op, closeOperator, err := newOperator(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeOperator()

	lines := []userLine{}
	query := port.UserQuery{Text: c.Search, Limit: pageSize}
	for more := true; more; {
		page, err := op.ListUsers.Do(ctx, query)
		if err != nil {
			return err
		}
		for _, u := range page.Items {
			lines = append(lines, userLine{
				u.ID(), u.Email(), u.Name(), u.Admin(), u.Disabled(), u.DisabledReason(), u.CreatedAt(), u.LastSignInAt(),
			})
			query.After = &port.Mark{At: u.CreatedAt(), ID: string(u.ID())}
		}
		more = page.More
	}
	if c.JSON {
		return printJSON(in.stdout, lines)
	}
	return printTable(in.stdout, []string{"ID", "EMAIL", "NAME", "RIGHTS", "LAST SIGN-IN"}, lines, func(l userLine) []string {
		return []string{string(l.ID), l.Email, l.Name, l.rights(), inWords(l.LastSignInAt)}
	})
}

func (l userLine) rights() string {
	rights := "user"
	if l.Admin {
		rights = "admin"
	}
	if l.Disabled {
		rights += ", disabled"
	}
	return rights
}

type userInvite struct {
	Email string `arg:"" help:"The email address."`
}

func (c *userInvite) Run(ctx context.Context, cfg config.Config, in process) error {
	op, closeOperator, err := newOperator(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeOperator()
	invitation, err := op.InviteUser.Do(ctx, c.Email, domain.Principal{})
	if err != nil {
		return err
	}
	say(in.stdout, "%s may sign in and get an account.\n", invitation.Email)
	return nil
}

// person is the argument by which a command names somebody.
type person struct {
	Person string `arg:"" help:"The person's id or email."`
	Reason string `help:"Why; kept in the audit." placeholder:"TEXT"`
}

type (
	userPromote struct{ person }
	userDemote  struct{ person }
	userDisable struct{ person }
	userEnable  struct{ person }
)

func (c *userPromote) Run(ctx context.Context, cfg config.Config, in process) error {
	return c.change(ctx, cfg, in, usecase.UserChange{Admin: new(true)}, "is an administrator")
}

func (c *userDemote) Run(ctx context.Context, cfg config.Config, in process) error {
	return c.change(ctx, cfg, in, usecase.UserChange{Admin: new(false)}, "is not an administrator")
}

func (c *userDisable) Run(ctx context.Context, cfg config.Config, in process) error {
	return c.change(ctx, cfg, in, usecase.UserChange{Disabled: new(true)}, "is disabled")
}

func (c *userEnable) Run(ctx context.Context, cfg config.Config, in process) error {
	return c.change(ctx, cfg, in, usecase.UserChange{Disabled: new(false)}, "may sign in")
}

func (p person) change(ctx context.Context, cfg config.Config, in process, change usecase.UserChange, done string) error {
	op, closeOperator, err := newOperator(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeOperator()
	user, err := op.person(ctx, p.Person)
	if err != nil {
		return err
	}
	change.Reason = p.Reason
	if _, err := op.ChangeUser.Do(ctx, user.ID(), change, domain.Principal{}); err != nil {
		return err
	}
	say(in.stdout, "%s (%s) %s.\n", user.Email(), user.ID(), done)
	return nil
}

// person finds somebody by id or email. An email that several accounts hold names nobody.
func (op operator) person(ctx context.Context, text string) (domain.User, error) {
	if !strings.Contains(text, "@") {
		return op.FindUser.Do(ctx, domain.UserID(text))
	}
	page, err := op.ListUsers.Do(ctx, port.UserQuery{Email: domain.FoldEmail(text), Limit: pageSize})
	if err != nil {
		return domain.User{}, err
	}
	switch len(page.Items) {
	case 0:
		return domain.User{}, domain.ErrUserNotFound
	case 1:
		return page.Items[0], nil
	}
	var ids []string
	for _, u := range page.Items {
		ids = append(ids, string(u.ID()))
	}
	return domain.User{}, errors.New("several accounts hold " + text + "; name one by its id: " + strings.Join(ids, ", "))
}
