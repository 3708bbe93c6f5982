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
// picture's size. The data go to the end of the last tile-part; an EOC is put
// behind them. Strict, code-blocks that are cut are an error; otherwise they are
// left out. Little-endian hosts only, as the values are written in native
// order. placed: there are values in out, which beside an error are not to be
// trusted.
func (h *header) openjpeg(data, out []byte, width int, strict bool, threads int) (placed bool, err error) {
	job := C.lightbox_job{columns: C.uint32_t(h.columns), rows: C.uint32_t(h.rows), components: C.uint32_t(h.samples), width: C.uint32_t(width), threads: C.int(threads)}
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
	var report C.lightbox_report
	ok := C.lightbox_openjpeg((*C.uint8_t)(unsafe.Pointer(&data[0])), C.size_t(len(data)), &job, (*C.uint8_t)(unsafe.Pointer(&out[0])), &report)
	switch {
	case ok != 0 && report.errors == 0:
		return true, nil
	case report.memory != 0:
		return false, fault.New(fault.NotEnoughRAM, "", "OpenJPEG: %s", C.GoString(&report.first[0]))
	case report.unlike != 0:
		return false, corrupt("the JPEG 2000 data are not what their header says")
	case report.errors == 0:
		return ok != 0, corrupt("OpenJPEG gives no reason")
	}
	return ok != 0, corrupt("OpenJPEG: %s", C.GoString(&report.first[0]))
}

// threads is how many threads decode this picture. The values do not depend on
// it.
func (h *header) threads() int {
	if h.rows*h.columns >= threadedPixels {
		return min(runtime.NumCPU(), maxThreads)
	}
	return 1
}
