// Package space is the geometry of images in the patient: where a pixel lies, which
// pixel lies at a place, where one image cuts another.
//
// Places are in mm in the patient's coordinates of one frame of reference: x to the
// left, y to the back, z to the head (PS3.3 C.7.6.2.1.1). Image positions are those
// of vision.Viewport: x across and y down from the image's top left corner, so that
// the middle of the first pixel is (0.5, 0.5).
package space

// Tolerances and limits.
const (
	crooked     = 0.01 // how far cosines may be off length one and right angles; digits of files are rounded
	least, most = 1e-6, 1e6
	farthest    = 1e9 // mm, of a position: beyond, the thousandth of a mm is lost in float64
	edgeOn      = 1   // degrees: planes at a smaller angle cut each other nowhere that could be drawn
)
