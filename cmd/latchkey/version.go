package main

import (
	"fmt"

	"latchkey/docs"
)

// version is set by the linker.
var version = "dev" //nolint:gochecknoglobals // the linker sets variables alone

type versionCommand struct{}

func (versionCommand) Run(in process) error {
	_, err := fmt.Fprintln(in.stdout, "latchkey "+version)
	return err
}

type openAPICommand struct{}

func (openAPICommand) Run(in process) error {
	_, err := in.stdout.Write(docs.OpenAPI())
	return err
}
