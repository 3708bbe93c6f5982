package vision

/*
#include <stdlib.h>
#include <malloc.h>

// glibc gives up to eight arenas a core to threads that allocate, and each keeps what was
// freed last: with pictures of 15 MB that grew by one picture an arena, as one thread
// after the other came to filter. It has to be said before the second arena is made, that
// is before any of Go's threads; who sets MALLOC_ARENA_MAX knows better.
__attribute__((constructor)) static void lightbox_few_arenas(void) {
#if defined(__GLIBC__) && defined(M_ARENA_MAX)
	if (getenv("MALLOC_ARENA_MAX") == NULL) {
		mallopt(M_ARENA_MAX, 2);
	}
#endif
}
*/
import "C"
