package googleid_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

// bubble runs a test in a time of its own; the keys are made before, for that takes real time.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	googlesKey()
	othersKey()
	smallKey()
	synctest.Test(t, test)
}

func TestABadAnswerKeepsTheLastGoodSet(t *testing.T) {
	other := jwks(jwk("other", &googlesKey().PublicKey, nil))
	tests := map[string]http.HandlerFunc{
		"an empty object":   set(`{}`),
		"no keys":           set(`{"keys":[]}`),
		"keys is no list":   set(`{"keys":"none"}`),
		"null":              set(`null`),
		"not JSON":          set(`<html>Sign in to the hotel's Wi-Fi</html>`),
		"nothing":           set(``),
		"no usable key":     set(jwks(jwk("other", &googlesKey().PublicKey, map[string]any{"use": "enc"}))),
		"cut off":           set(other[:len(other)-1]),
		"a good set, twice": set(other + other),
		"over 1 MiB":        set(other + strings.Repeat(" ", 1<<20)),
		"500":               status(http.StatusInternalServerError),
		"404":               status(http.StatusNotFound),
		"204":               status(http.StatusNoContent),
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				set(other)(w, r)
				return
			}
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		},
		"no answer": hang,
		"a body that hangs": func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"keys":[`))
			flush(w)
			hang(w, r)
		},
		"a body that drips": func(w http.ResponseWriter, r *http.Request) {
			for range 100 {
				_, _ = w.Write([]byte(" "))
				flush(w)
				late(r, 100*time.Millisecond)
			}
			set(other)(w, r)
		},
		"a connection that breaks": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, set(googlesSet()))
				r.run(t)
				_, err := r.verify(t.Context(), "google")
				require.NoError(t, err)

				r.answers(fault)
				time.Sleep(time.Hour)
				require.Error(t, r.last().Err, "the fault must have been seen")
				took, err := r.verify(t.Context(), "google")
				assert.NoError(t, err)
				assert.Zero(t, took)
				assert.NoError(t, r.keys.Ready(t.Context()))
				_, err = r.verify(t.Context(), "other")
				assert.ErrorIs(t, err, domain.ErrInvalidCredential, "nothing of the bad answer may be taken over")
			})
		})
	}
}

func TestTheLastGoodSetCountsForADay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, set(googlesSet()))
		r.run(t)
		_, err := r.verify(t.Context(), "google")
		require.NoError(t, err)
		r.answers(set(`{}`))

		time.Sleep(24*time.Hour - time.Second)
		_, err = r.verify(t.Context(), "google")
		assert.NoError(t, err)

		time.Sleep(time.Second)
		_, err = r.verify(t.Context(), "google")
		assert.ErrorIs(t, err, domain.ErrUnavailable)
		assert.ErrorIs(t, r.keys.Ready(t.Context()), domain.ErrUnavailable)

		r.answers(set(googlesSet()))
		time.Sleep(time.Second)
		_, err = r.verify(t.Context(), "google")
		assert.NoError(t, err, "a token asks for the keys itself")
		assert.NoError(t, r.keys.Ready(t.Context()))
	})
}

func flush(w http.ResponseWriter) { w.(http.Flusher).Flush() }

// late waits, unless nobody listens any more.
func late(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}

func TestEachEntryStandsForItself(t *testing.T) {
	key := &googlesKey().PublicKey
	bad := func(changes map[string]any) string { return jwk("bad", key, changes) }
	tests := map[string]string{
		"not an object":            `7`,
		"null":                     `null`,
		"a member of another type": bad(map[string]any{"n": 5}),
		"another kind of key":      `{"kty":"EC","use":"sig","alg":"ES256","kid":"bad","crv":"P-256","x":"AA","y":"AA"}`,
		"called another kind":      bad(map[string]any{"kty": "EC"}),
		"a shared secret":          `{"kty":"oct","use":"sig","alg":"HS256","kid":"bad","k":"AAAA"}`,
		"RSA of 1024 bits":         jwk("bad", &smallKey().PublicKey, nil),
		"RSA of 16384 bits":        bad(map[string]any{"n": strings.Repeat("_", 2730) + "8"}),
		"an even modulus":          bad(map[string]any{"n": strings.Repeat("_", 341) + "g"}),
		"exponent 1":               bad(map[string]any{"e": "AQ"}),
		"an even exponent":         bad(map[string]any{"e": "AQAA"}),
		"an exponent of 34 bits":   bad(map[string]any{"e": "AgAAAAE"}),
		"an exponent of 65 bits":   bad(map[string]any{"e": "AQAAAAAAAQAB"}), // 65537 and an overflow
		"no exponent":              bad(map[string]any{"e": nil}),
		"no modulus":               bad(map[string]any{"n": nil}),
		"a modulus in hexadecimal": bad(map[string]any{"n": "0x:1"}),
		"no key id":                bad(map[string]any{"kid": nil}),
		"no use":                   bad(map[string]any{"use": nil}),
		"for encryption":           bad(map[string]any{"use": "enc"}),
		"for another algorithm":    bad(map[string]any{"alg": "RS512"}),
		"a key id that is taken":   jwk("google", &othersKey().PublicKey, nil),
	}
	for name, entry := range tests {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, set(jwks(jwk("google", key, nil), entry, jwk("last", key, map[string]any{"alg": nil}))))
				for _, kid := range []string{"google", "last"} {
					_, err := r.verify(t.Context(), kid)
					require.NoError(t, err, kid)
				}
				assert.Equal(t, 2, r.last().Keys)
				assert.Equal(t, 1, r.last().Skipped)
				_, err := r.verify(t.Context(), "bad")
				assert.ErrorIs(t, err, domain.ErrInvalidCredential)
			})
		})
	}
}

func TestARemovedKeyIsGoneAfterTheNextFetch(t *testing.T) {
	key := &googlesKey().PublicKey
	bubble(t, func(t *testing.T) {
		r := newRig(t, set(jwks(jwk("google", key, nil), jwk("leaked", key, nil))))
		r.run(t)
		_, err := r.verify(t.Context(), "leaked")
		require.NoError(t, err)

		r.answers(set(googlesSet()))
		time.Sleep(time.Hour)

		_, err = r.verify(t.Context(), "leaked")
		assert.ErrorIs(t, err, domain.ErrInvalidCredential)
		_, err = r.verify(t.Context(), "google")
		assert.NoError(t, err)
	})
}

func TestRefreshAt80PercentOfTheAge(t *testing.T) {
	tests := map[string]struct {
		control, age string
		want         time.Duration
	}{
		"an hour":            {"public, max-age=3600, must-revalidate", "", 48 * time.Minute},
		"an hour, half over": {"max-age=3600", "1800", 24 * time.Minute},
		"in capitals":        {"Max-Age=3600", "", 48 * time.Minute},
		"in quotes":          {`max-age="3600"`, "", 48 * time.Minute},
		"a minute":           {"max-age=60", "", 5 * time.Minute},
		"a week":             {"max-age=604800", "", 6 * time.Hour},
		"a thousand years":   {"max-age=31557600000", "", 6 * time.Hour},
		"over before":        {"max-age=3600", "7200", 5 * time.Minute},
		"nothing":            {"", "", 5 * time.Minute},
		"no-store":           {"no-store", "", 5 * time.Minute},
		"nonsense":           {"max-age=-1, max-age=99999999999999999999", "x", 5 * time.Minute},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, cached(googlesSet(), tt.control, tt.age))
				r.run(t)
				time.Sleep(tt.want - time.Second)
				assert.Equal(t, 1, r.times())
				time.Sleep(2 * time.Second)
				assert.Equal(t, 2, r.times())
			})
		})
	}
}

func TestUnknownKeys(t *testing.T) {
	t.Run("a new key is known at the first token", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			r := newRig(t, set(googlesSet()))
			_, err := r.verify(t.Context(), "google")
			require.NoError(t, err)
			r.answers(set(jwks(jwk("new", &googlesKey().PublicKey, nil))))

			_, err = r.verify(t.Context(), "new")

			assert.NoError(t, err)
		})
	})
	t.Run("a storm causes one fetch in 10 seconds, and is refused at once", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			r := newRig(t, set(googlesSet()))
			_, err := r.verify(t.Context(), "google")
			require.NoError(t, err)
			r.answers(hang)

			took, err := r.verify(t.Context(), "junk")
			assert.Equal(t, 3*time.Second, took, "the first waits for the fetch that it causes")
			assert.ErrorIs(t, err, domain.ErrInvalidCredential)
			for range 60 {
				took, err = r.verify(t.Context(), "junk")
				assert.Zero(t, took)
				assert.ErrorIs(t, err, domain.ErrInvalidCredential)
				time.Sleep(100 * time.Millisecond)
			}
			assert.Equal(t, 2, r.times())

			time.Sleep(51 * time.Second) // a minute since the storm began
			assert.Equal(t, 3, r.times(), "the one that makes up for those refused")
			_, err = r.verify(t.Context(), "google")
			assert.NoError(t, err)
		})
	})
	t.Run("a new key is known within 15 seconds though junk has spent the permit", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			r := newRig(t, set(googlesSet()))
			_, err := r.verify(t.Context(), "google")
			require.NoError(t, err)
			_, err = r.verify(t.Context(), "junk")
			require.Error(t, err)
			r.answers(set(jwks(jwk("new", &googlesKey().PublicKey, nil))))
			_, err = r.verify(t.Context(), "new")
			require.ErrorIs(t, err, domain.ErrInvalidCredential)

			time.Sleep(13 * time.Second)

			took, err := r.verify(t.Context(), "new")
			assert.NoError(t, err)
			assert.Zero(t, took)
		})
	})
	t.Run("a clock that is put back holds nothing up", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			r := newRig(t, set(googlesSet()))
			_, err := r.verify(t.Context(), "google")
			require.NoError(t, err)
			_, err = r.verify(t.Context(), "junk")
			require.Error(t, err)
			r.answers(set(jwks(jwk("new", &googlesKey().PublicKey, nil))))

			r.skew = -time.Hour
			_, err = r.verify(t.Context(), "new")

			assert.NoError(t, err)
		})
	})
}

func TestStart(t *testing.T) {
	t.Run("the first token waits for the first fetch", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			r := newRig(t, func(w http.ResponseWriter, req *http.Request) {
				late(req, 2*time.Second)
				set(googlesSet())(w, req)
			})
			r.run(t)
			require.ErrorIs(t, r.keys.Ready(t.Context()), domain.ErrUnavailable)

			took, err := r.verify(t.Context(), "google")

			assert.NoError(t, err)
			assert.Equal(t, 2*time.Second, took)
		})
	})
	t.Run("unreachable, then well again within 5 seconds", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			r := newRig(t, hang)
			r.run(t)
			took, err := r.verify(t.Context(), "google")
			require.ErrorIs(t, err, domain.ErrUnavailable)
			require.NotErrorIs(t, err, domain.ErrInvalidCredential)
			assert.Equal(t, 3*time.Second, took, "the limit of a fetch")
			took, err = r.verify(t.Context(), "google")
			require.ErrorIs(t, err, domain.ErrUnavailable)
			assert.Zero(t, took, "there is a pause between fetches")
			time.Sleep(time.Hour)

			r.answers(set(googlesSet()))
			time.Sleep(5 * time.Second)

			assert.NoError(t, r.keys.Ready(t.Context()))
			_, err = r.verify(t.Context(), "google")
			assert.NoError(t, err)
		})
	})
	t.Run("many at once cause one fetch", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			r := newRig(t, func(w http.ResponseWriter, req *http.Request) {
				late(req, time.Second)
				set(googlesSet())(w, req)
			})
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					_, err := r.verify(t.Context(), "google")
					assert.NoError(t, err)
				})
			}
			all.Wait()
			assert.Equal(t, 1, r.times())
		})
	})
	t.Run("whoever gives up waiting leaves the fetch to others", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			r := newRig(t, func(w http.ResponseWriter, req *http.Request) {
				late(req, 2*time.Second)
				set(googlesSet())(w, req)
			})
			hungUp, hangUp := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, hangUp)
			_, err := r.verify(hungUp, "google")
			assert.ErrorIs(t, err, context.Canceled)
			assert.NotErrorIs(t, err, domain.ErrInvalidCredential)

			brief, stop := context.WithTimeout(t.Context(), time.Millisecond)
			defer stop()
			_, err = r.verify(brief, "google")
			assert.ErrorIs(t, err, domain.ErrUnavailable)

			_, err = r.verify(t.Context(), "google")
			assert.NoError(t, err)
			assert.Equal(t, 1, r.times())
		})
	})
}

func TestWithKeysInHandARetryComesWithin10Seconds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, set(googlesSet()))
		r.run(t)
		time.Sleep(time.Minute)
		r.answers(hang)
		time.Sleep(2 * time.Hour)
		before := r.times()
		assert.Less(t, before, 400, "not faster than every 10 seconds after a while")

		r.answers(set(jwks(jwk("new", &googlesKey().PublicKey, nil))))
		time.Sleep(15 * time.Second)

		require.NoError(t, r.last().Err)
		_, err := r.verify(t.Context(), "new")
		assert.NoError(t, err)
	})
}

func TestAnEndlessAnswerIsNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sent := make(chan int, 1)
		r := newRig(t, func(w http.ResponseWriter, _ *http.Request) {
			n, part := 0, make([]byte, 32<<10)
			for err := error(nil); err == nil && n < 64<<20; n += len(part) {
				_, err = w.Write(part)
			}
			sent <- n
		})

		_, err := r.verify(t.Context(), "google")

		require.ErrorIs(t, err, domain.ErrUnavailable)
		assert.Less(t, <-sent, 2<<20)
	})
}
