package httpapi

import (
	"slices"
	"strconv"
	"strings"
)

// The content codings that the build makes beside each file.
const (
	brotli   = "br"
	gzip     = "gzip"
	identity = "identity" // the file as it is
)

type contentCoding struct{ name, suffix string }

// contentCodings lists what the build may have made of a file, the smallest first.
func contentCodings() []contentCoding {
	return []contentCoding{{brotli, ".br"}, {gzip, ".gz"}, {identity, ""}}
}

// isCoded reports whether a file of the build is another one in a content coding.
func isCoded(name string) bool {
	return slices.ContainsFunc(contentCodings(), func(c contentCoding) bool {
		return c.suffix != "" && strings.HasSuffix(name, c.suffix)
	})
}

// codingWeights reads Accept-Encoding: the result says how much the client likes a coding,
// 0 for not at all (RFC 9110, 12.5.3). It likes identity least, unless it says otherwise.
func codingWeights(acceptEncoding []string) func(coding string) float64 {
	const least = 0.0001 // the header itself can't say less than 0.001
	named := map[string]float64{}
	for item := range strings.SplitSeq(strings.Join(acceptEncoding, ","), ",") {
		coding, parameters, _ := strings.Cut(item, ";")
		named[strings.ToLower(strings.TrimSpace(coding))] = qvalue(parameters)
	}
	return func(coding string) float64 {
		if weight, ok := named[coding]; ok {
			return weight
		}
		if weight, ok := named["*"]; ok {
			return weight
		}
		if coding == identity {
			return least
		}
		return 0
	}
}

// qvalue is the weight among the parameters of an item: 1 where there is none, 0 where it
// makes no sense.
func qvalue(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		weight, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(weight >= 0 && weight <= 1) {
			return 0
		}
		return weight
	}
	return 1
}
