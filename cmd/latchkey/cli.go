package main

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"latchkey/infrastructure/config"
)

// process is what a command sees of the world outside, so that a test can hand in another.
type process struct {
	environ  []string
	readFile func(string) ([]byte, error)
	stdout   io.Writer
	stderr   io.Writer
	terminal bool // stderr is read by somebody at once
}

// commands is the command line. Each command has a file of its own.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Run the service."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database's schema up to date, take a step back, or show where it stands."`
	User     userCommand     `cmd:"" help:"List people, and give and take their rights."`
	Session  sessionCommand  `cmd:"" help:"List sessions, and end them at once, everywhere."`
	Customer customerCommand `cmd:"" help:"Import customers."`
	OpenAPI  openAPICommand  `cmd:"" name:"openapi" help:"Print the description of the HTTP API (OpenAPI 3.0)."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// run is main without the process, so that a test can start and stop it.
func run(ctx context.Context, args []string, in process) error {
	var cli commands
	flags, given := settingFlags()
	help := false
	parser, err := kong.New(&cli,
		kong.Name("latchkey"),
		kong.Description("Sign in with Google, server-side sessions, and an end to any of them at any time."),
		kong.Writers(in.stdout, in.stderr),
		kong.Exit(func(int) { help = true }), // after --help
		kong.ExplicitGroups([]kong.Group{{Key: "settings", Title: "Settings (each also by its environment variable, or in .env):"}}),
		kong.Embed(flags),
	)
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(bareMigrate(args))
	if help {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w; see latchkey --help%.0w", err, errUsage)
	}
	command.BindTo(ctx, (*context.Context)(nil))
	// Called for the commands that need settings alone: version works whatever they are.
	err = command.BindToProvider(func() (config.Config, error) {
		cfg, err := config.Read(config.Sources{
			Flags:    given(),
			Environ:  in.environ,
			ReadFile: in.readFile,
			Terminal: in.terminal,
		})
		if err != nil {
			return config.Config{}, fmt.Errorf("%w%.0w", err, errUsage)
		}
		return cfg, nil
	})
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	return command.Run(in)
}

// settingFlags makes a flag for each setting. given returns those that were on the command
// line, by the setting's name.
func settingFlags() (flags any, given func() map[string]string) {
	var fields []reflect.StructField
	for i, s := range config.All() {
		help := s.Meaning + " (" + s.Name
		if s.Default != "" {
			help += "; default: " + s.Default
		}
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("F%d", i),
			Type: reflect.TypeFor[*string](),
			Tag: reflect.StructTag(fmt.Sprintf("name:%q help:%q placeholder:%q group:\"settings\"",
				s.Flag, strings.ReplaceAll(help+").", "${", "$${"), "…")),
		})
	}
	value := reflect.New(reflect.StructOf(fields))
	return value.Interface(), func() map[string]string {
		found := map[string]string{}
		for i, s := range config.All() {
			if text, ok := value.Elem().Field(i).Interface().(*string); ok && text != nil {
				found[s.Name] = *text
			}
		}
		return found
	}
}

// bareMigrate lets serve --migrate stand for --migrate=on.
func bareMigrate(args []string) []string {
	args = slices.Clone(args)
	for i, arg := range args {
		if arg == "--migrate" && (i+1 == len(args) || !slices.Contains([]string{"auto", "on", "off"}, args[i+1])) {
			args[i] = "--migrate=on"
		}
	}
	return args
}
