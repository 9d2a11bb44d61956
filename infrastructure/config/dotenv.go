package config

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// readDotEnv reads .env in the working directory; no such file is no fault. Names that are
// not ours are left alone: other programs may share the file.
func readDotEnv(readFile func(string) ([]byte, error)) (map[string]string, Faults) {
	content, err := readFile(dotenvPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, Faults{{Setting: dotenvPath, Problem: "can't be read (" + reason(err) + ")"}}
	}

	values := map[string]string{}
	var faults Faults
	for i, line := range strings.Split(strings.TrimPrefix(string(content), "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "export ")), "=")
		name = strings.TrimSpace(name)
		if ok && !strings.HasPrefix(name, prefix) {
			continue
		}
		value, closed := unquote(strings.TrimSpace(value))
		if !ok || !closed {
			faults = append(faults, Fault{
				Setting: dotenvPath, Problem: fmt.Sprintf("line %d can't be read", i+1), Example: prefix + "ADDR=127.0.0.1:8080",
			})
			continue
		}
		values[name] = value
	}
	return values, faults
}

// unquote takes the quotes off a value, or the comment off one without quotes. It says
// whether a quote that opens also closes.
func unquote(value string) (string, bool) {
	if value == "" {
		return "", true
	}
	if q := value[0]; q == '"' || q == '\'' {
		inner, rest, closed := strings.Cut(value[1:], string(q))
		rest = strings.TrimSpace(rest)
		return inner, closed && (rest == "" || rest[0] == '#')
	}
	if value[0] == '#' {
		return "", true
	}
	if at := strings.Index(value, " #"); at >= 0 {
		value = value[:at]
	}
	return strings.TrimSpace(value), true
}
