package metrics_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"latchkey/infrastructure/metrics"
)

func ask(t *testing.T, handler http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
	return recorder
}

func TestWhatIsToldIsShown(t *testing.T) {
	m := metrics.New()
	m.Request(http.MethodGet, "/api/user", http.StatusOK, 3*time.Millisecond)
	m.Request(http.MethodGet, "/api/user", http.StatusOK, 3*time.Millisecond)
	m.Request("BREW", "/api/user", http.StatusMethodNotAllowed, time.Millisecond)
	m.Request("STIR", "/api/user", http.StatusMethodNotAllowed, time.Millisecond)

	shown := ask(t, m.Handler(), "/metrics").Body.String()

	for _, line := range []string{
		`http_requests_total{method="GET",route="/api/user",status="200"} 2`,
		`http_requests_total{method="other",route="/api/user",status="405"} 2`,
		`http_request_duration_seconds_bucket{method="GET",route="/api/user",le="0.0025"} 0`,
		`http_request_duration_seconds_bucket{method="GET",route="/api/user",le="0.005"} 2`,
		`go_goroutines `,
		`process_start_time_seconds `,
	} {
		assert.Contains(t, shown, line)
	}
}

func TestProfiles(t *testing.T) {
	assert.Contains(t, ask(t, metrics.Profiles(), "/debug/pprof/").Body.String(), "goroutine")
	assert.Equal(t, http.StatusNotFound, ask(t, metrics.Profiles(), "/").Code)
	assert.Equal(t, http.StatusNotFound, ask(t, metrics.Profiles(), "/debug/pprof/cmdline").Code, "it may hold a password")
}
