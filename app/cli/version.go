package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lightbox/app"
)

func newVersionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version [flags]",
		Short: "Tell what this program is made of",
		Long: `version tells the version and the commit that this program was built from, the
system it was built for, the C libraries that it decodes and filters with, and its
models.

With --json it prints one object with the keys version, commit, target, go, tags,
libraries (name, version, linked: static, dynamic or unknown), models (name,
version, finding, weights_sha256, file_sha256, card_sha256 by language) and modules
(path, version, sum: the Go modules). version of a model is its card's, and
weights_sha256 what the card and calibrations name the weights by; file_sha256 is
the sum of the model's file, which the bill of materials has too.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, err := app.WhatIsBuilt()
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetEscapeHTML(false)
				return e.Encode(b)
			}
			return printBuilt(cmd.OutOrStdout(), b)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object, with the Go modules too")
	return cmd
}

// printBuilt writes what the program is made of for people.
func printBuilt(w io.Writer, b app.Built) error {
	var s strings.Builder
	fmt.Fprintf(&s, "Lightbox %s\n  for %s, built with %s\n", strings.TrimSpace(b.Version+" "+b.Commit), b.Target, b.Go)
	for _, l := range b.Libraries {
		fmt.Fprintf(&s, "  %s %s, %s\n", l.Name, l.Version, l.Linked)
	}
	for _, m := range b.Models {
		fmt.Fprintf(&s, "  model %s %s: %s, weights sha256 %s\n", m.Name, m.Version, m.Finding, m.WeightsSHA256)
	}
	fmt.Fprintf(&s, "  %d Go modules (--json lists them)\n%s\n", len(b.Modules), app.Disclaimer)
	_, err := io.WriteString(w, s.String())
	return err
}
