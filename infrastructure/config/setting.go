package config

import (
	"fmt"
	"strings"
)

// Source says where the value of a setting came from.
type Source string

// The sources, strongest first. FromFile is a …_FILE setting, whether the environment or
// .env named the file.
const (
	FromFlag        Source = "flag"
	FromEnvironment Source = "environment"
	FromFile        Source = "file"
	FromDotEnv      Source = ".env"
	FromDefault     Source = "default"
)

// Setting describes one setting for people. Value and Source are empty in what All returns.
type Setting struct {
	Name    string
	Flag    string // without the dashes
	Value   string // the effective value, passwords masked
	Source  Source
	Default string // in words where it depends on something; empty: none
	Meaning string
	Example string // a value that would be accepted
	Secret  bool   // may hold a password, and may be given as NAME_FILE
}

// All describes every setting, in the order of the manual.
func All() []Setting {
	rows := table()
	all := make([]Setting, len(rows))
	for i, s := range rows {
		all[i] = s.describe()
	}
	return all
}

// Names lists the names of all settings.
func Names() []string {
	rows := table()
	names := make([]string, len(rows))
	for i, s := range rows {
		names[i] = s.name
	}
	return names
}

// Flag gives the command line flag of a setting, without the dashes: LATCHKEY_DATABASE_URL
// is database-url.
func Flag(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, prefix)), "_", "-")
}

// setting is one row of the table that everything else is made from.
type setting struct {
	name       string
	normal     string // the default value
	normalText string // the default in words, where the value alone doesn't say it
	onTerminal string // the default when logs go to a terminal; empty: as normal
	meaning    string
	example    string
	secret     bool
	apply      func(c *Config, value string) error // value is the default where none was given
}

func (s setting) fallback(terminal bool) string {
	if terminal && s.onTerminal != "" {
		return s.onTerminal
	}
	return s.normal
}

func (s setting) describe() Setting {
	words := s.normalText
	if words == "" {
		words = s.normal
	}
	return Setting{
		Name: s.name, Flag: Flag(s.name), Default: words,
		Meaning: s.meaning, Example: s.example, Secret: s.secret,
	}
}

// fault says what is wrong with value. A secret's value is not repeated.
func (s setting) fault(value string, err error) Fault {
	problem := err.Error()
	if !s.secret {
		problem = fmt.Sprintf("is %s: %s", quote(value), problem)
	}
	return Fault{Setting: s.name, Problem: problem, Example: s.name + "=" + s.example}
}

// quote shows a value on one line, cut where it is long, and without what stands where a
// URL has its password, or is an OAuth client secret by its prefix.
func quote(value string) string {
	const most = 100
	if strings.Contains(value, clientSecretPrefix) {
		value = mask
	}
	if before, after, found := strings.Cut(value, "://"); found {
		if at := strings.LastIndexByte(after, '@'); at >= 0 {
			value = before + "://" + mask + after[at:]
		}
	}
	if runes := []rune(value); len(runes) > most {
		value = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", value)
}

// list joins the descriptions with what was found.
func list(given map[string]found, effective map[string]string) []Setting {
	all := All()
	for i := range all {
		s := &all[i]
		s.Value, s.Source = effective[s.Name], FromDefault
		if given[s.Name].value != "" {
			s.Source = given[s.Name].source
		}
		if s.Secret {
			s.Value = NewSecretURL(s.Value).String()
		}
	}
	return all
}
