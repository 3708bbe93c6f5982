// Lightbox opens scans, shows their three views and has a network read them.
package main

import (
	"os"

	"lightbox/app/cli"
	"lightbox/ui"
)

func main() { os.Exit(cli.Run(os.Args[1:], cli.Windows{Scans: ui.Run, Training: ui.Train})) }
