package dicom

// Limits. They are checked before memory is asked for, so that a lying header
// costs nothing; a scan beyond them is refused as fault.TooLarge, an attribute
// beyond them is treated as absent.
const (
	maxFileBytes     = 16 << 30         // bytes of a file; only frames that are asked for are read into memory
	maxFrameBytes    = 1 << 30          // bytes of one frame's stored values
	trustedBytes     = 8 << 20          // bytes that any deflated data set may take, and
	trustedRatio     = 8                // times its size: more is first counted, without taking memory
	maxInflatedBytes = 1 << 30          // bytes of a deflated data set once inflated (1000 times the file at most)
	maxDeflation     = 1040             // bytes that one deflated byte may stand for: 258 in two bits (RFC 1951)
	maxFrames        = 1 << 24          // frames of one object
	maxFragments     = 1 << 22          // items of encapsulated pixel data
	maxMetaElements  = 256              // elements of the file meta information
	maxValueBytes    = 64 << 10         // bytes of one text or number attribute
	maxSequenceBytes = 8 << 20          // bytes of one LUT, offset table or functional group sequence
	maxGroupBytes    = 256 << 20        // bytes in memory of the functional groups of all frames, together
	maxFrameValue    = 1 << 10          // bytes of one attribute of a frame's functional groups
	maxHeaderBytes   = 32 << 20         // bytes of all attributes that are kept, together
	maxLUTEntries    = 65536            // entries of one lookup table, the standard's own limit
	maxLUTs          = 64               // VOI lookup tables of one image
	maxPoints        = 100_000          // points of all graphics of one presentation state
	maxGraphics      = 10_000           // graphics and texts of one presentation state
	maxReferences    = 65_536           // images that one presentation state refers to
	maxContents      = 20_000           // content items of one report
	maxDocumentBytes = 256 << 20        // bytes of an encapsulated document
	maxWindows       = 256              // centre/width pairs of one image
	maxRegions       = 256              // ultrasound regions of one image
	maxKeptDepth     = 16               // nesting of sequences whose values are kept
	maxTreeDepth     = 2 * maxKeptDepth // the same in objects without an image: reports are trees
	maxDepth         = 1024             // nesting of sequences that are only passed over
	maxBroken        = 16               // sequences of one object that are passed over because they are broken
	maxSearchBytes   = 64 << 20         // bytes searched for the end of a broken sequence or fragment
	keepPixelBytes   = 64 << 20         // bytes of pixel data read while opening; more is read frame by frame
	chunkBytes       = 1 << 20          // bytes read between two looks at the context and two reports of progress
)
