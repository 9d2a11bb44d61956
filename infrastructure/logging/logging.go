// Package logging provides the process's log: one line an event, text for people or JSON
// for machines, with what the context knows about the request.
package logging

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"os"
)

// FromContext gives what a context knows that belongs on each line, such as a request id.
type FromContext func(ctx context.Context) []slog.Attr

// New makes a logger that writes to out, as JSON or as text, from level on. fromContext may
// be nil.
func New(out io.Writer, asJSON bool, level slog.Leveler, fromContext FromContext) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(out, options)
	if asJSON {
		handler = slog.NewJSONHandler(out, options)
	}
	if fromContext != nil {
		handler = contextHandler{handler, fromContext}
	}
	return slog.New(handler)
}

// IsTerminal says that what is written to out is read by somebody at once.
func IsTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil {
		return false
	}
	// The null device is a character device as well.
	null, err := os.Stat(os.DevNull)
	return info.Mode()&fs.ModeCharDevice != 0 && (err != nil || !os.SameFile(info, null))
}

// contextHandler adds to each line what its context knows.
type contextHandler struct {
	slog.Handler
	fromContext FromContext
}

// Handle implements slog.Handler.
func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	if attrs := h.fromContext(ctx); len(attrs) > 0 {
		r = r.Clone()
		r.AddAttrs(attrs...)
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextHandler{h.Handler.WithAttrs(attrs), h.fromContext}
}

// WithGroup implements slog.Handler.
func (h contextHandler) WithGroup(name string) slog.Handler {
	return contextHandler{h.Handler.WithGroup(name), h.fromContext}
}
