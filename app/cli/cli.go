// Package cli is Lightbox without a window: the commands analyze, render,
// series, info, train, evaluate, calibrate, export and version. Results go to stdout,
// progress and complaints to stderr.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/app/training"
)

// WindowOptions is what the window is opened with.
type WindowOptions struct {
	Paths      []string // scans or folders to open
	Report     string   // file to write once everything is painted
	Demo       bool     // mask who the patients are, from the first picture on
	FillScreen bool     // take the whole screen; for a display without a window manager
	Language   string   // instead of the one in the settings
	Model      string   // instead of the embedded default
	// Calibration is a file that replaces the one of the model that it was made for.
	Calibration string
}

// Windows are what the program can open; ui has them. Each returns when its window
// is closed, and is called on the main goroutine.
type Windows struct {
	// Scans is the workstation.
	Scans func(context.Context, WindowOptions) error
	// Training shows a training while it carries it out, and returns its error.
	// Where no window can be opened, it returns why and has begun nothing.
	Training func(context.Context, training.Task) error
}

// Run runs the command that args ask for and returns the exit status. Without
// a command it opens the window.
func Run(args []string, open Windows) int {
	attachConsole()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot(open)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, errInputsFailed) {
		fmt.Fprintln(os.Stderr, "lightbox:", err)
		if exitStatus(err) == exitUsage {
			fmt.Fprintln(os.Stderr, "Try 'lightbox --help'.")
		}
	}
	return exitStatus(err)
}

func newRoot(open Windows) *cobra.Command {
	var o WindowOptions
	root := &cobra.Command{
		Use:   "lightbox [flags] [SCAN or FOLDER]…",
		Short: "Open scans, see their three views, read the probability",
		Long: "Lightbox opens scans (DICOM, NIfTI, PNG, JPEG, TIFF, BMP), shows their original,\n" +
			"grayscale and Gaussian-blurred views side by side and has a neural network read\n" +
			"them. Without a command it opens the window.\n\n" + app.Disclaimer + ".",
		Version:       strings.TrimSpace(app.Version + " " + app.Commit),
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Paths = args
			return open.Scans(cmd.Context(), o)
		},
	}
	root.Flags().StringVar(&o.Report, "report", "", "write what the window shows to this `FILE` (JSON) once it is painted")
	root.Flags().BoolVar(&o.Demo, "demo", false, "mask who the patients are, everywhere")
	root.Flags().BoolVar(&o.FillScreen, "fill-screen", false, "take the whole screen")
	root.Flags().StringVar(&o.Language, "language", "", "`en` or zh, instead of the one in the settings")
	root.Flags().StringVar(&o.Model, "model", "", "embedded model `NAME` or .safetensors file")
	root.Flags().StringVar(&o.Calibration, "calibration", "", "calibration `FILE` of your own, as lightbox calibrate writes it")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(newAnalyzeCommand(), newRenderCommand(), newSeriesCommand(), newInfoCommand(), newTrainCommand(open.Training), newEvaluateCommand(), newCalibrateCommand(), newExportCommand(), newVersionCommand())
	return root
}

// needPaths is the argument check of commands that work on files.
func needPaths(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageError{fmt.Errorf("%s needs at least one PATH", cmd.Name())}
	}
	return nil
}
