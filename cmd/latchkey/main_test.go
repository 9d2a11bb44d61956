package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"latchkey/domain"
)

func TestSentence(t *testing.T) {
	outage := fmt.Errorf("end sessions: %w: %w", domain.ErrUnavailable, context.DeadlineExceeded)
	tests := map[string]struct {
		err  error
		want string
	}{
		"refusal":     {fmt.Errorf("change user: %w", domain.ErrLastAdmin), domain.ErrLastAdmin.Detail},
		"outage":      {fmt.Errorf("end: %w", outage), domain.ErrUnavailable.Detail + " (context deadline exceeded)"},
		"fields":      {&domain.FieldsError{Fields: map[string]string{"email": "Enter an email address."}}, "Enter an email address."},
		"other":       {errors.New("the file can't be read"), "the file can't be read"},
		"unconfirmed": {domain.ErrUnconfirmed, domain.ErrUnconfirmed.Detail},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, sentence(tt.err)) })
	}
}
