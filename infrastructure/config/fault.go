package config

import (
	"fmt"
	"strings"
)

// Fault is one thing that is wrong with the settings, said so that it can be put right.
type Fault struct {
	Setting string // its name, or .env for a line that can't be read
	Problem string // ends the sentence that the name begins; holds no secret
	Example string // NAME=value that would be accepted; may be empty
}

// Faults are all the things that are wrong.
type Faults []Fault

// Error lists the faults, one a line.
func (f Faults) Error() string {
	var b strings.Builder
	if len(f) == 1 {
		b.WriteString("one setting can't be used:")
	} else {
		fmt.Fprintf(&b, "%d settings can't be used:", len(f))
	}
	for _, one := range f {
		fmt.Fprintf(&b, "\n  %s %s", one.Setting, one.Problem)
		if one.Example != "" {
			fmt.Fprintf(&b, "; for example %s", one.Example)
		}
	}
	return b.String()
}
