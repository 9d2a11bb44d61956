package googleid_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/googleid"
	"latchkey/domain"
	"latchkey/test/contract"
	"latchkey/usecase/port"
)

func TestContract(t *testing.T) {
	contract.Identities(t, func(t *testing.T) (port.Identities, contract.Mint) {
		now := time.Now().Truncate(time.Second)
		return newVerifier(t, &now, nil), func(_ *testing.T, c contract.Claims) string {
			f := newForge(now.Add(-c.Age)).with(map[string]any{"jti": rand.Text(), "email_verified": c.EmailVerified})
			for claim, said := range map[string]string{
				"sub": c.Subject, "email": c.Email, "hd": c.HostedDomain, "name": c.Name, "picture": c.Picture, "nonce": c.Nonce,
			} {
				if f.claims[claim] = said; said == "" {
					delete(f.claims, claim)
				}
			}
			if c.ForeignAudience {
				f.with(map[string]any{"aud": "another.apps.example", "azp": "another.apps.example"})
			}
			if c.ForeignKey {
				f.sign = signer(othersKey())
			}
			return f.token()
		}
	})
}

func TestIdentity(t *testing.T) {
	now := noon
	verifier := newVerifier(t, &now, nil)

	who, err := verifier.Verify(t.Context(), newForge(now).token(), "")

	require.NoError(t, err)
	assert.Equal(t, domain.Identity{
		Issuer: issuer, Subject: "110169484474386276334",
		Email: "ada@example.com", EmailVerified: true, HostedDomain: "example.com",
		Name: "Ada Lovelace", Picture: "https://lh3.googleusercontent.com/a/ada=s96-c",
		Credential: domain.CredentialID{
			Hash:      sha256.Sum256([]byte("jti\x00https://accounts.google.com\x00f6a1")),
			ExpiresAt: noon.Add(10*time.Minute + 30*time.Second),
		},
	}, who)
}

func TestAccepted(t *testing.T) {
	tests := map[string]*forge{
		"the other issuer":              newForge(noon).with(map[string]any{"iss": "accounts.google.com"}),
		"a list of our audience alone":  newForge(noon).with(map[string]any{"aud": []string{clientID}}),
		"the second audience":           newForge(noon).with(map[string]any{"aud": "second.apps.example"}),
		"no azp":                        newForge(noon).with(map[string]any{"azp": nil}),
		"no nbf":                        newForge(noon).with(map[string]any{"nbf": nil}),
		"no typ":                        newForge(noon).head(map[string]any{"typ": nil}),
		"an email only":                 newForge(noon).with(map[string]any{"hd": nil, "name": nil, "picture": nil, "email_verified": nil}),
		"an empty name":                 newForge(noon).with(map[string]any{"name": ""}),
		"claims that nobody knows":      newForge(noon).with(map[string]any{"at_hash": "x", "more": map[string]any{"a": []int{1}}}),
		"SUB beside sub":                newForge(noon).with(map[string]any{"SUB": "somebody-else"}),
		"10 minutes and 29 seconds old": newForge(noon).with(map[string]any{"iat": noon.Unix() - 629}),
		"expired 29 seconds ago":        newForge(noon).with(map[string]any{"exp": noon.Unix() - 29}),
		"issued 30 seconds from now":    newForge(noon).with(map[string]any{"iat": noon.Unix() + 30, "nbf": noon.Unix() + 30}),
		"a sub of 255 characters":       newForge(noon).with(map[string]any{"sub": strings.Repeat("a", 255)}),
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			now := noon
			who, err := newVerifier(t, &now, nil).Verify(t.Context(), f.token(), "")
			require.NoError(t, err)
			assert.Equal(t, issuer, who.Issuer)
			assert.NotEqual(t, "somebody-else", who.Subject)
		})
	}
}

func TestRefused(t *testing.T) {
	tests := map[string]struct {
		token string
		want  string // the check that has to see it
	}{
		"no key id":               {newForge(noon).head(map[string]any{"kid": nil}).token(), "names no key"},
		"an empty key id":         {newForge(noon).head(map[string]any{"kid": ""}).token(), "names no key"},
		"a key id that's no text": {newForge(noon).head(map[string]any{"kid": 1}).token(), "names no key"},
		"an unknown key id":       {newForge(noon).head(map[string]any{"kid": "other"}).token(), "the key is unknown"},
		"a key id like a path":    {newForge(noon).head(map[string]any{"kid": "../../../../dev/null"}).token(), "the key is unknown"},
		"crit":                    {newForge(noon).head(map[string]any{"crit": []string{"exp"}}).token(), "not alg, kid or typ"},
		"zip":                     {newForge(noon).head(map[string]any{"zip": "DEF"}).token(), "not alg, kid or typ"},
		"b64":                     {newForge(noon).head(map[string]any{"b64": false}).token(), "not alg, kid or typ"},
		"an embedded key":         {embedded().token(), "not alg, kid or typ"},
		"jku":                     {newForge(noon).head(map[string]any{"jku": "https://evil.example/certs"}).token(), "not alg, kid or typ"},
		"x5u":                     {newForge(noon).head(map[string]any{"x5u": "https://evil.example/cert"}).token(), "not alg, kid or typ"},
		"x5c":                     {newForge(noon).head(map[string]any{"x5c": []string{"MIIB"}}).token(), "not alg, kid or typ"},
		"KID":                     {newForge(noon).head(map[string]any{"KID": "google"}).token(), "not alg, kid or typ"},
		"an access token":         {newForge(noon).head(map[string]any{"typ": "at+jwt"}).token(), "typ is not JWT"},
		"a typ that's no text":    {newForge(noon).head(map[string]any{"typ": []string{"JWT"}}).token(), "typ is not JWT"},

		"alg none":                   {unsigned("none"), "signature or its algorithm"},
		"alg None":                   {unsigned("None"), "can't be verified"},
		"no alg":                     {newForge(noon).head(map[string]any{"alg": nil}).token(), "can't be verified"},
		"an alg that's no text":      {newForge(noon).head(map[string]any{"alg": 256}).token(), "can't be verified"},
		"HS256 with the public key":  {symmetric(), "signature or its algorithm"},
		"RS512 with the right key":   {rs512(), "signature or its algorithm"},
		"PS256 with the right key":   {ps256(), "signature or its algorithm"},
		"another's signature":        {foreign(), "signature or its algorithm"},
		"a claim changed afterwards": {changed(), "signature or its algorithm"},
		"another way to write it":    {twin(newForge(noon).token()), "malformed"},
		"a line break within":        {brokenUp(newForge(noon).token()), "alphabet"},
		"a fourth part":              {newForge(noon).token() + ".e30", "three parts"},
		"no signature":               {newForge(noon).input() + ".", "three parts"},
		"over 8 KiB":                 {newForge(noon).with(map[string]any{"more": strings.Repeat("x", 7000)}).token(), "longer than 8 KiB"},
		"a header over 8 KiB":        {newForge(noon).head(map[string]any{"kid": strings.Repeat("x", 7000)}).token(), "longer than 8 KiB"},
		"nothing":                    {"", "three parts"},

		"claims in a list":       {rawPayload(`[{"sub":"1"}]`), "not an object"},
		"null for claims":        {rawPayload(`null`), "exp is missing"},
		"a text for claims":      {rawPayload(`"claims"`), "not an object"},
		"claims and more":        {rawPayload(`{"sub":"1"} {}`), "malformed"},
		"deep nesting":           {newForge(noon).raw(`"x":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000)).token(), "too deep"},
		"sub twice":              {newForge(noon).raw(`"sub":"1"`).token(), "twice"},
		"sub twice, once masked": {newForge(noon).raw(`"s\u0075b":"1"`).token(), "twice"},
		"twice deeper down":      {newForge(noon).raw(`"x":{"y":1,"y":2}`).token(), "twice"},
		"text that is not UTF-8": {newForge(noon).raw("\"x\":\"\xff\"").token(), "UTF-8"},
		"NUL in a claim":         {newForge(noon).with(map[string]any{"name": "Ada\x00"}).token(), "NUL"},

		"no exp":               {newForge(noon).with(map[string]any{"exp": nil}).token(), "exp is missing"},
		"expired":              {newForge(noon).with(map[string]any{"exp": noon.Unix() - 30}).token(), "has expired"},
		"exp is a fraction":    {timeClaim("exp", `1904133600.5`), "exp is not a whole"},
		"exp by exponent":      {timeClaim("exp", `19041336e2`), "exp is not a whole"},
		"exp is huge":          {timeClaim("exp", `1e300`), "exp is not a whole"},
		"exp has 12 digits":    {timeClaim("exp", `190413360000`), "exp is not a whole"},
		"exp is negative":      {timeClaim("exp", `-1`), "exp is not a whole"},
		"exp is a text":        {timeClaim("exp", `"1904133600"`), "exp is not a whole"},
		"exp is null":          {timeClaim("exp", `null`), "exp is not a whole"},
		"nbf in the future":    {newForge(noon).with(map[string]any{"nbf": noon.Unix() + 31}).token(), "not valid yet"},
		"nbf is a text":        {timeClaim("nbf", `"0"`), "nbf is not a whole"},
		"no iat":               {newForge(noon).with(map[string]any{"iat": nil}).token(), "iat is missing"},
		"issued in the future": {newForge(noon).with(map[string]any{"iat": noon.Unix() + 31}).token(), "issued in the future"},
		"issued too long ago":  {newForge(noon).with(map[string]any{"iat": noon.Unix() - 630}).token(), "too long ago"},
		"iat is a fraction":    {timeClaim("iat", `1904126400.0`), "iat is not a whole"},
		"iat is a list":        {timeClaim("iat", `[1904126400]`), "iat is not a whole"},

		"no iss":                    {newForge(noon).with(map[string]any{"iss": nil}).token(), "iss is not"},
		"another iss":               {newForge(noon).with(map[string]any{"iss": "https://accounts.example.com"}).token(), "iss is not"},
		"iss with a slash":          {newForge(noon).with(map[string]any{"iss": issuer + "/"}).token(), "iss is not"},
		"iss without https":         {newForge(noon).with(map[string]any{"iss": "http://accounts.google.com"}).token(), "iss is not"},
		"iss is a list":             {newForge(noon).with(map[string]any{"iss": []string{issuer}}).token(), "iss is not a text"},
		"no aud":                    {newForge(noon).with(map[string]any{"aud": nil}).token(), "aud is not a text"},
		"another aud":               {newForge(noon).with(map[string]any{"aud": "another.apps.example"}).token(), "aud is not ours"},
		"aud with ours and another": {newForge(noon).with(map[string]any{"aud": []string{clientID, "another"}}).token(), "aud is not ours"},
		"aud with ours twice":       {newForge(noon).with(map[string]any{"aud": []string{clientID, clientID}}).token(), "aud is not ours"},
		"aud is an empty list":      {newForge(noon).with(map[string]any{"aud": []string{}}).token(), "aud is not ours"},
		"aud holds more than texts": {newForge(noon).with(map[string]any{"aud": []any{clientID, 1}}).token(), "aud is not a text"},
		"another azp":               {newForge(noon).with(map[string]any{"azp": "another.apps.example"}).token(), "azp is not ours"},
		"an empty azp":              {newForge(noon).with(map[string]any{"azp": ""}).token(), "azp is empty"},
		"azp is a list":             {newForge(noon).with(map[string]any{"azp": []string{clientID}}).token(), "azp is not a text"},
		"no sub":                    {newForge(noon).with(map[string]any{"sub": nil}).token(), "sub is missing"},
		"SUB in place of sub":       {newForge(noon).with(map[string]any{"sub": nil, "SUB": "1"}).token(), "sub is missing"},
		"ſub in place of sub":       {newForge(noon).with(map[string]any{"sub": nil, "ſub": "1"}).token(), "sub is missing"},
		"an empty sub":              {newForge(noon).with(map[string]any{"sub": ""}).token(), "sub is missing"},
		"sub is a number":           {newForge(noon).with(map[string]any{"sub": 1}).token(), "sub is not a text"},
		"sub holds a slash":         {newForge(noon).with(map[string]any{"sub": "../1"}).token(), "sub is missing or malformed"},
		"sub holds other letters":   {newForge(noon).with(map[string]any{"sub": "１２３"}).token(), "sub is missing or malformed"},
		"sub has 256 characters":    {newForge(noon).with(map[string]any{"sub": strings.Repeat("1", 256)}).token(), "sub is missing or malformed"},
		"no email":                  {newForge(noon).with(map[string]any{"email": nil}).token(), "email is missing"},
		"email is a number":         {newForge(noon).with(map[string]any{"email": 1}).token(), "email is not a text"},
		"email is no address":       {newForge(noon).with(map[string]any{"email": "ada"}).token(), "email is missing or malformed"},
		"email with a line break":   {newForge(noon).with(map[string]any{"email": "ada@example.com\r\nx"}).token(), "email is missing or malformed"},
		"email turned round":        {newForge(noon).with(map[string]any{"email": "ada@\u202emoc.elpmaxe"}).token(), "email is missing or malformed"},
		"email by a lone surrogate": {newForge(noon).with(map[string]any{"email": nil}).raw(`"email":"a\ud800@example.com"`).token(), "email is missing or malformed"},
		"email of 255 bytes":        {newForge(noon).with(map[string]any{"email": strings.Repeat("a", 243) + "@example.com"}).token(), "email is missing or malformed"},
		"hd is a list":              {newForge(noon).with(map[string]any{"hd": []string{"example.com"}}).token(), "hd is not a text"},
		"name is an object":         {newForge(noon).with(map[string]any{"name": map[string]any{}}).token(), "name is not a text"},
		"picture is a number":       {newForge(noon).with(map[string]any{"picture": 1}).token(), "picture is not a text"},
		"an empty jti":              {newForge(noon).with(map[string]any{"jti": ""}).token(), "jti is empty"},
		"a jti of 256 characters":   {newForge(noon).with(map[string]any{"jti": strings.Repeat("1", 256)}).token(), "jti is too long"},
		"a nonce nobody was given":  {newForge(noon).with(map[string]any{"nonce": "n"}).token(), "nonce is not this browser's"},
		"an empty nonce":            {newForge(noon).with(map[string]any{"nonce": ""}).token(), "nonce is empty"},
	}
	now := noon
	verifier := newVerifier(t, &now, nil)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			who, err := verifier.Verify(t.Context(), tt.token, "")

			require.ErrorIs(t, err, domain.ErrInvalidCredential)
			assert.ErrorContains(t, err, tt.want)
			assert.Equal(t, domain.Identity{}, who)
			for _, secret := range []string{"evil", "another", "somebody", "ada@", "MIIB"} {
				assert.NotContains(t, err.Error(), secret, "the error must hold nothing of the token")
			}
		})
	}
}

func TestNonce(t *testing.T) {
	tests := map[string]struct {
		claim, given string
		required     bool
		want         string // "": accepted
	}{
		"the same":                       {"n1", "n1", false, ""},
		"the same, required":             {"n1", "n1", true, ""},
		"none":                           {"", "", false, ""},
		"given, not used":                {"", "n1", false, ""},
		"given, not used, but required":  {"", "n1", true, "nonce is missing"},
		"none, but required":             {"", "", true, "nonce is missing"},
		"another":                        {"n1", "n2", false, "not this browser's"},
		"a longer one":                   {"n1", "n12", false, "not this browser's"},
		"the token's, but none is given": {"n1", "", false, "not this browser's"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			now := noon
			verifier := newVerifier(t, &now, func(o *googleid.Options) { o.RequireNonce = tt.required })
			f := newForge(noon)
			if tt.claim != "" {
				f.with(map[string]any{"nonce": tt.claim})
			}

			_, err := verifier.Verify(t.Context(), f.token(), tt.given)

			if tt.want == "" {
				assert.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, domain.ErrInvalidCredential)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestEmailVerifiedIsTheValueTrueAlone(t *testing.T) {
	now := noon
	verifier := newVerifier(t, &now, nil)
	for _, said := range []any{false, "true", 1, "1", nil, []bool{true}, map[string]any{}} {
		who, err := verifier.Verify(t.Context(), newForge(noon).with(map[string]any{"email_verified": said}).token(), "")
		require.NoError(t, err)
		assert.False(t, who.EmailVerified, "%v", said)
	}
}

func TestPicture(t *testing.T) {
	now := noon
	verifier := newVerifier(t, &now, func(o *googleid.Options) {
		o.Pictures = []string{"http://localhost:8080/dev/google/avatar/"}
	})
	for picture, kept := range map[string]bool{
		"https://lh3.googleusercontent.com/a/x=s96-c":      true,
		"https://googleusercontent.com/a":                  true,
		"http://localhost:8080/dev/google/avatar/AL-1.svg": true,
		"http://lh3.googleusercontent.com/a":               false,
		"https://lh3.googleusercontent.com.evil.example/a": false,
		"https://evilgoogleusercontent.com/a":              false,
		"https://x@lh3.googleusercontent.com/a":            false,
		"https://lh3.googleusercontent.com:8443/a":         false,
		"https://evil.example/?lh3.googleusercontent.com":  false,
		"//lh3.googleusercontent.com/a":                    false,
		"javascript:alert(1)":                              false,
		"data:image/png;base64,AAAA":                       false,
		"http://localhost:8080/api/logout":                 false,
		"https://lh3.googleusercontent.com/\x7f":           false,
	} {
		who, err := verifier.Verify(t.Context(), newForge(noon).with(map[string]any{"picture": picture}).token(), "")
		require.NoError(t, err)
		assert.Equal(t, kept, who.Picture == picture, picture)
		assert.Equal(t, kept, who.Picture != "", picture)
	}
}

func TestCredentialID(t *testing.T) {
	now := noon
	verifier := newVerifier(t, &now, nil)
	verify := func(f *forge) domain.CredentialID {
		who, err := verifier.Verify(t.Context(), f.token(), "")
		require.NoError(t, err)
		return who.Credential
	}

	t.Run("tokens of one jti are one, under either form of the issuer", func(t *testing.T) {
		first := verify(newForge(noon))
		second := verify(newForge(noon).with(map[string]any{"iss": "accounts.google.com", "name": "Ada"}))
		third := verify(newForge(noon).with(map[string]any{"jti": "other"}))
		assert.Equal(t, first.Hash, second.Hash)
		assert.NotEqual(t, first.Hash, third.Hash)
	})
	t.Run("without a jti it is the signed part, whatever the signature looks like", func(t *testing.T) {
		f := newForge(noon).with(map[string]any{"jti": nil})
		assert.Equal(t, sha256.Sum256([]byte(f.input())), verify(f).Hash)
	})
	t.Run("it can be forgotten when the token can't be valid any more, and not before", func(t *testing.T) {
		for name, f := range map[string]*forge{
			"by its age":    newForge(noon),
			"by its expiry": newForge(noon).with(map[string]any{"exp": noon.Unix() + 60}),
		} {
			now = noon
			end := verify(f).ExpiresAt
			now = end.Add(-time.Second)
			_, err := verifier.Verify(t.Context(), f.token(), "")
			require.NoError(t, err, name)
			now = end
			_, err = verifier.Verify(t.Context(), f.token(), "")
			require.ErrorIs(t, err, domain.ErrInvalidCredential, name)
		}
	})
}

func TestCancelled(t *testing.T) {
	now := noon
	verifier := newVerifier(t, &now, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	_, err := verifier.Verify(ctx, newForge(noon).token(), "")

	assert.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, domain.ErrInvalidCredential)
}
