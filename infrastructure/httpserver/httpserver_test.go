package httpserver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/httpserver"
)

// serve starts an endpoint and returns its address, and what ends it and gives Serve's answer.
func serve(t *testing.T, grace time.Duration, onDrain func(), handlers ...http.HandlerFunc) (addrs []string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var endpoints []httpserver.Endpoint
	for _, handler := range handlers {
		listener, err := httpserver.Listen(ctx, "ADDR", "127.0.0.1:0")
		require.NoError(t, err)
		endpoints = append(endpoints, httpserver.Endpoint{Listener: listener, Handler: handler})
		addrs = append(addrs, listener.Addr().String())
	}
	ended := make(chan error, 1)
	go func() { ended <- httpserver.Serve(ctx, grace, onDrain, endpoints...) }()
	stop = func() error { cancel(); return <-ended }
	return addrs, stop
}

func get(t *testing.T, addr string) (string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/", http.NoBody)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

func TestServesOnEachEndpointUntilToldToStop(t *testing.T) {
	say := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
	}
	addrs, stop := serve(t, time.Minute, nil, say("app"), say("ops"))

	for i, want := range []string{"app", "ops"} {
		got, err := get(t, addrs[i])
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}

	require.NoError(t, stop())
	for _, addr := range addrs {
		_, err := get(t, addr)
		assert.Error(t, err, "nobody listens any more")
	}
}

func TestARequestUnderWayIsAnsweredWhenTheServerStops(t *testing.T) {
	arrived, finish := make(chan struct{}), make(chan struct{})
	addrs, stop := serve(t, time.Minute, func() { close(finish) }, func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-finish
		assert.NoError(t, r.Context().Err(), "its context lives on")
		_, _ = io.WriteString(w, "done")
	})
	type answer struct {
		body string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		body, err := get(t, addrs[0])
		answers <- answer{body, err}
	}()
	<-arrived

	require.NoError(t, stop())

	assert.Equal(t, answer{body: "done"}, <-answers)
}

func TestAStreamThatGoesOnIsCutOffAfterTheGracePeriod(t *testing.T) {
	arrived, ended := make(chan struct{}), make(chan struct{})
	addrs, stop := serve(t, 50*time.Millisecond, nil, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "begun\n")
		_ = http.NewResponseController(w).Flush()
		close(arrived)
		<-r.Context().Done()
		close(ended)
	})
	failed := make(chan error, 1)
	go func() { _, err := get(t, addrs[0]); failed <- err }()
	<-arrived

	require.NoError(t, stop())

	<-ended
	assert.Error(t, <-failed)
}

func TestListenFaultsAreOneSentence(t *testing.T) {
	taken, err := httpserver.Listen(t.Context(), "APP_ADDR", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for addr, want := range map[string]string{
		taken.Addr().String():  "APP_ADDR: " + taken.Addr().String() + " is taken by another program",
		"192.0.2.1:0":          "APP_ADDR: 192.0.2.1:0 is no address of this machine",
		"nowhere.invalid:8080": "APP_ADDR: the host of nowhere.invalid:8080 can't be found",
	} {
		_, err := httpserver.Listen(t.Context(), "APP_ADDR", addr)
		assert.ErrorContains(t, err, want)
	}
}

func TestALargeBodyThatKeepsComingIsRead(t *testing.T) {
	const size = 3 << 20
	addrs, _ := serve(t, time.Minute, nil, func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		_, _ = fmt.Fprintf(w, "%d %v", n, err)
	})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addrs[0], strings.NewReader(strings.Repeat("x", size)))
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprintf("%d <nil>", size), string(body))
}

func TestHeadersHaveALimit(t *testing.T) {
	addrs, _ := serve(t, time.Minute, nil, func(http.ResponseWriter, *http.Request) {})
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", addrs[0])
	require.NoError(t, err)
	defer conn.Close()

	_, err = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n", strings.Repeat("x", 64<<10))
	require.NoError(t, err)

	status, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, status, "431")
}
