package calibrate

import (
	"errors"
	"fmt"
)

// Errors a caller can tell apart with errors.Is. The text around them says
// what exactly is wrong.
var (
	// ErrBadInput marks numbers nothing can be computed from: lengths that
	// differ, logits that are not finite, labels other than 0 and 1, a level
	// or prevalence outside its range.
	ErrBadInput = errors.New("cannot calibrate")
	// ErrOneClass marks a sample whose labels are all the same.
	ErrOneClass = errors.New("labels of one class only")
	// ErrTooFew marks a sample with too few cases of a class; see [TooFewError].
	ErrTooFew = errors.New("too few cases")
	// ErrNotRising marks logits that do not rise with the finding: a rising
	// curve through them does not exist, and a falling one would turn the
	// network's opinion round.
	ErrNotRising = errors.New("logits do not rise with the finding")
	// ErrBadFile marks a stored calibration that is damaged.
	ErrBadFile = errors.New("unusable calibration")
	// ErrOtherModel marks a stored calibration that was made for other weights
	// or another preprocessing.
	ErrOtherModel = errors.New("calibration of another model")
)

// TooFewError says which class has too few cases, how many it takes and why.
// It is an [ErrTooFew].
type TooFewError struct {
	Label int    // 0 or 1
	Have  int    // independent cases (patients) with that label
	Need  int    // the least number that will do
	Why   string // half a sentence
}

func (e *TooFewError) Error() string {
	return fmt.Sprintf("%v: %d patients with label %d, at least %d are needed, because %s", ErrTooFew, e.Have, e.Label, e.Need, e.Why)
}

// Is makes errors.Is(err, ErrTooFew) true.
func (e *TooFewError) Is(target error) bool { return target == ErrTooFew }
