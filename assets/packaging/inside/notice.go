package main

import "strings"

// identifiers are the SPDX identifiers of the licences that NOTICE has as headings.
var identifiers = map[string]string{
	"Microsoft Public License (MS-PL)": "MS-PL",
	"Apache License 2.0":               "Apache-2.0",
	"BSD 3-Clause":                     "BSD-3-Clause",
	"BSD 2-Clause":                     "BSD-2-Clause",
	"MIT":                              "MIT",
	"FreeType License (or GPL-2.0)":    "FTL",
	"Creative Commons Attribution 4.0": "CC-BY-4.0",
	"ISC":                              "ISC",
	"Zope Public License 2.1":          "ZPL-2.1",
	"GNU General Public License 3.0 with the GCC Runtime Library Exception 3.1": "GPL-3.0-or-later WITH GCC-exception-3.1",
}

// parseNotice reads the first section of NOTICE: the SPDX identifier of the licence of
// each module and C library that it names. A heading stands at the margin, what is
// under it four blanks in, before two blanks or a bracket; the rest is for people.
func parseNotice(text string) map[string]string {
	stated := map[string]string{}
	_, text, _ = strings.Cut(text, "\n1. ")
	text, _, _ = strings.Cut(text, "\n2. ")
	licence := ""
	for _, line := range strings.Split(text, "\n") {
		switch {
		case line != "" && line[0] != ' ':
			licence = identifiers[line]
		case strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "     ") && licence != "":
			names, _, _ := strings.Cut(strings.TrimSpace(line), "  ")
			names, _, _ = strings.Cut(names, " (")
			for _, name := range strings.Split(names, ",") {
				if name = strings.TrimSpace(name); name != "" {
					stated[strings.TrimPrefix(name, "and ")] = licence
				}
			}
		}
	}
	return stated
}
