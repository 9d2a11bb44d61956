package googlestandin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeyFile is Keys in a file, for an embedded database beside it. Processes that share the
// file share the key.
type KeyFile struct {
	path string
}

// NewKeyFile names the file; its folder must be there when a key is first asked for.
func NewKeyFile(path string) *KeyFile { return &KeyFile{path: path} }

// StandinKey returns what the file holds; see Keys. A file that isn't there is made at once
// and whole, for the owner's eyes only: of several processes that try, one succeeds.
func (f *KeyFile) StandinKey(_ context.Context, fresh func() ([]byte, error)) ([]byte, error) {
	kept, err := os.ReadFile(f.path) //nolint:gosec // the operator names it
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return kept, err
	}
	made, err := fresh()
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	if err := create(f.path, made); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("keep a key: %w", err)
	}
	return os.ReadFile(f.path) //nolint:gosec // the operator names it
}

// create writes a new file with all its content, or returns fs.ErrExist. A link is what fails
// on an existing name; a rename would replace it.
func create(path string, content []byte) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".standin-key-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(temporary.Name())) }() //nolint:gosec // made two lines above
	_, err = temporary.Write(content)
	if err := errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Link(temporary.Name(), path)
}
