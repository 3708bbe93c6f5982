// Package vision is the room of the pixels: it opens scans and makes what is
// seen of them.
//
// A scan goes one way through it:
//
//	path ─► Open ─► Scan          stored values and how to read them
//	                 │
//	                 ├─► Gray      one channel at the scan's own depth   (OpenCV cvtColor)
//	                 ├─► Gray.Blur the same, Gaussian-filtered           (OpenCV GaussianBlur)
//	                 ├─► Gray.Filter the same, filtered otherwise      (OpenCV)
//	                 ├─► VOI ─► DisplayLUT ─► Render    modality values to grey levels of the screen
//	                 └─► ModelInput                     the same values for the network
//
// Everything that makes a stored value visible happens in one order (PS3.3
// C.11, PS3.4 N.2): stored value ─► modality LUT ─► [filter] ─► VOI LUT ─►
// polarity. The eye, the exports and the network all take that way, so that
// they can never see different pictures.
//
// vision knows OpenCV (through GoCV) and, behind vision/dicom, the DICOM
// module. It knows nothing of windows, widgets or networks.
package vision
