package calibrate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// strict reads one JSON value, without fields that nobody asked for. The error
// is an [ErrBadFile].
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		if errors.Is(err, ErrBadFile) {
			return err
		}
		return fmt.Errorf("%w: %w", ErrBadFile, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows the value", ErrBadFile)
	}
	return nil
}
