package sqlstore

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMomentIsTextOfOneWidthThatSorts(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, time.February, 3, 4, 5, 6, 123456789, time.FixedZone("", 3600))
	for name, tt := range map[string]struct {
		at   time.Time
		want any
	}{
		"to the microsecond, UTC": {at, "2030-02-03 03:05:06.123456+00:00"},
		"a round time":            {time.Unix(0, 0), "1970-01-01 00:00:00.000000+00:00"},
		"no time":                 {time.Time{}, nil},
		"before all times":        {time.Date(-50, 1, 1, 0, 0, 0, 0, time.UTC), "0001-01-01 00:00:00.000001+00:00"},
		"after all times":         {time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC), "9999-12-31 23:59:59.000000+00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := moment{tt.at}.Value()
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestMomentReadsWhatDriversGive(t *testing.T) {
	t.Parallel()
	want := time.Date(2030, time.February, 3, 3, 5, 6, 123000000, time.UTC)
	for name, value := range map[string]any{
		"a time":               want.In(time.FixedZone("", 3600)),
		"text":                 "2030-02-03 03:05:06.123000+00:00",
		"text of fewer digits": "2030-02-03 03:05:06.123+00:00",
		"text of another zone": "2030-02-03 04:05:06.123000+01:00",
		"bytes":                []byte("2030-02-03 03:05:06.123000+00:00"),
	} {
		t.Run(name, func(t *testing.T) {
			got := moment{time.Now()}
			require.NoError(t, got.Scan(value))
			assert.Equal(t, want, got.Time)
		})
	}
	got := moment{time.Now()}
	require.NoError(t, got.Scan(nil))
	assert.True(t, got.IsZero())
	require.Error(t, got.Scan("yesterday"))
	require.Error(t, got.Scan(17))
}
