// Package worker decodes codestreams in processes of their own.
//
// A codestream comes from a file that anyone may have written, and the decoders
// of JPEG-LS and JPEG 2000 are C and C++. A Pool therefore hands each frame to
// a worker: the same executable, started again, with a ceiling on its memory, a
// limit on its time, and without the right to open a file, reach the network or
// start a program (on Windows: to write to one, or to start a program; Isolation
// says what holds). What brings a worker down costs one frame; the next one gets
// a fresh worker.
//
// # How an executable becomes a worker
//
// The package's init function looks for a reserved argument and environment
// variable. If both are there it serves requests on standard input and output
// until the input ends, then exits: main never runs, so no window is opened, no
// flag is parsed and no setting is read. This is why it is done in init, and why
// any program that links the package, the test binaries among them, can be its
// own worker without a line in its main.
//
// # What is trusted
//
// The worker trusts the host; the host trusts nothing that comes back. A
// picture's size is held against codec.Check and the job's limit before memory
// is asked for, sample values are brought within the stated precision, an
// error's text is filled in only if its format is a harmless one.
package worker
