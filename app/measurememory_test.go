//go:build bench

package app

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

func freeMemory() { debug.FreeOSMemory() }

// residentTree is the memory in bytes that a process and all below it occupy
// (proc(5), status): what is their own, and once the pages of files that they
// share, their program's and its libraries'. shared is how much more it would
// be if these counted for each. 0 where the system does not tell.
func residentTree(pid int) (bytes, shared int64) {
	var files, largest int64
	for _, p := range append(descendants(pid), pid) {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
		if err != nil {
			continue // gone in the meantime
		}
		for line := range strings.Lines(string(data)) {
			f := strings.Fields(line)
			if len(f) < 2 {
				continue
			}
			kib, _ := strconv.ParseInt(f[1], 10, 64) // 0 where it is no number
			switch f[0] {
			case "RssAnon:", "RssShmem:":
				bytes += kib << 10
			case "RssFile:":
				files += kib << 10
				largest = max(largest, kib<<10)
			}
		}
	}
	return bytes + largest, files - largest
}

func descendants(pid int) (all []int) {
	tasks, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid)) // none where it is gone
	for _, task := range tasks {
		data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, task.Name()))
		for _, f := range strings.Fields(string(data)) {
			if child, err := strconv.Atoi(f); err == nil {
				all = append(append(all, child), descendants(child)...)
			}
		}
	}
	return all
}
