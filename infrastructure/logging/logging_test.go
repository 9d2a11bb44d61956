package logging_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/logging"
)

type requestKey struct{}

func requestID(ctx context.Context) []slog.Attr {
	if id, ok := ctx.Value(requestKey{}).(string); ok {
		return []slog.Attr{slog.String("request_id", id)}
	}
	return nil
}

func TestLinesCarryWhatTheirContextKnows(t *testing.T) {
	var out bytes.Buffer
	logger := logging.New(&out, true, slog.LevelInfo, requestID)

	logger.With("component", "web").InfoContext(context.WithValue(t.Context(), requestKey{}, "r1"), "served", "status", 200)
	logger.InfoContext(t.Context(), "listening")

	decoder := json.NewDecoder(&out)
	var first, second map[string]any
	require.NoError(t, decoder.Decode(&first))
	require.NoError(t, decoder.Decode(&second))
	assert.Equal(t, "served", first["msg"])
	assert.Equal(t, "web", first["component"])
	assert.EqualValues(t, 200, first["status"])
	assert.Equal(t, "r1", first["request_id"])
	assert.NotContains(t, second, "request_id")
}

func TestFormAndLevel(t *testing.T) {
	var out bytes.Buffer
	logger := logging.New(&out, false, slog.LevelWarn, nil)

	logger.InfoContext(t.Context(), "unseen")
	logger.WarnContext(t.Context(), "seen", "n", 1)

	assert.Regexp(t, `^time=\S+ level=WARN msg=seen n=1\n$`, out.String())
}

func TestAFileIsNoTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	defer file.Close()
	assert.False(t, logging.IsTerminal(file))

	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer null.Close()
	assert.False(t, logging.IsTerminal(null), "a service without output")
}
