package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

const (
	prefix     = "LATCHKEY_"
	fileSuffix = "_FILE"
	dotenvPath = ".env"
)

// found is the value of one setting as its strongest source gives it.
type found struct {
	value  string
	source Source
}

// collect finds what was given for each setting, and everything that is wrong on the way:
// unknown names, files that can't be read, a value and a file for the same setting.
func collect(from Sources) (map[string]found, Faults) {
	readFile := from.ReadFile
	if readFile == nil {
		readFile = func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	}
	dotenv, faults := readDotEnv(readFile)

	given := map[string]found{}
	layers := []struct {
		source Source
		values map[string]string
	}{
		{FromDotEnv, dotenv},
		{FromEnvironment, fromEnviron(from.Environ)},
		{FromFlag, from.Flags},
	}
	for _, layer := range layers { // weakest first: a later one overwrites
		faults = append(faults, unknown(layer.values, layer.source)...)
		for _, s := range table() {
			one, fault := s.in(layer.values, layer.source, readFile)
			if fault != nil {
				faults = append(faults, *fault)
			} else if one != nil {
				given[s.name] = *one
			}
		}
	}
	return given, faults
}

// in finds the setting in one layer; nothing when the layer doesn't have it.
func (s setting) in(values map[string]string, source Source, readFile func(string) ([]byte, error)) (*found, *Fault) {
	value, direct := values[s.name]
	path, byFile := values[s.name+fileSuffix]
	path = strings.TrimSpace(path)
	switch {
	case !s.secret || !byFile || path == "":
		if !direct {
			return nil, nil
		}
		return &found{strings.TrimSpace(value), source}, nil
	case direct && strings.TrimSpace(value) != "":
		return nil, &Fault{s.name, "is set together with " + s.name + fileSuffix + ": keep one of them", ""}
	}

	content, err := readFile(path)
	example := s.name + fileSuffix + "=/run/secrets/" + Flag(s.name)
	if err != nil {
		return nil, &Fault{s.name + fileSuffix, fmt.Sprintf("names %q, which can't be read (%s)", path, reason(err)), example}
	}
	secret := strings.TrimSpace(string(content))
	if secret == "" {
		return nil, &Fault{s.name + fileSuffix, fmt.Sprintf("names %q, which is empty", path), example}
	}
	return &found{secret, FromFile}, nil
}

// unknown reports the names of one layer that are nobody's setting.
func unknown(values map[string]string, source Source) Faults {
	known := map[string]bool{}
	for _, s := range table() {
		known[s.name] = true
		known[s.name+fileSuffix] = s.secret
	}
	var faults Faults
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if known[name] || fromKubernetes(name) {
			continue
		}
		problem := "is no setting of this program"
		if source == FromDotEnv {
			problem += " (it stands in .env)"
		}
		if near := nearest(name); near != "" {
			problem += "; " + near + " is"
		} else {
			problem += "; --help lists them"
		}
		faults = append(faults, Fault{Setting: name, Problem: problem})
	}
	return faults
}

// fromKubernetes knows the names that Kubernetes puts into every container beside a
// service called latchkey or latchkey-something.
func fromKubernetes(name string) bool {
	return strings.Contains(name, "_SERVICE_") || strings.HasSuffix(name, "_PORT") || strings.Contains(name, "_PORT_")
}

// fromEnviron picks our names out of an environment. The first of two equal names counts,
// as for os.Getenv.
func fromEnviron(environ []string) map[string]string {
	values := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if _, twice := values[name]; !twice && strings.HasPrefix(name, prefix) {
			values[name] = value
		}
	}
	return values
}

// nearest finds the setting that a name was probably meant to be; empty when none is close.
func nearest(name string) string {
	best, least := "", 4
	for _, candidate := range Names() {
		if d := distance(name, candidate); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance counts the letters to change, add or drop between a and b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// reason says why a file can't be read, without its path.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
