// Package docs provides the API's document.
package docs

import _ "embed"

//go:embed openapi.json
var openAPI []byte

// OpenAPI returns the OpenAPI 3.0 document of the HTTP API, as JSON. It is not to be changed.
func OpenAPI() []byte { return openAPI }
