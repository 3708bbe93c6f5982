package app

import (
	"slices"
	"time"
)

// keptReading is a result that was shown: a log, and never shown as a result again.
type keptReading struct {
	Status     string    `json:"status"`
	Model      string    `json:"model,omitempty"`
	Version    string    `json:"version,omitempty"` // with the sum of the weights
	Finding    string    `json:"finding,omitempty"`
	Number     *float64  `json:"number,omitempty"` // where it was shown
	Calibrated bool      `json:"calibrated,omitempty"`
	At         time.Time `json:"at"`
}

// same tells whether two say the same, whenever it was.
func (k keptReading) same(o keptReading) bool {
	if k.Number != nil && o.Number != nil {
		if *k.Number != *o.Number {
			return false
		}
		k.Number, o.Number = nil, nil
	}
	k.At = o.At
	return k == o
}

// keptCase is how a case was read, see CaseLog. Its pseudonym is not in it: that is a
// number of the session's.
type keptCase struct {
	Reader string      `json:"reader,omitempty"`
	Mode   Mode        `json:"mode"`
	Opened time.Time   `json:"opened"`
	Before *keptRead   `json:"before,omitempty"`
	After  *keptRead   `json:"after,omitempty"`
	Shown  []keptStage `json:"shown,omitempty"`

	Model      string  `json:"model,omitempty"`
	Version    string  `json:"version,omitempty"`
	Finding    string  `json:"finding,omitempty"`
	Status     string  `json:"status,omitempty"`
	Number     float64 `json:"number,omitempty"`
	Calibrated bool    `json:"calibrated,omitempty"`
}

type keptRead struct {
	Call       Call      `json:"call"`
	Confidence int       `json:"confidence_percent"`
	At         time.Time `json:"at"`
}

type keptStage struct {
	Reveal Reveal    `json:"stage"`
	At     time.Time `json:"at"`
}

func keepLog(c *CaseLog) keptCase {
	k := keptCase{
		Reader: c.Reader, Mode: c.Mode, Opened: c.Opened, Before: keepRead(c.Before), After: keepRead(c.After),
		Model: c.Model, Version: c.Version, Finding: c.Finding, Number: c.Number, Calibrated: c.Calibrated,
	}
	if len(c.Shown) > 0 {
		k.Status = c.Status.String()
	}
	for _, s := range c.Shown {
		k.Shown = append(k.Shown, keptStage(s))
	}
	return k
}

func keepRead(r *OwnRead) *keptRead {
	if r == nil {
		return nil
	}
	k := keptRead(*r)
	return &k
}

// log is the log again; ok is false for what is none.
func (k keptCase) log() (c CaseLog, ok bool) {
	status := NotAssessed
	if k.Status != "" {
		for status = NotAssessed; status <= Failed && status.String() != k.Status; status++ {
		}
	}
	ok = status <= Failed && slices.Contains([]Mode{Direct, SecondReader}, k.Mode) && !k.Opened.IsZero() &&
		k.Before.valid() && k.After.valid() && len(k.Shown) <= maxKeptStages && k.Number >= 0 && k.Number <= 1
	c = CaseLog{
		Reader: plainText(k.Reader), Mode: k.Mode, Opened: k.Opened, Before: k.Before.own(), After: k.After.own(),
		Model: plainText(k.Model), Version: plainText(k.Version), Finding: plainText(k.Finding),
		Status: status, Number: k.Number, Calibrated: k.Calibrated,
	}
	last := RevealNothing
	for _, s := range k.Shown {
		ok = ok && s.Reveal > last && s.Reveal <= RevealPlaces
		last = s.Reveal
		c.Shown = append(c.Shown, Shown(s))
	}
	return c, ok
}

func (k *keptRead) valid() bool {
	return k == nil || slices.Contains([]Call{CallAbsent, CallUnsure, CallPresent, CallNone}, k.Call) && k.Confidence >= 0 && k.Confidence <= 100
}

func (k *keptRead) own() *OwnRead {
	if k == nil {
		return nil
	}
	r := OwnRead(*k)
	return &r
}
