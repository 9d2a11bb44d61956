package googleid

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"latchkey/adapter/googleid/compact"
	"latchkey/domain"
	"latchkey/usecase/port"
)

const (
	// lastGood is how long a set of keys counts without another good answer.
	lastGood = 24 * time.Hour

	// unknownEvery is how often a token with an unknown key may cause a fetch.
	unknownEvery = 10 * time.Second

	// retryEmpty and retryMost bound the pause after a failed fetch: without keys nobody can
	// sign in, with keys there is no hurry.
	retryEmpty = time.Second
	retryMost  = 10 * time.Second
)

// KeysOptions say where the keys come from.
type KeysOptions struct {
	URL       string
	Transport http.RoundTripper // nil: http.DefaultTransport
	Clock     port.Clock
	Fetched   func(Fetch) // told of each fetch, from a goroutine of its own; nil: nobody is
}

// Fetch is the outcome of asking for the keys.
type Fetch struct {
	Keys    int   // usable ones in the answer
	Skipped int   // entries that are not, such as other algorithms and small keys
	Err     error // why the answer was not taken; then the last good set stays
}

// Keys are the keys that tokens may be signed with. The selection of a key is keyfunc's; the
// set is filled here, for the library's own refresh can be emptied by one bad answer, blocked
// by one bad key and held up by one bad token.
type Keys struct {
	options KeysOptions
	client  *http.Client
	set     *jwkset.MemoryJWKSet
	choose  keyfunc.Keyfunc

	mu        sync.Mutex
	running   *fetching     // the fetch under way, or nil
	loadedAt  time.Time     // when the last good answer came; zero: none has
	triedAt   time.Time     // when the last fetch ended
	unknownAt time.Time     // when an unknown key last caused a fetch
	again     bool          // an unknown key was refused since; a fetch follows when it may
	pause     time.Duration // until the next fetch
	failures  int           // in a row
}

// fetching is a fetch that any number of callers wait for.
type fetching struct {
	done chan struct{}
}

// NewKeys makes an empty set. Run fills it, and so does the first token.
func NewKeys(o KeysOptions) *Keys {
	set := jwkset.NewMemoryStorage()
	choose, err := keyfunc.New(keyfunc.Options{Storage: set})
	if err != nil {
		panic(err) // only without a storage
	}
	return &Keys{
		options: o,
		client: &http.Client{
			Transport:     o.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		set:    set,
		choose: choose,
	}
}

// Run fetches the keys at once and then before they grow old, until ctx ends: at 80 % of
// the age that the source allows. After a failure it asks again within 10 seconds, within one
// while there are no keys at all. It returns nil.
func (k *Keys) Run(ctx context.Context) error {
	for {
		k.mu.Lock()
		f := k.start() //nolint:contextcheck // a fetch outlives who asked first
		k.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil
		}
		k.mu.Lock()
		timer := time.NewTimer(k.pause)
		k.mu.Unlock()
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
	}
}

// Ready returns nil while there are keys to verify with, else domain.ErrUnavailable.
func (k *Keys) Ready(context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.usable() {
		return fmt.Errorf("no signing keys: %w", domain.ErrUnavailable)
	}
	return nil
}

// key returns the key of this id for the token. Without any keys it waits for a fetch, which
// takes 3 seconds at the most, and returns domain.ErrUnavailable if it fails. An unknown id
// causes a fetch, once in 10 seconds; meanwhile it is refused at once, and another fetch
// follows by itself, so that a new key is known soon whoever spent the permit.
func (k *Keys) key(ctx context.Context, id string, token *jwt.Token) (any, error) {
	if err := k.await(ctx, id); err != nil {
		return nil, err
	}
	key, err := k.choose.KeyfuncCtx(ctx)(token)
	if err != nil {
		return nil, compact.Fault("the key is unknown or not for this algorithm")
	}
	return key, nil
}

// await returns when the key is there, or there is no sense in waiting for it.
func (k *Keys) await(ctx context.Context, id string) error {
	f := k.need(ctx, id)
	if f != nil {
		select {
		case <-f.done:
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			return fmt.Errorf("wait for signing keys: %w", domain.ErrUnavailable)
		}
	}
	return k.Ready(ctx)
}

// need returns the fetch that the key has to wait for, or nil.
func (k *Keys) need(ctx context.Context, id string) *fetching {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.usable() {
		if k.running == nil && within(k.options.Clock().Sub(k.triedAt), retryEmpty) {
			return nil
		}
		return k.start() //nolint:contextcheck // a fetch outlives who asked first
	}
	if _, err := k.set.KeyRead(ctx, id); err == nil {
		return nil
	}
	since := k.options.Clock().Sub(k.unknownAt)
	if !within(since, unknownEvery) {
		k.unknownAt = k.options.Clock()
		return k.start() //nolint:contextcheck // a fetch outlives who asked first
	}
	if !k.again {
		k.again = true
		time.AfterFunc(unknownEvery-since, k.repeat)
	}
	return nil
}

// repeat makes up for an unknown key that was refused for want of a permit.
func (k *Keys) repeat() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.again = false
	k.unknownAt = k.options.Clock()
	k.start()
}

// within reports whether less than the span has passed; a clock that was put back has passed it.
func within(passed, span time.Duration) bool { return passed >= 0 && passed < span }

// usable reports whether there is a set that still counts. The caller holds the lock.
func (k *Keys) usable() bool {
	return !k.loadedAt.IsZero() && k.options.Clock().Sub(k.loadedAt) < lastGood
}

// start returns the fetch under way, or begins one. The caller holds the lock.
func (k *Keys) start() *fetching {
	if k.running != nil {
		return k.running
	}
	f := &fetching{done: make(chan struct{})}
	k.running = f
	go func() {
		defer close(f.done)
		got, err := k.download()
		k.settle(got, err)
		if k.options.Fetched != nil {
			k.options.Fetched(Fetch{Keys: len(got.keys), Skipped: got.skipped, Err: err})
		}
	}()
	return f
}

// settle takes the answer over, or keeps what was there, and says when to ask next.
func (k *Keys) settle(got answer, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.running = nil
	k.triedAt = k.options.Clock()
	if err == nil {
		err = k.set.KeyReplaceAll(context.Background(), got.keys)
	}
	if err == nil {
		k.loadedAt, k.failures, k.pause = k.triedAt, 0, got.refresh
		return
	}
	k.failures++
	k.pause = retryEmpty
	if k.usable() {
		k.pause = min(retryEmpty<<min(k.failures-1, 4), retryMost)
	}
}
