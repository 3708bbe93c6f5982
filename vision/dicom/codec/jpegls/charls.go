package jpegls

/*
#cgo pkg-config: charls
#include <charls/charls.h>

// lightbox_jpegls decodes a stream into a buffer, if its header says what is
// expected of it; -1 if it says something else.
static int lightbox_jpegls(const void *source, size_t source_size, void *into, size_t into_size,
		uint32_t width, uint32_t height, int32_t bits, int32_t components) {
	charls_jpegls_decoder *d = charls_jpegls_decoder_create();
	if (!d)
		return CHARLS_JPEGLS_ERRC_NOT_ENOUGH_MEMORY;
	charls_frame_info f;
	size_t need = 0;
	int rc = charls_jpegls_decoder_set_source_buffer(d, source, source_size);
	if (!rc)
		rc = charls_jpegls_decoder_read_header(d);
	if (!rc)
		rc = charls_jpegls_decoder_get_frame_info(d, &f);
	if (!rc)
		rc = charls_jpegls_decoder_get_destination_size(d, 0, &need);
	if (!rc && (f.width != width || f.height != height || f.bits_per_sample != bits || f.component_count != components || need != into_size))
		rc = -1;
	if (!rc)
		rc = charls_jpegls_decoder_decode_to_buffer(d, into, into_size, 0);
	charls_jpegls_decoder_destroy(d);
	return rc;
}
*/
import "C"

import (
	"unsafe"

	"lightbox/vision/fault"
)

// The results of CharLS that are treated each in its way.
const (
	codeSuccess  = C.CHARLS_JPEGLS_ERRC_SUCCESS
	codeNoMarker = C.CHARLS_JPEGLS_ERRC_JPEG_MARKER_START_BYTE_NOT_FOUND
	codeTooMuch  = C.CHARLS_JPEGLS_ERRC_TOO_MUCH_ENCODED_DATA
)

// form is what a stream handed to CharLS must turn out to be.
type form struct{ rows, columns, bits, samples int }

// decode decodes a stream of one scan into a buffer of the form's size, samples
// by pixel in native byte order, and gives CharLS's result.
func (f form) decode(stream, into []byte) int {
	return int(C.lightbox_jpegls(unsafe.Pointer(&stream[0]), C.size_t(len(stream)), unsafe.Pointer(&into[0]), C.size_t(len(into)),
		C.uint32_t(f.columns), C.uint32_t(f.rows), C.int32_t(f.bits), C.int32_t(f.samples)))
}

// failure turns a result of CharLS into an error.
func failure(code int) error {
	if code < 0 {
		return fault.New(fault.Corrupt, "", "the JPEG-LS header contradicts itself")
	}
	kind := fault.Corrupt
	switch code {
	case C.CHARLS_JPEGLS_ERRC_NOT_ENOUGH_MEMORY:
		kind = fault.NotEnoughRAM
	case C.CHARLS_JPEGLS_ERRC_PARAMETER_VALUE_NOT_SUPPORTED,
		C.CHARLS_JPEGLS_ERRC_BIT_DEPTH_FOR_TRANSFORM_NOT_SUPPORTED,
		C.CHARLS_JPEGLS_ERRC_COLOR_TRANSFORM_NOT_SUPPORTED,
		C.CHARLS_JPEGLS_ERRC_ENCODING_NOT_SUPPORTED:
		kind = fault.Syntax
	}
	return fault.New(kind, "", "JPEG-LS: %s", C.GoString(C.charls_get_error_message(C.charls_jpegls_errc(code))))
}
