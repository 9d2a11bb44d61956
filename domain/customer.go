package domain

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// CustomerID names a customer: positive, never reused.
type CustomerID int64

// Customer is somebody that the business deals with.
type Customer struct {
	id        CustomerID
	name      string
	email     string
	createdAt time.Time
	updatedAt time.Time
	version   int64

	events []Event
}

// CustomerState is a customer as a store keeps it.
type CustomerState struct {
	ID        CustomerID
	Name      string
	Email     string
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64
}

// NewCustomer makes a customer that no store has kept yet: it has neither id nor times. A
// *FieldsError names each field at fault.
func NewCustomer(name, email string, by Principal) (Customer, error) {
	var c Customer
	if err := c.set(name, email); err != nil {
		return Customer{}, err
	}
	c.events = append(c.events, Event{Action: ActionCustomerCreated, By: by})
	return c, nil
}

// RestoreCustomer gives the customer that a store kept.
func RestoreCustomer(s CustomerState) Customer {
	return Customer{
		id: s.ID, name: s.Name, email: s.Email,
		createdAt: s.CreatedAt, updatedAt: s.UpdatedAt, version: s.Version,
	}
}

// State gives what a store keeps of the customer.
func (c *Customer) State() CustomerState {
	return CustomerState{
		ID: c.id, Name: c.name, Email: c.email,
		CreatedAt: c.createdAt, UpdatedAt: c.updatedAt, Version: c.version,
	}
}

// ID returns the customer's id.
func (c *Customer) ID() CustomerID { return c.id }

// Name returns the name: 1 to 100 characters.
func (c *Customer) Name() string { return c.name }

// Email returns the email address: at most 254 characters.
func (c *Customer) Email() string { return c.email }

// CreatedAt returns when the customer was added.
func (c *Customer) CreatedAt() time.Time { return c.createdAt }

// UpdatedAt returns when the customer was last changed.
func (c *Customer) UpdatedAt() time.Time { return c.updatedAt }

// Version counts the customer's changes, the first being 1.
func (c *Customer) Version() int64 { return c.version }

// Rewrite gives the customer another name and email. A *FieldsError names each field at
// fault; then nothing has changed.
func (c *Customer) Rewrite(name, email string, by Principal) error {
	before := *c
	if err := c.set(name, email); err != nil {
		return err
	}
	var changed []string
	if c.name != before.name {
		changed = append(changed, "name")
	}
	if c.email != before.email {
		changed = append(changed, "email")
	}
	if len(changed) > 0 {
		c.events = append(c.events, Event{
			Action: ActionCustomerChanged, By: by, Customer: c.id, Detail: strings.Join(changed, ", "),
		})
	}
	return nil
}

// Remove notes that the customer is deleted.
func (c *Customer) Remove(by Principal) {
	c.events = append(c.events, Event{Action: ActionCustomerRemoved, By: by, Customer: c.id})
}

// Changed reports whether anything has happened to the customer since it was made or restored.
func (c *Customer) Changed() bool { return len(c.events) > 0 }

// Events returns what has happened to the customer since it was made or restored.
func (c *Customer) Events() []Event { return c.events }

func (c *Customer) set(name, email string) error {
	name, email = strings.TrimSpace(name), strings.TrimSpace(email)
	faults := map[string]string{}
	if fault := nameFault(name); fault != "" {
		faults["name"] = fault
	}
	if fault := emailFault(email); fault != "" {
		faults["email"] = fault
	}
	if len(faults) > 0 {
		return &FieldsError{faults}
	}
	c.name, c.email = name, email
	return nil
}

const (
	maxCustomerName = 100
	maxEmail        = 254 // RFC 5321 4.5.3.1.3, less the brackets
	maxEmailLocal   = 64  // RFC 5321 4.5.3.1.1
)

func nameFault(name string) string {
	switch {
	case name == "":
		return "Enter a name."
	case !storable(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "The name holds characters that can't be kept, such as control characters."
	case utf8.RuneCountInString(name) > maxCustomerName:
		return "A name has at most 100 characters."
	}
	return ""
}

func emailFault(email string) string {
	switch {
	case email == "":
		return "Enter an email address."
	case utf8.RuneCountInString(email) > maxEmail:
		return "An email address has at most 254 characters."
	case !validEmail(email):
		return "Enter an email address like name@example.com."
	}
	return ""
}

// validEmail accepts what the HTML standard's email input accepts, and letters beyond ASCII
// (RFC 6531). It asks for a domain with a dot, for nobody's customers live at localhost.
func validEmail(email string) bool {
	local, domain, found := strings.Cut(email, "@")
	if !found || local == "" || len(local) > maxEmailLocal || !utf8.ValidString(email) {
		return false
	}
	if strings.ContainsFunc(local, func(r rune) bool { return !isEmailLocal(r) }) {
		return false
	}
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool { return !isLetterOrDigit(r) && r != '-' }) {
			return false
		}
	}
	return len(labels) > 1
}

func isEmailLocal(r rune) bool {
	return isLetterOrDigit(r) || strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r)
}

func isLetterOrDigit(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
