package vision

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"gocv.io/x/gocv"
)

// arenaBytes is what glibc reserves for an arena, at a multiple of it.
const arenaBytes = 64 << 20

// arenas counts those that glibc made beside its first one: memory in use that begins
// at a multiple of their size, and behind it the rest of what is reserved.
func arenas(t *testing.T) (n int) {
	t.Helper()
	data, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	var begin, end uint64
	for line := range strings.Lines(string(data)) {
		var from, to uint64
		var access string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &access); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if access == "---p" && from == end && begin%arenaBytes == 0 && to == begin+arenaBytes {
			n++
		}
		if begin, end = from, to; access != "rw-p" {
			end = 0
		}
	}
	return n
}

// Threads that filter do not get an arena each.
func TestFewArenas(t *testing.T) {
	if os.Getenv("MALLOC_ARENA_MAX") != "" {
		t.Skip("MALLOC_ARENA_MAX is set")
	}
	const threads = 8
	var at, done sync.WaitGroup
	at.Add(threads)
	for range threads {
		done.Go(func() {
			runtime.LockOSThread() // never given back: the thread ends
			m := gocv.NewMatWithSize(100, 100, gocv.MatTypeCV16U)
			at.Done()
			at.Wait()
			closeMat(&m)
		})
	}
	done.Wait()
	if n := arenas(t); n > 1 {
		t.Errorf("%d arenas beside the first", n)
	}
}
