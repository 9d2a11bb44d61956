package googlestandin

import (
	"encoding/json"
	"net/http"
)

// problem answers in the form of RFC 9457.
func problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	write(w, status, map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "code": code, "detail": detail,
	})
}

// fail answers that something isn't to be had right now; the reason goes to the log alone.
func (s *Standin) fail(w http.ResponseWriter, r *http.Request, err error) {
	if s.options.Failed != nil {
		s.options.Failed(r.Context(), err)
	}
	w.Header().Set("Retry-After", "1")
	problem(w, http.StatusServiceUnavailable, "unavailable", "The stand-in can't get at its signing key right now. Try again in a moment.")
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	write(w, status, v)
}

func write(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that hung up
}
