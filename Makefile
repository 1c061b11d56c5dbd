# `make help` lists what there is. Two commands are enough: make run, make test.

GO        ?= go
BIN       := bin/seatrial
TOOLS     := -modfile=tools/go.mod
RUN_ARGS  ?=
MUTATE_ARGS ?=

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: run
run: build ## the main job: real cluster, real load, smoke scenarios with their twins, verdict and report
	$(BIN) run $(RUN_ARGS)

.PHONY: build
build: ## the program, in bin/; static, so that it can run in a pod too
	CGO_ENABLED=0 $(GO) build -o $(BIN) ./cmd/seatrial

.PHONY: test
test: deps test-unit lint test-cluster ## hermetic tests with -race, vet and lint, then the cluster tests

.PHONY: test-unit
test-unit: ## the hermetic tests, with the race detector
	$(GO) vet ./...
	$(GO) test -race ./...

.PHONY: test-cluster
test-cluster: build ## the smoke tier on real clusters, through go test, and the life of a cluster
	SEATRIAL_CLUSTER=1 SEATRIAL_OUT=$(CURDIR)/seatrial-runs/test-$$(date -u +%Y%m%d-%H%M%S) \
		$(GO) test -count=1 -timeout 60m -v ./suites/e2e
	SEATRIAL_CLUSTER_TESTS=1 $(GO) test -count=1 -timeout 20m -v -run 'TestRealCluster$$' ./internal/cluster

FAULTS ?= '*/*'
CRASHES ?= 100
SEED ?= 1
PLACE ?= fast

.PHONY: test-faults
test-faults: build ## each fault on a real cluster: seen by a sensor, undone, nothing left behind (FAULTS='node/*')
	$(BIN) inject $(FAULTS) --for 3s

.PHONY: mutate
mutate: build ## plant known defects, one at a time, and show that each is caught by the finding named for it
	$(BIN) mutate $(MUTATE_ARGS)

.PHONY: break
break: ## break Seatrial itself on purpose, on a real cluster: kill -9, Ctrl-C, full disk, no Docker
	SEATRIAL_BREAK=1 $(GO) test -count=1 -timeout 90m -v -run TestBreak ./cmd/seatrial

.PHONY: test-crash
test-crash: ## runs killed at random instants of random faults: nothing of them is left (CRASHES=100 SEED=1 PLACE=fast)
	SEATRIAL_CRASH=$(CRASHES) SEATRIAL_CRASH_SEED=$(SEED) SEATRIAL_CRASH_PLACE=$(PLACE) $(GO) test -count=1 -timeout 12h -v -run TestCrash ./cmd/seatrial

.PHONY: bench
bench: ## the meter against ground truth, beside stock vegeta and a 1 Hz poller, into BENCHMARKS.md
	$(GO) build -o bin/bench ./bench
	bin/bench -out BENCHMARKS.md

.PHONY: lint
lint: ## the linters, pinned in tools/go.mod; and that it compiles for macOS
	$(GO) tool $(TOOLS) golangci-lint run ./...
	GOOS=darwin CGO_ENABLED=0 $(GO) build ./...

.PHONY: catalogue
catalogue: build ## rewrite suites/CATALOGUE.md
	$(BIN) list scenarios > suites/CATALOGUE.md

# What the tests need beside Go and make: a C compiler for the race detector, and
# a browser for the page tests. As root on Debian or Ubuntu they are installed.
.PHONY: deps
deps:
	@missing=""; \
	command -v gcc >/dev/null || missing="$$missing gcc libc6-dev"; \
	command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "install these first:$$missing" >&2; exit 1; fi
