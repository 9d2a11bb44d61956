package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"time"

	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

// exchange is a request with its answer, and what has become known of them on the way.
type exchange struct {
	http.ResponseWriter
	requestID string
	ip        string // empty where the connection has none
	route     string // the pattern that matched
	caller    usecase.Authenticated
	status    int    // 0 until the answer has begun
	code      string // the problem's, where the answer is one
	bytes     int64

	bodyArrived func() // begins the patience anew
}

type exchangeKey struct{}

// exchangeOf returns the exchange that the context belongs to, or nil.
func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// RequestAttrs returns what a log line about the request of this context says of it.
func RequestAttrs(ctx context.Context) []slog.Attr {
	x := exchangeOf(ctx)
	if x == nil {
		return nil
	}
	return []slog.Attr{slog.String("request_id", x.requestID)}
}

// principal is whoever makes the request, and from where.
func (x *exchange) principal() domain.Principal {
	return domain.Principal{
		User: x.caller.User.ID(), Session: x.caller.Session.ID(), IP: x.ip, RequestID: x.requestID,
	}
}

func (x *exchange) WriteHeader(status int) {
	if x.status == 0 && status >= http.StatusOK { // 1xx are only heralds
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

func (x *exchange) Write(b []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	n, err := x.ResponseWriter.Write(b)
	x.bytes += int64(n)
	return n, err
}

// Flush implements http.Flusher.
func (x *exchange) Flush() {
	if f, ok := x.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Unwrap lets http.ResponseController reach the server's own writer.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// recorder begins each exchange and ends it: with one line in the log, whatever happened.
type recorder struct {
	proxies  proxies
	problems problems
	log      *slog.Logger
	entropy  port.Entropy
	clock    port.Clock
	observe  func(method, route string, status int, took time.Duration)
}

func (rec *recorder) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := rec.clock()
		ip, byProxy := rec.proxies.client(r)
		x := &exchange{ResponseWriter: w, ip: ip, route: "unmatched"}
		if id := r.Header.Get("X-Request-Id"); byProxy && isRequestID(id) {
			x.requestID = id
		} else {
			x.requestID = domain.NewID(rec.entropy())
		}
		w.Header().Set("X-Request-Id", x.requestID)
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))

		defer func() { rec.end(x, r, rec.clock().Sub(began)) }()
		defer rec.recover(x, r)
		next.ServeHTTP(x, r)
	})
}

// recover answers a panic as the defect that it is. An answer that has begun is broken off.
func (rec *recorder) recover(x *exchange, r *http.Request) {
	fault := recover()
	if fault == nil {
		return
	}
	if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	begun := x.status != 0
	rec.problems.answer(x, r, fmt.Errorf("panic: %v at %s", fault, callers()))
	if begun {
		panic(http.ErrAbortHandler)
	}
}

// callers names the functions on the stack, the innermost first, without the files they are in.
func callers() string {
	const skipped, most = 4, 24 // runtime.Callers, callers, recover and gopanic
	pcs := make([]uintptr, most)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(skipped, pcs)])
	var names []string
	for {
		frame, more := frames.Next()
		names = append(names, fmt.Sprintf("%s:%d", frame.Function, frame.Line))
		if !more {
			return strings.Join(names, " < ")
		}
	}
}

func (rec *recorder) end(x *exchange, r *http.Request, took time.Duration) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	method := knownMethod(r.Method)
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs,
		slog.String("method", method), slog.String("route", x.route), slog.Int("status", x.status),
		slog.Float64("took_ms", float64(took.Microseconds())/1000), slog.Int64("bytes", x.bytes), slog.String("ip", x.ip))
	if id := x.caller.User.ID(); id != "" {
		attrs = append(attrs, slog.String("user", string(id)))
	}
	if x.code != "" {
		attrs = append(attrs, slog.String("code", x.code))
	}
	rec.log.LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
	if rec.observe != nil {
		rec.observe(method, x.route, x.status, took)
	}
}

// knownMethod keeps what clients make up out of logs and metrics.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return method
	}
	return "other"
}

// isRequestID reports whether a proxy's request id may stand in logs and answers.
func isRequestID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("._-", r)
	})
}
