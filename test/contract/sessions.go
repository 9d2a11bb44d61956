package contract

import (
	"testing"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

// Sessions checks an implementation of port.Sessions.
func Sessions(t *testing.T, open Open) {
	t.Run("a credential is spent once, whoever comes first", func(t *testing.T) {
		store := open(t)
		opening := anOpening("anna")

		results := inParallel(100, func(int) error {
			_, err := store.Sessions.Open(t.Context(), withFreshKey(opening))
			return err
		})

		require.Equal(t, 1, count(results, nil), "sessions opened with one credential")
		require.Equal(t, 99, count(results, domain.ErrCredentialSpent))
	})
}
