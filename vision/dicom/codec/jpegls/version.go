package jpegls

/*
#include <charls/charls.h>
*/
import "C"

// LibraryVersion is the version of the CharLS that decodes here, as it tells itself.
func LibraryVersion() string { return C.GoString(C.charls_get_version_string()) }
