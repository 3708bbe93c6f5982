package app

import (
	"os"
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
