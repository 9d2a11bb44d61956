package contract

import (
	"errors"
	"sync"
)

// inParallel runs f n times at once, all starting together, and returns what each returned.
func inParallel(n int, f func(i int) error) []error {
	results := make([]error, n)
	start := make(chan struct{})
	var ready, done sync.WaitGroup
	for i := range n {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			results[i] = f(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return results
}

// count says how many of the results are want; nil counts the successes.
func count(results []error, want error) int {
	n := 0
	for _, err := range results {
		if errors.Is(err, want) {
			n++
		}
	}
	return n
}
