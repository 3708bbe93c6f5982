//go:build bench && matprofile

package vision

import "gocv.io/x/gocv"

// OpenMats is how many of OpenCV's Mats are open.
func OpenMats() (n int, known bool) { return gocv.MatProfile.Count(), true }
