package jpeg2000

/*
#include <openjpeg.h>
*/
import "C"

// LibraryVersion is the version of the OpenJPEG that decodes here, as it tells
// itself.
func LibraryVersion() string { return C.GoString(C.opj_version()) }
