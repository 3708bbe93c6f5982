package calibrate

import (
	"encoding/json"
	"fmt"
	"io"
)

// fileFormat is the version of the JSON.
const fileFormat = 1

// Encode writes the calibration as JSON, validated.
func (f *Fitted) Encode() ([]byte, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, fmt.Errorf("calibration cannot be written: %w", err)
	}
	if len(text) > maxFileBytes {
		return nil, fmt.Errorf("%w: %d bytes; at most %d are possible", ErrBadFile, len(text), maxFileBytes)
	}
	return append(text, '\n'), nil
}

// Decode reads what [Fitted.Encode] wrote, for the model of the given SHA-256.
// Errors: [ErrBadFile] for what is damaged, [ErrOtherModel] for a calibration
// that was made for other weights or another preprocessing.
func Decode(r io.Reader, model string) (*Fitted, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFileBytes+2))
	if err != nil {
		return nil, fmt.Errorf("calibration cannot be read: %w", err)
	}
	if len(text) > maxFileBytes+1 {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrBadFile, maxFileBytes)
	}
	var f Fitted
	if err := strict(text, &f); err != nil {
		return nil, err
	}
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if f.Model != model {
		return nil, fmt.Errorf("%w: made for %.12s…, this is %.12s…", ErrOtherModel, f.Model, model)
	}
	return &f, nil
}

// Validate tells whether a calibration is whole and its parts belong together.
// The error is an [ErrBadFile]. The figures of the summary change no result
// and are not held against the rest.
func (f *Fitted) Validate() error {
	if f.Format != fileFormat {
		return fmt.Errorf("%w: format %d, this program reads %d", ErrBadFile, f.Format, fileFormat)
	}
	if !isHash(f.Model) {
		return fmt.Errorf("%w: model %.80q is not a SHA-256", ErrBadFile, f.Model)
	}
	if len(f.Population) > maxTextBytes {
		return fmt.Errorf("%w: population of %d bytes", ErrBadFile, len(f.Population))
	}
	if !usableAlpha(f.Alpha) {
		return fmt.Errorf("%w: level %v", ErrBadFile, f.Alpha)
	}
	if err := f.Map.Validate(); err != nil {
		return fmt.Errorf("map: %w", err)
	}
	if err := f.Conformal.Validate(); err != nil {
		return err
	}
	n, neg, pos := f.Map.Counts, f.Conformal.Negative, f.Conformal.Positive
	if pos.Cases != n.Positives || neg.Cases != n.Cases-n.Positives || pos.Groups != n.PositiveGroups || neg.Groups != n.NegativeGroups {
		return fmt.Errorf("%w: map and conformal scores come from different samples", ErrBadFile)
	}
	if len(f.Candidates) > len(Kinds()) || len(f.Summary.Before.Bins) > maxBins || len(f.Summary.After.Bins) > maxBins {
		return fmt.Errorf("%w: summary too long", ErrBadFile)
	}
	return nil
}
