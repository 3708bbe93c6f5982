package worker

import (
	"runtime"
	"time"
)

// Options are a Pool's. The zero value is what the program uses.
type Options struct {
	// Workers is the number of worker processes at most. Not positive: one a
	// core.
	Workers int

	// Memory is what a worker may use, in bytes, beyond what it has when it
	// starts, codestream and picture included. Not positive: 2 GiB.
	Memory int64

	// Timeout and PerMegapixel bound the time for a frame: Timeout, and
	// PerMegapixel for each million samples that its header announces. Waiting
	// for a worker does not count. Not positive: 20 s and 2 s.
	Timeout, PerMegapixel time.Duration

	// InProcess decodes in the calling process, with no limit at all: for
	// tests and benchmarks. It is never chosen by the package itself.
	InProcess bool
}

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = runtime.NumCPU()
	}
	if o.Memory <= 0 {
		o.Memory = defaultMemory
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.PerMegapixel <= 0 {
		o.PerMegapixel = defaultPerMegapixel
	}
	return o
}

// timeFor is the time that a frame of this size may take.
func (o Options) timeFor(rows, columns, samples int) time.Duration {
	mega := 0.0
	if rows > 0 && columns > 0 && samples > 0 {
		mega = min(float64(rows)*float64(columns)*float64(samples)/1e6, maxMegapixels)
	}
	return o.Timeout + time.Duration(mega*float64(o.PerMegapixel))
}
