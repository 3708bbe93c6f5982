// Command inside tells whoever gets a package what is in it: it gathers the licence
// texts of everything that is linked into a program, and completes the bill of
// materials of its Go modules with C libraries and networks.
//
//	inside -program FILE -root REPOSITORY [-libs PREFIX] [-gomod FILE] -out FOLDER
//
// It reads the program's own list of modules, so it is the same for every system, and
// fails where one of them is not named in NOTICE or has no licence text.
package main

import (
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// Names of what it writes.
const (
	licencesName = "THIRD-PARTY-LICENSES.txt"
	billName     = "sbom.cdx.json"
)

// options are the command line's.
type options struct {
	program string // the program that was built
	root    string // of the source tree
	libs    string // static C libraries; empty where the system's are linked
	gomod   string // what cyclonedx-gomod wrote; empty: no bill of materials
	out     string
	target  string // linux-dynamic, linux-static, windows or macos
	version string
	epoch   int64 // seconds since 1970, the commit's time
}

func main() {
	var o options
	flag.StringVar(&o.program, "program", "", "the program's `FILE`")
	flag.StringVar(&o.root, "root", ".", "the source tree")
	flag.StringVar(&o.libs, "libs", "", "`PREFIX` of the static C libraries, as assets/packaging/libs/build prints it")
	flag.StringVar(&o.gomod, "gomod", "", "`FILE` that cyclonedx-gomod wrote of the program")
	flag.StringVar(&o.out, "out", "", "`FOLDER` to write to")
	flag.StringVar(&o.target, "target", "linux-dynamic", "linux-dynamic, linux-static, windows or macos")
	flag.StringVar(&o.version, "version", "", "version of Lightbox")
	flag.Int64Var(&o.epoch, "epoch", 0, "time of the commit, in seconds since 1970")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "inside:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.program == "" || o.out == "" {
		return errors.New("-program and -out are needed")
	}
	info, err := buildinfo.ReadFile(o.program)
	if err != nil {
		return fmt.Errorf("%s tells no Go modules: %w", o.program, err)
	}
	text, err := os.ReadFile(filepath.Join(o.root, "NOTICE"))
	if err != nil {
		return err
	}
	stated := parseNotice(string(text))
	modules, err := linkedModules(info, stated)
	if err != nil {
		return err
	}
	libraries, err := linkedLibraries(o, stated)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	parts := append(modules, libraries...)
	if err := os.WriteFile(filepath.Join(o.out, licencesName), licenceTexts(parts), 0o644); err != nil {
		return err
	}
	if o.gomod == "" {
		return nil
	}
	bill, err := completeBill(o, modules, libraries)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.out, billName), bill, 0o644)
}
