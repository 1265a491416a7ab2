# The commands of the project. `make test` needs nothing but Go, Node.js with npm,
# and on first use a network.

export CGO_ENABLED ?= 0
GO      ?= go
TIMEOUT ?= 20m

.PHONY: all demo build assets test unit race browser shared soak bench lint fmt clean

all: build

## demo: everything with made-up servers: no token, no database, nothing left behind
demo: build
	@bin/bot demo

## build: the binary bin/bot, with everything that it serves inside
build: assets
	$(GO) build -trimpath -o bin/bot ./cmd/bot

## assets: the dashboard's scripts, bundled into web/dist, which the binary embeds
assets: web/dist/app.js
web/dist/app.js: package.json package-lock.json $(wildcard web/script/*)
	npm ci --silent
	npm run --silent build

## test: installs what is missing and runs everything
test: assets
	sh scripts/prepare.sh postgres chromium
	$(MAKE) unit race browser

unit:
	$(GO) test -timeout $(TIMEOUT) ./...

# The race detector needs cgo; only what is concurrent runs under it.
RACY = ./ringbuf ./rank ./internal/pipeline ./internal/stats ./persist/journal ./discord ./web
race:
	CGO_ENABLED=1 $(GO) test -race -timeout $(TIMEOUT) $(RACY)

browser:
	$(GO) test -tags browser -timeout $(TIMEOUT) -run Browser ./web

## shared: checks on real inputs, from the folder GUILDPULSE_SHARED_DATA
shared:
	$(GO) test -tags shareddata -timeout $(TIMEOUT) -v -run 'Real|Sent|Typo|Check' ./cmd/bot ./discord ./internal/openapicheck

## soak: the long proofs: SOAK times the usual. The default, 100, is a billion operations
## through each ring, 100,000 histories that porcupine checks, and hours
SOAK ?= 100
soak: assets
	GUILDPULSE_SOAK=$(SOAK) $(GO) test -timeout 24h -v -run 'Stress|Linearizable' ./ringbuf
	GUILDPULSE_SOAK=$(SOAK) $(GO) test -timeout 24h -skip 'Stress|Linearizable' ./ringbuf
	GUILDPULSE_SOAK=$(SOAK) $(GO) test -timeout 24h ./rank ./sketch
	GUILDPULSE_SOAK=$$((($(SOAK)+4)/5)) $(GO) test -timeout 24h -run Killed ./cmd/bot

## bench: every figure beside its peer, in one run; writes docs/benchmarks.md
bench:
	cd bench && $(GO) run . -md ../docs/benchmarks.md $(BENCH_ARGS)

## lint: golangci-lint, from a module of its own
bin/golangci-lint: tools/go.mod tools/go.sum
	cd tools && $(GO) build -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint

lint: bin/golangci-lint
	bin/golangci-lint run ./...

fmt:
	gofmt -w $$(git ls-files '*.go')

clean:
	rm -rf bin web/dist/app.js web/dist/app.css node_modules
