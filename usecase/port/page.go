package port

import "time"

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	More  bool // there is at least one more behind the last
}

// Mark is a place in a list that runs from the newest to the oldest, and by descending id
// among what has the same time: the page after it starts behind that item, whatever has come
// in or gone since.
type Mark struct {
	At time.Time
	ID string
}
