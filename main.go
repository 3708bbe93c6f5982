// Lightbox opens scans, shows their three views and has a network read them.
package main

import (
	"embed"
	"os"

	"lightbox/app/cli"
	"lightbox/ui"
)

// documents are what the about page shows. They are embedded here because the root
// of the repository can be reached from nowhere else, and copies would go out of
// date.
//
//go:embed LICENSE NOTICE CONFORMANCE.md
var documents embed.FS

func main() {
	os.Exit(cli.Run(os.Args[1:], cli.Windows{Scans: ui.Run(documents), Training: ui.Train}))
}
