package googleid_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
)

// timeClaim gives a claim a value by the letter.
func timeClaim(name, value string) string {
	return newForge(noon).with(map[string]any{name: nil}).raw(`"` + name + `":` + value).token()
}

func rawPayload(payload string) string {
	f := newForge(noon)
	f.rawClaims = payload
	return f.token()
}

func unsigned(alg string) string {
	return newForge(noon).head(map[string]any{"alg": alg}).input() + ".c2lnbmF0dXJl"
}

func foreign() string {
	f := newForge(noon)
	f.sign = signer(othersKey())
	return f.token()
}

// changed has the signature of another token.
func changed() string {
	good := newForge(noon).token()
	return newForge(noon).with(map[string]any{"sub": "2"}).input() + good[strings.LastIndexByte(good, '.'):]
}

func embedded() *forge {
	f := newForge(noon)
	f.sign = signer(othersKey())
	return f.head(map[string]any{"jwk": json.RawMessage(jwk("google", &othersKey().PublicKey, nil))})
}

func symmetric() string {
	f := newForge(noon).head(map[string]any{"alg": "HS256"})
	f.sign = func(input string) []byte {
		der, _ := x509.MarshalPKIXPublicKey(&googlesKey().PublicKey)
		mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		mac.Write([]byte(input))
		return mac.Sum(nil)
	}
	return f.token()
}

func rs512() string {
	f := newForge(noon).head(map[string]any{"alg": "RS512"})
	f.sign = func(input string) []byte {
		hash := crypto.SHA512.New()
		hash.Write([]byte(input))
		signature, _ := rsa.SignPKCS1v15(nil, googlesKey(), crypto.SHA512, hash.Sum(nil))
		return signature
	}
	return f.token()
}

func ps256() string {
	f := newForge(noon).head(map[string]any{"alg": "PS256"})
	f.sign = func(input string) []byte {
		digest := sha256.Sum256([]byte(input))
		signature, _ := rsa.SignPSS(rand.Reader, googlesKey(), crypto.SHA256, digest[:], nil)
		return signature
	}
	return f.token()
}

// twin sets one of the bits that the last character of a signature doesn't use.
func twin(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(token) - 1
	return token[:last] + string(alphabet[strings.IndexByte(alphabet, token[last])|1])
}

// brokenUp has a line break in the signature, which base64 decoders pass over.
func brokenUp(token string) string {
	at := len(token) - 20
	return token[:at] + "\r\n" + token[at:]
}
