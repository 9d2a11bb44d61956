package googlestandin

import (
	"crypto/sha256"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Persona is somebody whom the account chooser offers.
type Persona struct {
	Name         string
	Email        string
	HostedDomain string // empty: a private account
	Unverified   bool   // Google has not verified the address
	About        string // what the persona is good for; empty: a user like many
}

// Initials returns what stands for a picture.
func (p Persona) Initials() string { return initials(p.Name) }

// Hue returns the persona's colour, as the avatar has it.
func (p Persona) Hue() int { return hue(p.Email) }

// Personas returns whom the account chooser offers, in its order.
func Personas() []Persona {
	return []Persona{
		{Name: "Ada Lovelace", Email: "ada@example.com", HostedDomain: "example.com", About: "Admin in make run"},
		{Name: "Alan Turing", Email: "alan@example.com", HostedDomain: "example.com"},
		{Name: "Grace Hopper", Email: "grace@gmail.com", About: "Private account"},
		{Name: "Katherine Johnson", Email: "katherine@gmail.com", About: "Private account"},
		{Name: "Mary Shelley", Email: "mary@example.org", Unverified: true, About: "Email not verified"},
	}
}

// foldedEmail is the form under which an email is the same person.
func foldedEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// subjectOf gives an email its sub: 21 digits as Google's have, the same for ever.
func subjectOf(email string) string {
	digest := sha256.Sum256([]byte("sub\x00" + foldedEmail(email)))
	span := new(big.Int).Exp(big.NewInt(10), big.NewInt(20), nil)
	n := new(big.Int).SetBytes(digest[:])
	return n.Mod(n, span).Add(n, span).String()
}

// hostedDomainOf gives the hd of an email: gmail.com belongs to nobody's organisation, every
// other domain is taken for a Workspace.
func hostedDomainOf(email string) string {
	_, domain, _ := strings.Cut(foldedEmail(email), "@")
	if domain == "gmail.com" || domain == "googlemail.com" {
		return ""
	}
	return domain
}

// nameOf gives a name to somebody who has only an email: the persona's, else jane.doe@… is
// Jane Doe.
func nameOf(email string) string {
	for _, persona := range Personas() {
		if persona.Email == foldedEmail(email) {
			return persona.Name
		}
	}
	local, _, _ := strings.Cut(email, "@")
	local, _, _ = strings.Cut(local, "+")
	words := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' || r == '-' })
	for i, word := range words {
		first, size := utf8.DecodeRuneInString(word)
		words[i] = string(unicode.ToUpper(first)) + word[size:]
	}
	if len(words) == 0 {
		return local
	}
	return strings.Join(words, " ")
}

// splitName gives given and family name; the family name is the last word.
func splitName(name string) (given, family string) {
	at := strings.LastIndexByte(name, ' ')
	if at < 0 {
		return name, ""
	}
	return name[:at], name[at+1:]
}

// initials gives one or two capitals of a name, or "?".
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) > 2 {
		words = []string{words[0], words[len(words)-1]}
	}
	var s strings.Builder
	for _, word := range words {
		if first, _ := utf8.DecodeRuneInString(word); unicode.IsLetter(first) || unicode.IsDigit(first) {
			s.WriteRune(unicode.ToUpper(first))
		}
	}
	if s.Len() == 0 {
		return "?"
	}
	return s.String()
}

// hue gives an email its colour: an angle in degrees.
func hue(email string) int {
	digest := sha256.Sum256([]byte("hue\x00" + foldedEmail(email)))
	return (int(digest[0])<<8 | int(digest[1])) % 360
}
