//go:build bench && !matprofile

package vision

// OpenMats is how many of OpenCV's Mats are open; known only where the tag matprofile
// has GoCV count them.
func OpenMats() (n int, known bool) { return 0, false }
