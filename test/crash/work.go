package crash

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Ports are what the work changes.
type Ports struct {
	Users     port.Users
	Sessions  port.Sessions
	Customers port.Customers
}

// workers is how many changes are under way at once.
const workers = 4

// customersAtOnce is how many customers are added by one call, all or none.
const customersAtOnce = 3

// Work changes the store until the first failure, of each of several workers, and writes a
// line for each thing that was acknowledged, in one piece: its name and its id.
func Work(ctx context.Context, ports Ports, acknowledged io.Writer) {
	var all sync.WaitGroup
	for range workers {
		w := worker{ports: ports, acknowledged: acknowledged}
		all.Go(func() {
			for w.round(ctx) == nil {
			}
		})
	}
	all.Wait()
}

// worker signs its own people in and out.
type worker struct {
	ports        Ports
	acknowledged io.Writer
}

// round is the life of one person: two sign-ins, the second of which replaces the first, the
// end of a session, the end of all by disabling; and some customers.
func (w *worker) round(ctx context.Context) error {
	o := opening()
	first, err := w.open(ctx, o)
	if err != nil {
		return err
	}
	second := again(o)
	second.Earlier = []domain.SessionKey{o.Key}
	if _, err := w.open(ctx, second, first.Session.ID()); err != nil {
		return err
	}
	third := again(o)
	if _, err := w.open(ctx, third); err != nil {
		return err
	}
	_, err = w.ports.Sessions.End(ctx, domain.Selection{Session: second.Session}, domain.Ending{Cause: domain.CauseByAdmin})
	if err != nil {
		return err
	}
	w.tell("ended", string(second.Session))

	user := first.User.ID()
	for _, change := range []func(*domain.User, int) error{
		func(u *domain.User, others int) error { return u.Disable(domain.Principal{}, "a test", others) },
		func(u *domain.User, _ int) error { u.Enable(domain.Principal{}, "a test"); return nil },
	} {
		if _, _, err := w.ports.Users.Change(ctx, user, change); err != nil {
			return err
		}
		w.tell("ended", string(third.Session))
	}
	return w.addCustomers(ctx)
}

func (w *worker) open(ctx context.Context, o port.Opening, replaced ...domain.SessionID) (port.Opened, error) {
	opened, err := w.ports.Sessions.Open(ctx, o)
	if err != nil {
		return opened, err
	}
	things := []string{
		"user", string(opened.User.ID()), "session", string(o.Session),
		"key", hex.EncodeToString(o.Key[:]), "credential", hex.EncodeToString(o.Identity.Credential.Hash[:]),
	}
	for _, session := range replaced {
		things = append(things, "ended", string(session))
	}
	w.tell(things...)
	return opened, nil
}

func (w *worker) addCustomers(ctx context.Context) error {
	var customers []domain.Customer
	for range customersAtOnce {
		customer, err := domain.NewCustomer("A customer", "customer@example.com", domain.Principal{})
		if err != nil {
			return err
		}
		customers = append(customers, customer)
	}
	added, err := w.ports.Customers.Add(ctx, customers...)
	if err != nil {
		return err
	}
	var things []string
	for _, customer := range added {
		things = append(things, "customer", fmt.Sprint(customer.ID()))
	}
	w.tell(things...)
	return nil
}

// tell writes pairs of names and ids, a line each, by one write.
func (w *worker) tell(things ...string) {
	var lines strings.Builder
	for i := 0; i < len(things); i += 2 {
		lines.WriteString(things[i] + " " + things[i+1] + "\n")
	}
	_, _ = io.WriteString(w.acknowledged, lines.String())
}

func random() (b [32]byte) {
	_, _ = rand.Read(b[:])
	return b
}

func opening() port.Opening {
	subject := domain.NewID(random())
	return again(port.Opening{
		NewUser: domain.UserID(domain.NewID(random())),
		Identity: domain.Identity{
			Issuer: "https://accounts.google.com", Subject: subject, Email: subject + "@gmail.com", EmailVerified: true,
		},
		Admission: domain.Admission{Signup: domain.SignupOpen},
		Life:      domain.Lifetime{Idle: time.Hour, Max: time.Hour},
	})
}

// again is another sign-in of the same person.
func again(o port.Opening) port.Opening {
	o.Session, o.Key, o.Earlier = domain.SessionID(domain.NewID(random())), domain.SessionKey(random()), nil
	o.NewUser = domain.UserID(domain.NewID(random()))
	o.Identity.Credential = domain.CredentialID{Hash: random(), ExpiresAt: time.Date(2200, time.January, 1, 0, 0, 0, 0, time.UTC)}
	return o
}
