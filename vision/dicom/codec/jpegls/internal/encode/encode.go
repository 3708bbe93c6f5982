// Package encode makes JPEG-LS streams for the tests of its parent, with
// CharLS's own encoder.
package encode

/*
#cgo pkg-config: charls
#include <charls/charls.h>

static int lightbox_encode(void *source, size_t source_size, void *into, size_t into_size, size_t *written,
		uint32_t width, uint32_t height, int32_t bits, int32_t components, int near, int interleave, int transform,
		int t1, int t2, int t3) {
	charls_jpegls_encoder *e = charls_jpegls_encoder_create();
	if (!e)
		return CHARLS_JPEGLS_ERRC_NOT_ENOUGH_MEMORY;
	charls_frame_info f = {width, height, bits, components};
	int rc = charls_jpegls_encoder_set_frame_info(e, &f);
	if (!rc)
		rc = charls_jpegls_encoder_set_near_lossless(e, near);
	if (!rc)
		rc = charls_jpegls_encoder_set_interleave_mode(e, interleave);
	if (!rc)
		rc = charls_jpegls_encoder_set_color_transformation(e, transform);
	charls_jpegls_pc_parameters p = {(1 << bits) - 1, t1, t2, t3, 64};
	if (!rc && t1)
		rc = charls_jpegls_encoder_set_preset_coding_parameters(e, &p);
	if (!rc)
		rc = charls_jpegls_encoder_set_destination_buffer(e, into, into_size);
	if (!rc)
		rc = charls_jpegls_encoder_encode_from_buffer(e, source, source_size, 0);
	if (!rc)
		rc = charls_jpegls_encoder_get_bytes_written(e, written);
	charls_jpegls_encoder_destroy(e);
	return rc;
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// Form is what to encode and how.
type Form struct {
	Rows, Columns, Samples, Bits int
	Near                         int
	Interleave                   int // 0 none: the samples come by plane; 1 line, 2 sample: by pixel
	Transform                    int // HP1 to HP3

	Thresholds [3]int // T1 to T3, stated in the stream; 0: the standard's, unstated
}

// Encode compresses samples of one byte, or two in native order above 8 bits.
func Encode(f Form, samples []byte) ([]byte, error) {
	into := make([]byte, 2*len(samples)+1024)
	var n C.size_t
	rc := C.lightbox_encode(unsafe.Pointer(&samples[0]), C.size_t(len(samples)), unsafe.Pointer(&into[0]), C.size_t(len(into)), &n,
		C.uint32_t(f.Columns), C.uint32_t(f.Rows), C.int32_t(f.Bits), C.int32_t(f.Samples), C.int(f.Near), C.int(f.Interleave), C.int(f.Transform),
		C.int(f.Thresholds[0]), C.int(f.Thresholds[1]), C.int(f.Thresholds[2]))
	if rc != 0 {
		return nil, fmt.Errorf("CharLS: %s", C.GoString(C.charls_get_error_message(C.charls_jpegls_errc(rc))))
	}
	return into[:n], nil
}
