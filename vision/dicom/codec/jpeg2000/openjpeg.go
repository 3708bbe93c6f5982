package jpeg2000

/*
#cgo pkg-config: libopenjp2
#include "shim.h"
*/
import "C"

import (
	"runtime"
	"unsafe"

	"lightbox/vision/fault"
)

// openjpeg decodes a codestream of this header into out, which has the
// picture's size. Strict, OpenJPEG refuses packets that are cut; otherwise it
// gives what they hold. Data that are whole up to their last tile-part get an
// EOC put behind them. Little-endian hosts only, as the values are written in
// native order.
func (h *header) openjpeg(data, out []byte, width int, strict, whole bool) error {
	job := C.lightbox_job{columns: C.uint32_t(h.columns), rows: C.uint32_t(h.rows), components: C.uint32_t(h.samples), width: C.uint32_t(width), threads: 1}
	for i, c := range h.components {
		w, t := c.span(h.x0, h.x1, c.dx), c.span(h.y0, h.y1, c.dy)
		job.w[i], job.h[i], job.bits[i] = C.uint32_t(w), C.uint32_t(t), C.uint32_t(c.bits)
		job.dx[i], job.dy[i] = 1, 1
		if w != h.columns || t != h.rows { // then the finest has a sample at each pixel
			job.dx[i], job.dy[i] = C.uint32_t(c.dx), C.uint32_t(c.dy)
		}
		if c.signed {
			job.is_signed = 1
		}
	}
	if strict {
		job.strict = 1
	}
	if whole {
		job.close = 1
	}
	if h.rows*h.columns >= threadedPixels {
		job.threads = C.int(min(runtime.NumCPU(), maxThreads))
	}
	var report C.lightbox_report
	ok := C.lightbox_openjpeg((*C.uint8_t)(unsafe.Pointer(&data[0])), C.size_t(len(data)), &job, (*C.uint8_t)(unsafe.Pointer(&out[0])), &report)
	switch {
	case ok != 0 && report.errors == 0:
		return nil
	case report.memory != 0:
		return fault.New(fault.NotEnoughRAM, "", "OpenJPEG: %s", C.GoString(&report.first[0]))
	case report.unlike != 0:
		return corrupt("the JPEG 2000 data are not what their header says")
	case report.errors == 0:
		return corrupt("OpenJPEG gives no reason")
	case ok != 0:
		return &partial{corrupt("OpenJPEG: %s", C.GoString(&report.first[0]))}
	}
	return corrupt("OpenJPEG: %s", C.GoString(&report.first[0]))
}

// partial marks an error beside which there are pixels.
type partial struct{ error }

func (p *partial) Unwrap() error { return p.error }
