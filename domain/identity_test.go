package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"latchkey/domain"
)

func TestEmailAuthoritative(t *testing.T) {
	tests := map[string]struct {
		who  domain.Identity
		want bool
	}{
		"gmail":                           {domain.Identity{Email: "anna@gmail.com", EmailVerified: true}, true},
		"gmail in capitals":               {domain.Identity{Email: "Anna@GMail.COM"}, true},
		"hosted and verified":             {domain.Identity{Email: "anna@example.com", EmailVerified: true, HostedDomain: "example.com"}, true},
		"hosted, not verified":            {domain.Identity{Email: "anna@example.com", HostedDomain: "example.com"}, false},
		"verified, not hosted":            {domain.Identity{Email: "anna@example.com", EmailVerified: true}, false},
		"googlemail":                      {domain.Identity{Email: "anna@googlemail.com", EmailVerified: true}, false},
		"a domain that ends like gmail":   {domain.Identity{Email: "anna@notgmail.com", EmailVerified: true}, false},
		"a subdomain":                     {domain.Identity{Email: "anna@x.gmail.com", EmailVerified: true}, false},
		"a domain that starts like gmail": {domain.Identity{Email: "anna@gmail.com.example.org", EmailVerified: true}, false},
		"a domain that folds into gmail":  {domain.Identity{Email: "anna@gma\u0130l.com", EmailVerified: true}, false},
		"a name that folds into another":  {domain.Identity{Email: "\u212Aen@gmail.com", EmailVerified: true}, false},
		"hosted, folds into another":      {domain.Identity{Email: "ken@f\u0130rm.com", EmailVerified: true, HostedDomain: "f\u0130rm.com"}, false},
		"none":                            {domain.Identity{}, false},
	}
	for name, tt := range tests {
		assert.Equal(t, tt.want, tt.who.EmailAuthoritative(), name)
	}
}

func TestAdmissionCheck(t *testing.T) {
	verified := domain.Identity{Email: "anna@example.com", EmailVerified: true, HostedDomain: "Example.com"}
	tests := map[string]struct {
		policy domain.Admission
		who    domain.Identity
		want   error
	}{
		"verified, any domain":     {domain.Admission{}, verified, nil},
		"its domain":               {domain.Admission{HostedDomains: []string{"example.org", "example.com"}}, verified, nil},
		"another domain":           {domain.Admission{HostedDomains: []string{"example.org"}}, verified, domain.ErrDomainNotAllowed},
		"no domain where one must": {domain.Admission{HostedDomains: []string{"example.com"}}, domain.Identity{Email: "anna@example.com", EmailVerified: true}, domain.ErrDomainNotAllowed},
		"one that folds into it":   {domain.Admission{HostedDomains: []string{"firm.com"}}, domain.Identity{Email: "anna@f\u0130rm.com", EmailVerified: true, HostedDomain: "f\u0130rm.com"}, domain.ErrDomainNotAllowed},
		"not verified":             {domain.Admission{}, domain.Identity{Email: "anna@gmail.com"}, domain.ErrEmailNotVerified},
		"neither":                  {domain.Admission{HostedDomains: []string{"example.com"}}, domain.Identity{}, domain.ErrEmailNotVerified},
	}
	for name, tt := range tests {
		assert.Equal(t, tt.want, tt.policy.Check(tt.who), name)
	}
}

func TestAdmissionOfAdminsAndTheInvited(t *testing.T) {
	listed := []string{"anna@gmail.com", "anna@example.com"}
	tests := map[string]struct {
		signup      domain.Signup
		who         domain.Identity
		admin       bool
		needsInvite bool
	}{
		"listed":                        {domain.SignupInvited, domain.Identity{Email: "Anna@gmail.com", EmailVerified: true}, true, false},
		"listed and hosted":             {domain.SignupInvited, domain.Identity{Email: "anna@example.com", EmailVerified: true, HostedDomain: "example.com"}, true, false},
		"listed, but not authoritative": {domain.SignupInvited, domain.Identity{Email: "anna@example.com", EmailVerified: true}, false, true},
		"not listed":                    {domain.SignupInvited, domain.Identity{Email: "bea@gmail.com", EmailVerified: true}, false, true},
		"not listed, open":              {domain.SignupOpen, domain.Identity{Email: "bea@gmail.com", EmailVerified: true}, false, false},
		"listed, open":                  {domain.SignupOpen, domain.Identity{Email: "anna@gmail.com", EmailVerified: true}, true, false},
	}
	for name, tt := range tests {
		policy := domain.Admission{Signup: tt.signup, AdminEmails: listed}
		assert.Equal(t, tt.admin, policy.MakesAdmin(tt.who), name)
		assert.Equal(t, tt.needsInvite, policy.NeedsInvitation(tt.who), name)
	}
	assert.False(t, domain.Admission{}.MakesAdmin(domain.Identity{Email: "anna@gmail.com"}), "nobody is listed")
}
