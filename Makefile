# Lightbox. 'make run' opens the window, 'make test' runs every test, and both
# install what is missing; 'make help' lists the rest.

# ---- How the program is compiled: here, once. All of it can be overridden
# from the environment, for packagers on other systems; CONTRIBUTING.md shows
# the same values for an editor.

# customenv               GoCV takes its flags from below, not from pkg-config,
#                         which would link every OpenCV module there is
# gocv_specific_modules   only GoCV's core, imgproc and imgcodecs: the others
#                         want a newer OpenCV than Debian 12 and Ubuntu 24.04 have
# migrated_fynedo         we call Fyne from its own goroutine (fyne.Do)
# no_emoji                Fyne's font of coloured pictures (4 MB) stays out: nothing that
#                         Lightbox says has one
export TAGS         ?= customenv,gocv_specific_modules,migrated_fynedo,no_emoji
export CGO_ENABLED  ?= 1
export CGO_CPPFLAGS ?= -I/usr/include/opencv4
export CGO_CXXFLAGS ?= -O2 --std=c++11
export CGO_LDFLAGS  ?= -lopencv_core -lopencv_imgproc -lopencv_imgcodecs

# The Go that is installed, or a sentence saying it is too old: never a
# toolchain downloaded unasked.
export GOTOOLCHAIN := local

# Not taken from the environment, where these names may mean something else;
# make VERSION=… does change them. FyneApp.toml says the same version.
export VERSION = 0.1.0
# Empty where there is no git or no repository, as in a source archive.
COMMIT         = $(shell git rev-parse --short=12 HEAD 2>/dev/null && (git diff --quiet HEAD 2>/dev/null || echo dirty))
export BINARY  = lightbox

# Stamped by the linker alone, so a new commit relinks and recompiles nothing.
# (-buildvcs would do the same, but fails in a tree that another user owns.)
LDFLAGS := -X lightbox/app.Version=$(VERSION) -X lightbox/app.Commit=$(subst $() ,-,$(strip $(COMMIT)))
# More for the linker: what a package's program has, and one's own does not.
GO_LDFLAGS ?=

# The linter, built into .tools by 'make lint' and 'make test'.
export GOLANGCI_VERSION ?= v2.15.0

# A scan for 'make run', and stages for 'make test': handed on through the
# environment, so that a path may hold spaces and quotes.
export SCAN ?=
ONLY ?=

.DEFAULT_GOAL := help
.PHONY: help run build test bench lint deps clean check-go deps-build static-linux static-windows package package-linux package-windows

help: ## list what can be made
	@echo 'Lightbox $(VERSION). make TARGET, where TARGET is one of:'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s%s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: build ## build, and open the demo scan (another: make run SCAN=path)
	@scan=$${SCAN:-$$(.ci/demo-scan)} && \
	if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname -s)" != Linux ]; then \
	  exec ./$(BINARY) "$$scan"; \
	fi && \
	echo 'There is no display here: running on a virtual one.' && \
	.ci/install headless && \
	exec .ci/virtual-display ./$(BINARY) "$$scan"

build: deps-build ## build the program, ./lightbox
	@go build -mod=readonly -buildvcs=false -tags '$(TAGS)' -ldflags '$(strip $(LDFLAGS) $(GO_LDFLAGS))' -o '$(BINARY)' .

test: check-go ## run every test (some stages: make test ONLY="vet unit")
	@.ci/test $(ONLY)

bench: build ## measure beside the references (some parts: make bench ONLY="decode stack")
	@.ci/bench $(ONLY)

fuzz: check-go ## fuzz every target: make fuzz MINUTES=30 (processor time each)
	@.ci/fuzz $(or $(MINUTES),30)

lint: check-go ## formatting, go vet and the linter
	@.ci/test deps format vet lint

deps: check-go ## install the system packages that are missing
	@.ci/install build headless monitors

# The sums come last.
package: package-linux package-windows ## all packages that can be made here into dist, with dist/SHA256SUMS
	@assets/packaging/sums

package-linux: check-go ## the packages for Linux into dist (some: make package-linux ONLY="deb")
	@COMMIT='$(subst $() ,-,$(strip $(COMMIT)))' assets/packaging/linux/build.sh $(ONLY)

package-windows: check-go ## the packages for Windows into dist (some: make package-windows ONLY="setup")
	@.ci/install build package
	@COMMIT='$(subst $() ,-,$(strip $(COMMIT)))' assets/packaging/windows/build.sh $(ONLY)

# What the packages carry, with the C libraries inside (the recipes: assets/packaging).
static-linux: check-go
	@.ci/install build package
	@assets/packaging/program linux '$(BINARY)'

static-windows: check-go
	@.ci/install build package
	@assets/packaging/program windows '$(BINARY)'

clean: ## remove what make made here
	rm -rf '$(BINARY)' out dist .tools rsrc_windows_amd64.syso

check-go:
	@.ci/check-go

deps-build: check-go
	@.ci/install build
