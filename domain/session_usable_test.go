package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

func TestSessionUsableUntil(t *testing.T) {
	noon := time.Date(2030, time.January, 1, 12, 0, 0, 0, time.UTC)
	for name, life := range map[string]domain.Lifetime{
		"idle comes first":                   {Idle: 30 * time.Minute, Max: 12 * time.Hour},
		"the whole life comes first":         {Idle: 30 * time.Minute, Max: 10 * time.Minute},
		"it comes within the renewal's time": {Idle: 30 * time.Minute, Max: 30*time.Minute + time.Second},
		"a short idle lifetime":              {Idle: 8 * time.Second, Max: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			session, err := domain.NewSession("s", domain.User{}, domain.Client{}, noon, life)
			require.NoError(t, err)
			for _, s := range []domain.Session{session, session.Seen(noon.Add(5 * time.Second))} {
				until := s.UsableUntil()
				require.NoError(t, s.Check(until.Add(-1)))
				require.Error(t, s.Check(until))
			}
		})
	}
}
