package worker

import "time"

// What a worker may use, unless Options say otherwise.
const (
	// defaultMemory bounds what a worker may have in bytes beyond what it has
	// when it starts. OpenJPEG keeps 4 bytes a sample, twice while it hands the
	// picture over: 2 GiB are enough for about 150 million samples, five
	// times the largest digital mammogram.
	defaultMemory = 2 << 30

	// A frame's time. The slowest codec here, JPEG 2000 without loss, needs a
	// quarter of a second a megapixel on an ordinary core; the rest is for
	// computers that are slow and busy.
	defaultTimeout      = 20 * time.Second
	defaultPerMegapixel = 2 * time.Second
	maxMegapixels       = 1 << 9 // what a header says counts up to here
)

// The rest of the limits.
const (
	startTimeout  = 30 * time.Second       // from starting a process to its greeting
	cancelGrace   = 50 * time.Millisecond  // from cancelling a job to ending its worker
	closeGrace    = time.Second            // from closing a worker's input to ending it
	stderrDelay   = 500 * time.Millisecond // for the last words of a dead worker
	idleTime      = time.Minute            // after which a worker without work is ended …
	keepIdle      = 1                      // … unless it is among so many that are kept
	maxFrames     = 10_000                 // decoded by one worker
	maxBusy       = 10 * time.Minute       // of decoding in one worker
	maxCPUSeconds = 3600                   // of processor time in one worker, should its host be gone

	// A worker that has decoded a frame this large is ended: the address space
	// that Go's and C's heaps took for it stays charged to the ceiling.
	retireBytes = 128 << 20

	// Resident memory above which an idle worker is ended, beyond what it had
	// at first; looked at once in so many frames.
	retireResident = 384 << 20
	residentEvery  = 64

	// Bytes of picture or codestream after which an idle worker gives its
	// memory back to the system.
	trimBytes = 8 << 20

	workerProcs  = 2       // GOMAXPROCS of a worker
	gcPercent    = 400     // GOGC of a worker: its heap is collected from 16 MiB on
	pipeBytes    = 1 << 20 // wanted size of a pipe
	openFiles    = 16      // that a worker may have
	addressSlack = 1 << 30 // bytes of address space that are reserved, never used: heap arenas, stacks

	maxFormatBytes = 64       // of a Job's Format
	maxErrorBytes  = 64 << 10 // of an encoded error
	maxTextBytes   = 1 << 10  // of one text in it, before invalid bytes are replaced by three
	maxArgs        = 16       // of its arguments
	maxStderrBytes = 2 << 10  // kept of the beginning, and as many of the end, of what a worker says
)
