package blob

// Limits on archives. They are checked before memory is asked for, so that a
// lying archive costs nothing.
const (
	maxEntries        = 200_000  // entries of one archive, folders included
	maxDirectoryBytes = 64 << 20 // bytes of an archive's central directory: the names are in it
	maxEntryBytes     = 4 << 30  // bytes of one entry once inflated; stored ones take no memory
	maxInflatedBytes  = 1 << 30  // bytes that one opened deflated entry may hold in memory
	maxExpansion      = 1100     // inflated bytes one deflated byte can stand for; deflate ends at 1032 (zlib technical details)
	expansionSlack    = 1 << 10  // bytes granted on top, for entries of a few bytes
	pieceBytes        = 64 << 10 // bytes inflated at a time
)
