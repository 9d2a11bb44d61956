package contract

import (
	"testing"

	"github.com/stretchr/testify/require"

	"latchkey/usecase/port"
)

// walk reads a list that runs from the newest to the oldest page by page to its end, calling
// between after each page. It checks that the order is strict: nothing comes twice.
func walk[T any](t *testing.T, list func(after *port.Mark) (port.Page[T], error), place func(T) port.Mark, between func()) []T {
	t.Helper()
	var seen []T
	var after *port.Mark
	for range everything {
		page, err := list(after)
		require.NoError(t, err)
		require.NotEmpty(t, page.Items, "a page that the one before has promised")
		for _, item := range page.Items {
			at := place(item)
			if after != nil {
				require.True(t, at.At.Before(after.At) || at.At.Equal(after.At) && at.ID < after.ID,
					"%v comes behind %v", at, *after)
			}
			after = &at
			seen = append(seen, item)
		}
		if !page.More {
			return seen
		}
		between()
	}
	require.Fail(t, "the list has no end")
	return nil
}
