package jpeg2000

// What a codestream may ask of OpenJPEG, which allocates in C, where Go's
// limits do not reach. The size of the picture is bounded by codec.Check; these
// bound what a few bytes of coding parameters can multiply it by. The figures
// in brackets are those of a 16384 × 16384 colour image as slide scanners
// write it, with 20 layers and precincts of 128 × 128.
const (
	maxTiles      = 1 << 14 // 9 KB each                            [4096]
	maxPrecincts  = 1 << 17 // of one tile, about 1 KB and 5 µs each [65,000]
	maxCodeBlocks = 1 << 22 // of one tile, about 150 bytes each    [260,000]
	maxIncluded   = 1 << 25 // layers × largest resolution's precincts × components × resolutions of a tile, 2 bytes each [6 million]
	maxPackets    = 1 << 22 // of all tiles, about 0.3 µs each even if empty [1.3 million]

	maxPrecision = 31 // bits; the standard goes to 38, OpenJPEG to 31
	maxLevels    = 32 // wavelet decompositions, the standard's limit

	// threadedPixels is from where on more than one thread pays: frames are
	// decoded beside each other anyway.
	threadedPixels = 4 << 20
	maxThreads     = 4

	maxHeaderSegments = 1 << 16 // marker segments before the last tile
)
