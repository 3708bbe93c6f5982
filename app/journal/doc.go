// Package journal keeps what a reader did with a study: measures, key images,
// window, layout, readings. It is written as it happens, survives the program
// being killed and the power being cut, and is there when the study is opened again.
//
// # What is promised
//
// Put returns at once. Its record is in the file a millisecond or so later, where
// killing the program cannot reach it, and on the disk within 250 ms, where a power
// cut cannot. Sync waits for the latter. What cannot be written (full disk,
// read-only or vanished folder) is told once, stays in memory, where Load finds it,
// and is tried again every two seconds; that all is on disk is told once too.
//
// What was put last under a kind and a key is in force. Two windows or programs
// that have one study open both write; neither sees at once what the other does,
// and the next opening finds the later of the two.
//
// # The format
//
// One file a study, in the user's configuration folder; its name is a hash. One line
// a record, only ever added at the end, in one write and with the folder locked:
//
//	1 5f2a9c01 {"time":"2026-11-29T15:02:09.123456Z","kind":"measure","key":"…","value":{…}}
//
// The version of the format, a CRC-32C of version and text, the text. A last line
// that was torn is cut off before the next is added; damage elsewhere costs the
// lines that it stands in, and is noted. A line of a higher version with a sum that
// is right has the whole file left alone: lines begin with version and sum in all
// versions. A file of more than 64 KiB that is four times what is in force in it is
// written anew beside the old one, which it then replaces.
//
// # What must not be in it
//
// The journal is no place for patient data: kinds and keys are words of Lightbox or
// hashes of UIDs ([Hash], [KeyOf]), values are what the reader did. Whoever puts a
// free text that the reader typed must say on screen where it is kept. Files
// belong to the user alone (0600), nothing is removed unless the user forgets it.
//
// # Why not SQLite
//
// modernc.org/sqlite v1.46.1 was tried beside it (two shared cores under load, an
// ext4 disk; medians of several runs; a table of kind, key, value and time, WAL):
//
//	                                   journal           SQLite
//	a program without either grows by  1.0 MB, most of   6.9 MB, by 8 modules
//	                                   which Lightbox
//	                                   has anyway
//	Put until it is in the file        46 µs             14 µs (synchronous=NORMAL)
//	Put until it is on the disk        0.9 ms            0.3 ms (FULL); a bare append 1.5 ms
//	10,000 records are read in (of     35 ms             20 to 30 ms, and 0.6 ms to open
//	processor time)
//	and take                           1.9 MB            1.4 MB
//	64 bytes overwritten in them,      2 records lost    in 21 of 50 places all others are
//	at 50 places                       at most           read, in 28 reading ends there, in 1
//	                                                     nothing is read
//	is read without Lightbox by        any editor        its own tool
//	is forgotten by                    removing a file   deleting and overwriting pages
//
// SQLite is the faster; both are far below what a reader can feel, since nothing
// waits for either. What decides is what happens to a damaged file, what support
// can see, and six megabytes of translated C that would read a file from the disk.
package journal
