//go:build windows

package fault

import (
	"errors"
	"syscall"
)

// diskFull covers ERROR_DISK_FULL (112) and ERROR_HANDLE_DISK_FULL (39), see
// the system error codes of the Windows API.
func diskFull(err error) bool {
	return errors.Is(err, syscall.Errno(112)) || errors.Is(err, syscall.Errno(39))
}
