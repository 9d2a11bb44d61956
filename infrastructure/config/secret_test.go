package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/config"
)

func TestSecretsFromFiles(t *testing.T) {
	const url = "postgres://latchkey:s3cret@db/latchkey"
	read := files(map[string]string{
		"/run/secrets/db": url + "\n", "/run/secrets/empty": " \n",
		".env": "LATCHKEY_DATABASE_URL=postgres://weaker/d",
	})

	t.Run("environment", func(t *testing.T) {
		cfg, err := config.Read(config.Sources{Environ: []string{"LATCHKEY_DATABASE_URL_FILE=/run/secrets/db"}, ReadFile: read})
		require.NoError(t, err)
		assert.Equal(t, url, cfg.DatabaseURL.Reveal(), "the file beats .env, and its last newline is no part of it")
		assert.Equal(t, config.FromFile, setting(t, cfg, "LATCHKEY_DATABASE_URL").Source)
	})
	t.Run(".env", func(t *testing.T) {
		cfg, err := config.Read(config.Sources{ReadFile: files(map[string]string{
			".env": "LATCHKEY_DATABASE_URL_FILE=db", "db": url,
		})})
		require.NoError(t, err)
		assert.Equal(t, url, cfg.DatabaseURL.Reveal())
	})
	t.Run("a flag beats the file", func(t *testing.T) {
		cfg, err := config.Read(config.Sources{
			Flags:   map[string]string{"LATCHKEY_DATABASE_URL": "postgres://flag/d"},
			Environ: []string{"LATCHKEY_DATABASE_URL_FILE=/run/secrets/db"}, ReadFile: read,
		})
		require.NoError(t, err)
		assert.Equal(t, "postgres://flag/d", cfg.DatabaseURL.Reveal())
	})

	faults := map[string]struct{ environ, want string }{
		"missing":        {"LATCHKEY_DATABASE_URL_FILE=/nowhere", `LATCHKEY_DATABASE_URL_FILE names "/nowhere", which can't be read (file does not exist)`},
		"empty":          {"LATCHKEY_DATABASE_URL_FILE=/run/secrets/empty", "which is empty"},
		"of a plain one": {"LATCHKEY_ADDR_FILE=/run/secrets/db", "LATCHKEY_ADDR_FILE is no setting"},
		"beside a value": {"LATCHKEY_DATABASE_URL_FILE=/run/secrets/db LATCHKEY_DATABASE_URL=postgres://h/d", "is set together with LATCHKEY_DATABASE_URL_FILE"},
	}
	for name, tt := range faults {
		t.Run(name, func(t *testing.T) {
			_, err := config.Read(config.Sources{Environ: strings.Fields(tt.environ), ReadFile: read})
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	cfg, err := environment("LATCHKEY_DATABASE_URL=postgres://latchkey:s3cret@db.example.com:5432/latchkey?sslmode=require&sslpassword=s3cret2")
	require.NoError(t, err)
	asJSON, err := json.Marshal(cfg)
	require.NoError(t, err)
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "url", cfg.DatabaseURL, "cfg", cfg)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "url", cfg.DatabaseURL, "cfg", cfg)

	for name, shown := range map[string]string{
		"%v": fmt.Sprintf("%v", cfg), "%+v": fmt.Sprintf("%+v", cfg), "%#v": fmt.Sprintf("%#v", cfg),
		"%s": fmt.Sprintf("%s", cfg.DatabaseURL), "%q": fmt.Sprintf("%q", cfg.DatabaseURL), "%d": fmt.Sprintf("%d", cfg.DatabaseURL),
		"%x": fmt.Sprintf("%x", cfg.DatabaseURL), "JSON": string(asJSON), "log": logged.String(), "listing": fmt.Sprint(cfg.Settings()),
	} {
		assert.NotContains(t, shown, "s3cret", name)
		assert.NotContains(t, shown, fmt.Sprintf("%x", "s3cret"), name)
	}
	listed := setting(t, cfg, "LATCHKEY_DATABASE_URL")
	assert.Equal(t, "postgres://latchkey:xxxxx@db.example.com:5432/latchkey?sslmode=require&sslpassword=xxxxx", listed.Value)
	assert.Equal(t, listed.Value, setting(t, cfg, "LATCHKEY_DATABASE_LISTEN_URL").Value)

	for _, wrong := range []string{
		"LATCHKEY_DATABASE_URL=postgres://latchkey:s3cret/%zz@db/d", "LATCHKEY_DATABASE_URL=mysql://u:s3cret@h/d",
		"LATCHKEY_DATABASE_URL=postgres://u:s3cret#@h:x/d", "LATCHKEY_PUBLIC_URL=https://u:s3cret@h", "LATCHKEY_SESSION_STORE_URL=http://:s3cret@h",
		"LATCHKEY_ALLOWED_ORIGINS=https://u:s3cret@h,https://b@c", "LATCHKEY_GOOGLE_CLIENT_ID=GOCSPX-s3cret",
	} {
		_, err := environment(wrong)
		require.Error(t, err, wrong)
		assert.NotContains(t, err.Error(), "s3cret")
	}
}
