package app

import (
	"errors"
	"log/slog"

	"lightbox/vision/fault"
)

// logProblem writes an error to the log. File names can hold a patient's name,
// so the log gets the kind, the detail and a known extension, never the path.
func logProblem(err error) {
	var e *fault.Error
	if !errors.As(err, &e) {
		slog.Error("problem", "type", "other")
		return
	}
	attrs := []any{"kind", string(e.Kind), "detail", e.Detail, "extension", ending(e.Path)}
	var p *fault.Panic
	if errors.As(err, &p) {
		attrs = append(attrs, "stack", string(p.Stack))
	}
	slog.Error("problem", attrs...)
}
