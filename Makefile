# `make` says what there is. What is built is rebuilt only when what it is made of has changed.

SHELL     := /bin/bash
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

# One set of flags for everything that compiles, so that SQLite (a minute of CPU) compiles once.
GO_FLAGS := -trimpath -tags=nomsgpack
export GOFLAGS := $(strip $(filter-out $(GO_FLAGS),$(GOFLAGS)) $(GO_FLAGS))
export CGO_ENABLED := 0

# The race detector watches these; it compiles all they import once more, so SQLite stays out.
RACED := ./domain/... ./usecase/... $(addsuffix /...,$(wildcard ./adapter/memory ./adapter/sessioncache ./infrastructure/httpserver))

GOLANGCI_VERSION := v2.15.0
GOLANGCI = $(firstword $(wildcard bin/tools/golangci-lint) $(shell command -v golangci-lint))

ifeq ($(CHROMIUM),)
CHROMIUM = $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
endif
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

GO_SOURCES  = $(shell find cmd domain usecase adapter infrastructure -type f ! -name '*_test.go') $(wildcard go.mod go.sum docs/*.go docs/openapi.json frontend/*.go)
SPA_SOURCES = $(shell find frontend/src frontend/static -type f ! -name '*.test.ts') $(wildcard frontend/*.js frontend/*.ts frontend/*.json)
E2E         = $(wildcard test/e2e/package.json)

say = if [[ -t 1 ]]; then printf '\033[1m→ %s\033[0m\n' "$(1)"; else echo "→ $(1)"; fi

##@ Use

.PHONY: run
run: bin/latchkey sample-data ## Build everything and start it on http://localhost:8080 with sample customers
	@given() { [[ -n $${!1+x} ]] || grep -qsE "^[[:space:]]*(export[[:space:]]+)?$$1[[:space:]]*=" .env; }; \
	by_default() { given "$$1" || export "$$1=$$2"; }; `# your environment and your .env win` \
	by_default LATCHKEY_ADMIN_EMAILS ada@example.com; \
	by_default LATCHKEY_ALLOWED_ORIGINS http://localhost:3000,http://localhost:5173; \
	if ! given LATCHKEY_PUBLIC_URL && ! given LATCHKEY_ADDR && ! given LATCHKEY_GOOGLE_CLIENT_ID; then \
		printf '\n  As soon as it says ready: open \033[1mhttp://localhost:8080\033[0m and sign in as Ada, who is an administrator.\n  Ctrl-C stops it.\n\n'; \
	fi; \
	exec bin/latchkey serve

.PHONY: build
build: bin/latchkey ## Build bin/latchkey: one static file with the pages in it

##@ Work on it

.PHONY: test
test: needs-tests ## Run every test; brings PostgreSQL and Chromium where it may
	@$(MAKE) test-go
	@$(MAKE) test-frontend
	@$(MAKE) test-browser

.PHONY: test-go
test-go: frontend/dist/index.html ## Run the Go tests alone
	@$(call say,Testing the Go packages: one private PostgreSQL server for all of them)
	@$(GO) run ./test/database/cmd/withpostgres $(GO) test \
		$$(comm -23 <($(GO) list ./... | sort) <($(GO) list $(RACED) | sort))
	@if command -v gcc >/dev/null || command -v clang >/dev/null; then \
		$(call say,Testing the packages with concurrency of their own under the race detector); \
		CGO_ENABLED=1 $(GO) test -race $(RACED); \
	else \
		echo "The race detector needs a C compiler (gcc) and there is none: testing without it."; \
		$(GO) test $(RACED); \
	fi

.PHONY: test-frontend
test-frontend: frontend/node_modules/.installed ## Run the front end's type check and unit tests alone
	@$(call say,Testing the front end)
	@cd frontend && npm run --silent check && npm run --silent test

.PHONY: test-browser
test-browser: bin/latchkey $(if $(E2E),test/e2e/node_modules/.installed) ## Run the tests in a real browser alone; ARGS=… goes to playwright
	@$(if $(E2E),$(call say,Testing in Chromium) && cd test/e2e && CHROMIUM='$(CHROMIUM)' npx --no-install playwright test $(ARGS))

.PHONY: check
check: check-format check-go check-frontend check-generated ## Run formatters and linters and see that generated files are up to date

.PHONY: check-format
check-format:
	@$(call say,Checking the format of the Go files)
	@unformatted=$$(gofmt -l cmd domain usecase adapter infrastructure test docs frontend/*.go); \
	if [[ -n $$unformatted ]]; then echo "Not formatted; run gofmt -w on:"; echo "$$unformatted"; exit 1; fi

.PHONY: check-go
check-go:
	@$(call say,go vet)
	@$(GO) vet ./...
	@if [[ -n "$(GOLANGCI)" ]]; then $(call say,golangci-lint) && "$(GOLANGCI)" run; \
	else echo "golangci-lint is not here; make lint-tools builds it."; fi

.PHONY: check-frontend
check-frontend: frontend/node_modules/.installed
	@$(call say,Linting the front end)
	@cd frontend && npm run --silent lint && npm run --silent check

.PHONY: check-generated
check-generated: frontend/node_modules/.installed
	@$(call say,Comparing generated files with what they are made from)
	@$(GO) tool wire diff ./cmd/latchkey || { echo "cmd/latchkey/wire_gen.go is out of date: run make generate"; exit 1; }
	@$(call make_openapi,bin/generated/openapi.json)
	@cmp bin/generated/openapi.json docs/openapi.json || { echo "docs/openapi.json is out of date: run make generate"; exit 1; }
	@cd frontend && npx --no-install openapi-typescript ../docs/openapi.json -o ../bin/generated/schema.d.ts >/dev/null
	@cmp bin/generated/schema.d.ts frontend/src/lib/api/schema.d.ts || { echo "The front end's types are out of date: run make generate"; exit 1; }

.PHONY: generate
generate: frontend/node_modules/.installed ## Write generated files anew: wire_gen.go and openapi.json and the types made from it
	@$(call say,Writing cmd/latchkey/wire_gen.go)
	@$(GO) tool wire ./cmd/latchkey
	@$(call say,Writing docs/openapi.json and the types made from it)
	@$(call make_openapi,docs/openapi.json)
	@cd frontend && npm run --silent types >/dev/null

# swag writes Swagger 2.0 from the annotations; docs/openapi.mjs makes OpenAPI 3.0 of it.
make_openapi = mkdir -p bin/generated && \
	$(GO) tool swag init --quiet -g doc.go -d adapter/httpapi -o bin/generated --outputTypes json && \
	node docs/openapi.mjs bin/generated/swagger.json $(1)

.PHONY: lint-tools
lint-tools: ## Build the pinned golangci-lint into bin/tools (takes minutes)
	@$(call say,Building golangci-lint $(GOLANGCI_VERSION))
	@GOBIN="$(CURDIR)/bin/tools" GOFLAGS= $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

.PHONY: clean
clean: ## Remove what was built; the database in var/ stays
	@rm -rf bin frontend/.svelte-kit
	@find frontend/dist -mindepth 1 ! -name .gitkeep -delete

##@ Help

.PHONY: help
help: ## Say what there is
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 } \
		END { print "" }' $(firstword $(MAKEFILE_LIST))

# What the targets above are made of.

bin/latchkey: $(GO_SOURCES) frontend/dist/index.html
	@$(call say,Building bin/latchkey: a dot for each package; the first time takes two or three minutes)
	@mkdir -p bin
	@set -o pipefail; $(GO) build -v -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/latchkey 2>&1 | \
		awk '/^[a-zA-Z0-9_.~\/-]+$$/ { printf "."; fflush(); dots = 1; next } { print } END { if (dots) print "" }'
	@touch $@

frontend/dist/index.html: $(SPA_SOURCES) frontend/node_modules/.installed
	@$(call say,Building the pages)
	@cd frontend && npx --no-install vite build --logLevel error >/dev/null
	@touch $@

%/node_modules/.installed: %/package-lock.json %/package.json
	@$(call say,Installing the packages of $*)
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || \
		{ echo "Node 20.19 or newer is needed."; exit 1; }
	@cd $* && npm ci --no-progress
	@touch $@

# The sample database is made elsewhere and then moved, so that an interrupted run leaves none
# that is half full. Who names a database gets no samples put into it.
.PHONY: sample-data
sample-data: bin/latchkey
	@if [[ ! -e var/latchkey.db && -z $${LATCHKEY_DATABASE_URL-}$${LATCHKEY_DATABASE_URL_FILE-} ]] && ! grep -qs LATCHKEY_DATABASE_URL .env; then \
		$(call say,Making var/latchkey.db with sample customers) && rm -rf var/making && \
		at="--database-url=sqlite://var/making/latchkey.db --database-migration-url=" && \
		bin/latchkey migrate up $$at >/dev/null && \
		bin/latchkey customer import docs/samples/customers.csv $$at >/dev/null && \
		mv var/making/latchkey.db var/latchkey.db && rm -rf var/making; \
	fi

.PHONY: needs-tests
needs-tests:
	@missing=; \
	[[ -z "$(E2E)" || -n "$(CHROMIUM)" ]] || missing=" chromium"; \
	if [[ $$(id -u) == 0 && -e /etc/debian_version ]]; then \
		command -v gcc >/dev/null || missing="$$missing gcc libc6-dev"; \
		if [[ -n $$missing ]]; then \
			$(call say,Installing$$missing for the tests) && export DEBIAN_FRONTEND=noninteractive && \
			apt-get -q update && apt-get -q -y --no-install-recommends install $$missing; \
		fi; \
	elif [[ -n $$missing ]]; then \
		echo "The browser tests need Chromium: install it (on Debian: apt-get install chromium)."; exit 1; \
	fi
