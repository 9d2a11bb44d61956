package domain_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

func TestErrorsAreRecognisedWhenWrapped(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want *domain.Error
	}{
		"a refusal":   {domain.ErrLastAdmin, domain.ErrLastAdmin},
		"fields":      {&domain.FieldsError{Fields: map[string]string{"name": "x"}}, domain.ErrInvalidFields},
		"a limit":     {&domain.LimitedError{RetryAfter: time.Second}, domain.ErrRateLimited},
		"an idle end": {&domain.EndedError{Ending: domain.Ending{Cause: domain.CauseIdle}}, domain.ErrSessionExpired},
	} {
		wrapped := fmt.Errorf("while trying: %w", tt.err)
		var refusal *domain.Error
		require.ErrorAs(t, wrapped, &refusal, name)
		assert.Same(t, tt.want, refusal, name)
		require.ErrorIs(t, wrapped, tt.want, name)
		assert.Equal(t, tt.want.Code+": "+tt.want.Detail, tt.err.Error(), name)
	}
}

// TestTokenFaultsLookTheSame: a stranger must not learn which check failed, or that a
// credential was used before; the audit does.
func TestTokenFaultsLookTheSame(t *testing.T) {
	for _, err := range []error{domain.ErrCredentialSpent, &domain.CredentialError{Fault: "the token has expired"}} {
		var told *domain.Error
		require.ErrorAs(t, err, &told)
		assert.Equal(t, domain.ErrInvalidCredential, told, "what the holder is told")
	}
	assert.NotErrorIs(t, domain.ErrInvalidCredential, domain.ErrCredentialSpent)
}

func TestEveryActionIsListedOnce(t *testing.T) {
	source, err := os.ReadFile("event.go")
	require.NoError(t, err)
	declared := regexp.MustCompile(`(?m)^\tAction\w+ +Action = "([a-z]+\.[a-z]+)"$`).FindAllSubmatch(source, -1)
	require.NotEmpty(t, declared)

	var want []domain.Action
	for _, match := range declared {
		want = append(want, domain.Action(match[1]))
	}
	assert.ElementsMatch(t, want, domain.Actions())
}
