package googlestandin_test

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/googlestandin"
)

func TestReplicasShareTheKey(t *testing.T) {
	o := options(t)
	first, second := googlestandin.New(o), googlestandin.New(o)

	_, err := verifierOf(second).Verify(t.Context(), order(t, first, `{"email":"a@b.test"}`), "")

	assert.NoError(t, err)
}

func TestKeyFile(t *testing.T) {
	t.Run("of many at once one makes it, whole and for the owner alone", func(t *testing.T) {
		folder := t.TempDir()
		path := filepath.Join(folder, "standin-key.pem")
		var all sync.WaitGroup
		got := make([]string, 20)
		for i := range got {
			all.Go(func() {
				made, err := googlestandin.NewKeyFile(path).StandinKey(t.Context(), func() ([]byte, error) { return []byte{byte('a' + i)}, nil })
				assert.NoError(t, err)
				got[i] = string(made)
			})
		}
		all.Wait()
		for _, each := range got {
			assert.Equal(t, got[0], each)
		}
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode())
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		assert.Len(t, left, 1, "no temporary files")
	})
	t.Run("what is kept is not made again", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "key")
		require.NoError(t, os.WriteFile(path, []byte("kept"), 0o600))
		kept, err := googlestandin.NewKeyFile(path).StandinKey(t.Context(), func() ([]byte, error) { return nil, errors.New("made again") })
		require.NoError(t, err)
		assert.Equal(t, "kept", string(kept))
	})
	t.Run("a folder that isn't there", func(t *testing.T) {
		_, err := googlestandin.NewKeyFile(filepath.Join(t.TempDir(), "no", "key")).StandinKey(t.Context(), func() ([]byte, error) { return []byte("x"), nil })
		assert.ErrorIs(t, err, os.ErrNotExist)
	})
}

// keys is Keys that answers what the test has put in.
type keys struct {
	pem []byte
	err error
}

// StandinKey answers.
func (k *keys) StandinKey(context.Context, func() ([]byte, error)) ([]byte, error) {
	return k.pem, k.err
}

func TestAKeyThatCantBeHad(t *testing.T) {
	other, err := x509.MarshalPKCS8PrivateKey(ed25519Key())
	require.NoError(t, err)
	tests := map[string]struct {
		keys keys
		want string
	}{
		"the store is away": {keys{err: errors.New("no database")}, "no database"},
		"not PEM":           {keys{pem: []byte("x")}, "not a PEM"},
		"another PEM":       {keys{pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE"})}, "not a PEM"},
		"broken":            {keys{pem: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY"})}, "read the stand-in's key"},
		"not RSA":           {keys{pem: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: other})}, "not an RSA key"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var told error
			o := options(t)
			o.Keys, o.Failed = &tt.keys, func(_ context.Context, err error) { told = err }
			h := googlestandin.New(o)

			for _, response := range []*http.Response{
				asked(t, h, http.MethodGet, "/dev/google/certs", ""),
				asked(t, h, http.MethodPost, "/dev/google/token", `{"email":"a@b.test"}`, "Content-Type", "application/json"),
			} {
				assert.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
				assert.NotEmpty(t, response.Header.Get("Retry-After"))
				assert.NotContains(t, text(t, response), tt.want)
				assert.ErrorContains(t, told, tt.want)
			}
			assert.ErrorContains(t, h.Ready(t.Context()), tt.want)
		})
	}
	t.Run("it heals", func(t *testing.T) {
		o := options(t)
		file := o.Keys
		away := &keys{err: errors.New("no database")}
		o.Keys, o.Failed = away, nil
		h := googlestandin.New(o)
		require.Error(t, h.Ready(t.Context()))
		var err error
		require.NoError(t, googlestandin.New(googlestandin.Options{Keys: file}).Ready(t.Context()))
		away.pem, err = file.StandinKey(t.Context(), nil)
		require.NoError(t, err)
		away.err = nil
		assert.NoError(t, h.Ready(t.Context()))
	})
}

func ed25519Key() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }
