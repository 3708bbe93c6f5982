package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"lightbox/model/calibrate"
)

// Calibrations turn a model's logits into probabilities, for one population or
// several. They are kept beside the weights and bound to their SHA-256.
type Calibrations struct{ Populations []Population }

// Population is whom a calibration holds for.
type Population struct {
	// From and Until bound the age in years, the former included. Both 0: any
	// patient, also one whose age is not known.
	From, Until float64
	Fitted      *calibrate.Fitted
}

// anyone tells whether the calibration holds whatever is known of the patient.
func (p Population) anyone() bool { return p.From == 0 && p.Until == 0 }

// ErrBadCalibration marks a file that is no calibration of this model.
var ErrBadCalibration = errors.New("unusable calibration")

// Bounds of a calibration file.
const (
	calibrationFormat   = 1
	maxPopulations      = 16
	maxCalibrationBytes = 64 << 20
)

// calibrationFile is the JSON.
type calibrationFile struct {
	Format      int              `json:"format"`
	Populations []populationFile `json:"populations"`
}

type populationFile struct {
	From        float64         `json:"from_years"`
	Until       float64         `json:"until_years"`
	Calibration json.RawMessage `json:"calibration"`
}

// For finds the calibration for a patient of an age in years, nil if it is not
// known; anyone tells whether it was made for anyone. Without one it is nil.
func (c *Calibrations) For(age *float64) (fitted *calibrate.Fitted, anyone bool) {
	if c == nil {
		return nil, false
	}
	for _, p := range c.Populations {
		switch {
		case p.anyone():
			return p.Fitted, true
		case knownAge(age) && (Ages{p.From, p.Until}).has(*age):
			return p.Fitted, false
		}
	}
	return nil, false
}

// Encode writes calibrations as JSON.
func (c *Calibrations) Encode() ([]byte, error) {
	file := calibrationFile{Format: calibrationFormat}
	for _, p := range c.Populations {
		text, err := p.Fitted.Encode()
		if err != nil {
			return nil, err
		}
		file.Populations = append(file.Populations, populationFile{p.From, p.Until, text})
	}
	text, err := json.MarshalIndent(file, "", " ")
	return append(text, '\n'), err
}

// DecodeCalibrations reads what Encode wrote, for the model of the given SHA-256.
// What is damaged, or made for another model, wraps [ErrBadCalibration].
func DecodeCalibrations(r io.Reader, sha256 string) (*Calibrations, error) {
	refuse := func(format string, args ...any) (*Calibrations, error) {
		return nil, fmt.Errorf("%w: %w", ErrBadCalibration, fmt.Errorf(format, args...))
	}
	text, err := io.ReadAll(io.LimitReader(r, maxCalibrationBytes+1))
	if err != nil {
		return nil, fmt.Errorf("model: cannot read the calibration: %w", err)
	}
	if len(text) > maxCalibrationBytes {
		return refuse("more than %d bytes", maxCalibrationBytes)
	}
	var file calibrationFile
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return refuse("%w", err)
	}
	if file.Format != calibrationFormat || len(file.Populations) == 0 || len(file.Populations) > maxPopulations {
		return refuse("format %d with %d populations; this program reads format %d with 1 to %d", file.Format, len(file.Populations), calibrationFormat, maxPopulations)
	}
	c := &Calibrations{}
	for i, p := range file.Populations {
		if !(p.From >= 0) || math.IsInf(p.From, 0) || math.IsNaN(p.Until) || math.IsInf(p.Until, 0) || p.Until < p.From {
			return refuse("population %d from %v to %v years", i, p.From, p.Until)
		}
		fitted, err := calibrate.Decode(bytes.NewReader(p.Calibration), sha256)
		if err != nil {
			return refuse("%w", err)
		}
		c.Populations = append(c.Populations, Population{p.From, p.Until, fitted})
	}
	return c, nil
}

// Calibrations are those of the model; nil without.
func (m *Model) Calibrations() *Calibrations { return m.calibrations }

// Calibrated is the model with other calibrations, which must be made for it:
// others wrap [ErrBadCalibration].
func (m *Model) Calibrated(c *Calibrations) (*Model, error) {
	for _, p := range c.Populations {
		if p.Fitted == nil || p.Fitted.Model != m.hash {
			return nil, fmt.Errorf("%w: made for other weights", ErrBadCalibration)
		}
	}
	other := *m
	other.calibrations = c
	return &other, nil
}
