package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/onnx"
	"lightbox/vision/fault"
)

// exportOptions are the flags of the export command.
type exportOptions struct{ model, part, out string }

func newExportCommand() *cobra.Command {
	var o exportOptions
	c := &cobra.Command{
		Use:   "export [--model NAME|FILE] -o FILE.onnx",
		Short: "Write a model in the ONNX format, for other runtimes",
		Long: `export writes a model as an ONNX file (operator set 13) that other runtimes can
run and check: input "input", float32 (batch, channels, rows, columns), and output
"logit", (batch), or (batch, rows, columns) for a model with one logit a pixel.

The file holds the network alone. What is done to a scan before, the average over
mirror images and the calibration are not part of it; the file's metadata tell of the
first two, with the SHA-256 that names the model. A logit is no probability. The same
model gives the same bytes. A file that Lightbox did not make is never replaced.

Exit status: 0 done, 1 not done, 2 wrong usage.

` + app.Disclaimer + ".",
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return runExport(o, c.OutOrStdout()) },
	}
	f := c.Flags()
	f.StringVar(&o.model, "model", model.DefaultName, "name of an embedded model, or a weights file")
	f.StringVar(&o.part, "network", "", "which `NETWORK` of an ensemble: lungs, 1, 2 … (default 1)")
	f.StringVarP(&o.out, "out", "o", "", "ONNX `FILE` to write, - for standard output (required)")
	return c
}

func runExport(o exportOptions, stdout io.Writer) error {
	if o.out == "" {
		return usagef("-o is missing: name the ONNX file to write, or - for standard output")
	}
	m, err := app.LoadModel(o.model)
	if err != nil {
		return usageError{err}
	}
	data, err := onnx.Model(m, o.part)
	if errors.Is(err, onnx.ErrNoPart) {
		return usageError{err}
	}
	if err != nil {
		return fmt.Errorf("cannot export %s: %w", o.model, err)
	}
	if o.out == "-" {
		if _, err := stdout.Write(data); err != nil {
			return fmt.Errorf("the model could not be printed: %w", err)
		}
		return nil
	}
	if err := writeExport(o.out, data); err != nil {
		return worded(err)
	}
	_, err = fmt.Fprintf(stdout, "%s %s\nweights sha256 %s\nwritten to %s\n", m.Meta.Name, m.Meta.Version, m.SHA256(), o.out)
	return err
}

// writeExport writes a file whole or not at all, and only over one of ours.
func writeExport(path string, data []byte) error {
	if _, err := os.Lstat(path); err == nil && !onnx.IsExport(path) {
		return fault.New(fault.CannotWrite, path, "another file of this name is there, which Lightbox did not make")
	}
	if err := model.WriteFileAtomic(path, data); err != nil {
		return fault.Writing(path, err)
	}
	return nil
}
