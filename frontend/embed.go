// Package frontend provides the built single-page app.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var built embed.FS

// Dist returns the files that `npm run build` left, rooted where the app's index.html is.
// Before the first build there is no index.html in it.
func Dist() fs.FS {
	dist, err := fs.Sub(built, "dist")
	if err != nil { // only for an invalid path
		panic(err)
	}
	return dist
}
