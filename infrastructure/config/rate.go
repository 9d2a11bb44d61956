package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rate is so many per so long. The zero Rate is no limit.
type Rate struct {
	Count int
	Per   time.Duration
}

func parseRate(value string) (Rate, error) {
	wrong := errors.New("must be NUMBER/s, NUMBER/m or NUMBER/h, or 0 for no limit")
	if value == "0" {
		return Rate{}, nil
	}
	number, unit, _ := strings.Cut(value, "/")
	count, err := strconv.Atoi(number)
	if err != nil || count < 1 || count > 1_000_000 {
		return Rate{}, wrong
	}
	switch unit {
	case "s":
		return Rate{count, time.Second}, nil
	case "m":
		return Rate{count, time.Minute}, nil
	case "h":
		return Rate{count, time.Hour}, nil
	default:
		return Rate{}, wrong
	}
}

// String writes the rate as the setting has it.
func (r Rate) String() string {
	switch r.Per {
	case time.Second:
		return fmt.Sprintf("%d/s", r.Count)
	case time.Minute:
		return fmt.Sprintf("%d/m", r.Count)
	case time.Hour:
		return fmt.Sprintf("%d/h", r.Count)
	default:
		return "0"
	}
}
