// Package httpapi provides Latchkey over HTTP: the API of its clients, the single-page app
// and Swagger UI.
//
//	@title			Latchkey
//	@version		1
//	@description	Sign-in with Google, sessions that can be ended at once, and customers.
//	@description
//	@description	Errors are problems (RFC 9457); their `code` is stable. Times are UTC. Every path works with and without a trailing slash. A page of another origin must be among the allowed ones.
//	@description
//	@description	A path that isn't here is answered with 404 `not_found`; another method than a path knows with 405 `method_not_allowed` and the header `Allow`. A body over 64 KiB is 413 `payload_too_large`, one that takes too long to arrive 408 `request_timeout`.
//
//	@BasePath		/api
//
//	@tag.name			session
//	@tag.description	Signing in and out
//	@tag.name			own sessions
//	@tag.description	Where you are signed in
//	@tag.name			customers
//	@tag.description	For everybody who is signed in
//	@tag.name			administration
//	@tag.description	For administrators
//	@tag.name			operations
//	@tag.description	For monitors and pages
//
//	@securityDefinitions.apikey	session
//	@in							header
//	@name						Cookie
package httpapi
