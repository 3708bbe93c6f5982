package app

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// cacheBytes is how much memory decoded frames may take: a quarter of the
// machine's.
func cacheBytes() int64 {
	return min(max(totalMemory()/4, minCacheBytes), maxCacheBytes)
}

// totalMemory is the machine's memory in bytes, a modest guess where it is not
// known.
func totalMemory() int64 {
	const guess = 8 << 30
	data, err := os.ReadFile("/proc/meminfo") // Linux
	if err != nil {
		return guess
	}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == "MemTotal:" {
			if kib, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				return kib << 10
			}
		}
	}
	return guess
}

// Pace of Go's collector. By its own measure as much garbage may lie about as
// memory is in use, which with a full cache is gigabytes. Decoded pixels hold
// no pointers, so that collecting oftener costs next to nothing.
const (
	garbageBytes = 64 << 20
	otherBytes   = 32 << 20 // in use beside the cache, about
	minGCPercent = 2
	maxGCPercent = 100 // Go's own
)

// collector keeps the garbage beside a cache of frames within garbageBytes.
type collector struct{ percent int }

// follow is told how much the cache holds. Who sets GOGC knows better.
func (c *collector) follow(cached int64) {
	percent := int(min(max(garbageBytes*100/(cached+otherBytes), minGCPercent), maxGCPercent))
	was := c.percent
	if was == 0 {
		was = maxGCPercent
	}
	// Each change stops all goroutines for a moment: none for a small step.
	if _, set := os.LookupEnv("GOGC"); set || percent*5 > was*4 && percent*4 < was*5 {
		return
	}
	c.percent = percent
	debug.SetGCPercent(percent)
}
