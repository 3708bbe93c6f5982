//go:build unix

package fault

import (
	"errors"
	"syscall"
)

// diskFull covers the full disk and the exhausted quota.
func diskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
