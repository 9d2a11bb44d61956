package usecase

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Login turns a credential of the identity provider into a session.
type Login struct {
	Identities   port.Identities
	Sessions     port.Sessions
	Audit        port.Audit
	Limits       port.Limits
	Confirmation Confirmation
	Entropy      port.Entropy
	Policy       LoginPolicy
}

// LoginPolicy is what the operator has settled about signing in.
type LoginPolicy struct {
	Admission       domain.Admission
	Life            domain.Lifetime
	SessionsPerUser int         // 0: any number
	Rate            domain.Rate // per client address (of IPv6 its network of 64 bits); zero: no limit
}

// LoginInput is a request to sign in.
type LoginInput struct {
	Credential string
	Nonce      string              // what this browser was given for the sign-in, or ""
	Earlier    []domain.SessionKey // the sessions that the request came with; they end
	Client     domain.Client
	RequestID  string
}

// LoginOutput is a new session and whose it is; Secret is for the holder alone.
type LoginOutput struct {
	Secret  domain.SessionSecret
	Session domain.Session
	User    domain.User
}

// Do admits whoever the provider vouches for and opens a session. The credential is spent, the
// account admitted and the session opened in one transaction: all of it, or nothing. A
// refusal is kept in the audit. Past the rate it returns a *domain.LimitedError.
func (uc *Login) Do(ctx context.Context, in LoginInput) (LoginOutput, error) {
	if err := uc.Limits.Take(ctx, "login "+network(in.Client.IP), uc.Policy.Rate); err != nil {
		return LoginOutput{}, err
	}
	by := domain.Principal{IP: in.Client.IP, RequestID: in.RequestID}
	who, err := uc.Identities.Verify(ctx, in.Credential, in.Nonce)
	if err != nil {
		return LoginOutput{}, uc.refused(ctx, by, fmt.Errorf("verify credential: %w", err), "")
	}
	if err := uc.Policy.Admission.Check(who); err != nil {
		return LoginOutput{}, uc.refused(ctx, by, err, who.Email)
	}
	secret := domain.SessionSecret(uc.Entropy())
	opened, err := uc.Sessions.Open(ctx, port.Opening{
		NewUser:   domain.UserID(domain.NewID(uc.Entropy())),
		Session:   domain.SessionID(domain.NewID(uc.Entropy())),
		Key:       secret.Key(),
		Identity:  who,
		Admission: uc.Policy.Admission,
		Client:    in.Client,
		Life:      uc.Policy.Life,
		Earlier:   in.Earlier,
		Most:      uc.Policy.SessionsPerUser,
		By:        by,
	})
	if err != nil {
		return LoginOutput{}, uc.refused(ctx, by, fmt.Errorf("open session: %w", err), who.Email)
	}
	by.User, by.Session = opened.User.ID(), opened.Session.ID()
	if err := uc.Confirmation.Wait(ctx, opened.Replaced, by); err != nil {
		return LoginOutput{}, err
	}
	return LoginOutput{Secret: secret, Session: opened.Session, User: opened.User}, nil
}

// network is what a single client holds: an IPv4 address, or a network of 64 bits of IPv6, within
// which it takes a new address as often as it likes (RFC 6177, RFC 8981).
func network(ip string) string {
	const own = 64
	addr, err := netip.ParseAddr(ip)
	if err != nil || addr.Unmap().Is4() {
		return ip
	}
	held, err := addr.WithZone("").Prefix(own)
	if err != nil {
		return ip
	}
	return held.String()
}

// refused keeps a refusal in the audit and returns it; an outage is only returned.
func (uc *Login) refused(ctx context.Context, by domain.Principal, err error, email string) error {
	var refusal *domain.Error
	if !errors.As(err, &refusal) || refusal.Kind == domain.KindUnavailable {
		return err
	}
	event := domain.Event{Action: domain.ActionLoginRefused, By: by, Detail: refusal.Code}
	var fault *domain.CredentialError
	if errors.As(err, &fault) { // the holder isn't told which check failed
		event.Detail = fault.Error()
	}
	var disabled *domain.DisabledError
	if errors.As(err, &disabled) {
		event.User = disabled.User
	}
	if email != "" {
		event.Detail += " (" + email + ")"
	}
	// A caller who doesn't wait for the refusal is kept in the audit all the same.
	if failure := uc.Audit.Record(context.WithoutCancel(ctx), event); failure != nil {
		return fmt.Errorf("record refusal: %w", failure)
	}
	return err
}
