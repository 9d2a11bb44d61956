package main

import "latchkey/docs"

// version is set by the linker.
var version = "dev"

type versionCommand struct{}

func (versionCommand) Run(in process) error {
	say(in.stdout, "latchkey %s\n", version)
	return nil
}

type openAPICommand struct{}

func (openAPICommand) Run(in process) error {
	_, err := in.stdout.Write(docs.OpenAPI())
	return err
}
