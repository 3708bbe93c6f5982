package journal

import "time"

// Limits on what is kept and read. What goes beyond them stays in memory until
// Lightbox closes, and is said; nothing that a file claims is believed beyond them.
const (
	// maxLine bounds a line in bytes, with all that belongs to it. A drawn polygon
	// of 10,000 corners takes a third of it.
	maxLine = 1 << 20

	// maxKind and maxKey bound the names of records in bytes.
	maxKind = 64
	maxKey  = 256

	// maxKeys bounds the records of one study, maxLive the bytes of their lines:
	// both stay in memory while the study is in use. 500 measures on one image
	// take 100 KiB.
	maxKeys = 100_000
	maxLive = 64 << 20

	// maxFile bounds one study's file. Compaction holds files to some four times
	// maxLive; one that is larger was not written by Lightbox.
	maxFile = 512 << 20

	// maxStudies is for how many studies the writer remembers what is in their
	// files. Those of others are read again when something is put there.
	maxStudies = 16

	// Files of more than compactFrom bytes are written anew when less than one
	// byte in compactRatio is still in force.
	compactFrom  = 64 << 10
	compactRatio = 4

	// maxPending is how many records wait for a disk that cannot be written to
	// before those that a later one replaces are dropped.
	maxPending = 1024

	// syncEvery is how often what was written is flushed to the disk: what a
	// power cut costs at most.
	syncEvery = 250 * time.Millisecond

	// retryAfter is how long nothing is tried after a failure.
	retryAfter = 2 * time.Second

	// lockPatience is how long another Lightbox may hold the folder. It does so
	// for microseconds, unless it was stopped in the middle.
	lockPatience = 2 * time.Second
)
