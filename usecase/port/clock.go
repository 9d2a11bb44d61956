package port

import "time"

// Clock tells the time.
type Clock func() time.Time

// Entropy returns 256 fresh random bits.
type Entropy func() [32]byte
