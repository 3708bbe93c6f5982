package blob

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"

	"lightbox/vision/fault"
)

// Signatures and sizes of the ZIP format (PKWARE APPNOTE 6.3.10, section 4.3).
const (
	localSignature     = 0x04034b50
	entrySignature     = 0x02014b50
	endSignature       = 0x06054b50
	end64Signature     = 0x06064b50
	locator64Signature = 0x07064b50

	localBytes     = 30
	entryBytes     = 46
	endBytes       = 22
	end64Bytes     = 56
	locator64Bytes = 20

	flagEncrypted = 1 << 0
	flagUTF8      = 1 << 11

	methodStored   = 0
	methodDeflated = 8
)

// IsZip reports whether head, the first bytes of a file, begins a ZIP archive.
func IsZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// Zip lists the files in the ZIP archive at path, in the archive's own order;
// folders are left out. Nothing is unpacked to disk: an entry's name is only
// what it is called. Stored entries are read where they lie, deflated ones are
// inflated in memory as far as they are read.
//
// Errors are *fault.Error: those of opening a file, Truncated (the end of the
// archive is missing), Corrupt (a broken directory, entries that overlap),
// TooLarge (more than 200,000 entries, a directory of more than 64 MiB). An
// entry that is encrypted, too large or packed by another method is listed and
// fails when it is opened.
func Zip(path string) ([]Blob, error) {
	in, err := File(path).Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // only read: nothing is lost by a failing close
	d, err := findDirectory(in, path)
	if err != nil {
		return nil, err
	}
	entries, err := d.entries(in, path)
	if err != nil {
		return nil, err
	}
	if err := disjoint(entries, path); err != nil {
		return nil, err
	}
	blobs := make([]Blob, 0, len(entries))
	for _, e := range entries {
		if !e.folder {
			blobs = append(blobs, e)
		}
	}
	return blobs, nil
}

// directory is where the central directory of an archive lies.
type directory struct {
	at, size int64
	base     int64 // of all offsets: what precedes the archive in its file
	count    uint64
}

// findDirectory reads the end of central directory record, which is the last
// of the file but for a comment of up to 64 KiB (APPNOTE 4.3.16).
func findDirectory(in Reader, path string) (directory, error) {
	tail := make([]byte, min(in.Size(), endBytes+1<<16))
	from := in.Size() - int64(len(tail))
	if err := readFull(in, tail, from, path); err != nil {
		return directory{}, err
	}
	i := lastEnd(tail)
	if i < 0 {
		return directory{}, fault.New(fault.Truncated, path, "the directory at the end of the ZIP archive is missing")
	}
	le := binary.LittleEndian
	end := from + int64(i)
	d := directory{
		count: uint64(le.Uint16(tail[i+10:])),
		size:  int64(le.Uint32(tail[i+12:])),
		at:    int64(le.Uint32(tail[i+16:])),
	}
	if d.count == 0xffff || d.size == 0xffffffff || d.at == 0xffffffff {
		var err error
		if end, err = d.zip64(in, end, path); err != nil {
			return directory{}, err
		}
	}
	switch {
	case d.count > maxEntries:
		return directory{}, tooMany(path)
	case d.size > maxDirectoryBytes:
		return directory{}, fault.New(fault.TooLarge, path, "an archive directory of %d bytes, the limit is %d", d.size, maxDirectoryBytes)
	case d.size < 0 || d.at < 0 || d.size > end || d.at > end-d.size:
		return directory{}, broken(path)
	}
	// A program that unpacks itself, or anything else, may stand before the
	// archive; the offsets then mostly count from the archive's own start.
	if d.base = end - d.size - d.at; d.base > 0 && d.count > 0 {
		head := make([]byte, 4)
		if err := readFull(in, head, d.at, path); err != nil {
			return directory{}, err
		}
		if le.Uint32(head) == entrySignature {
			d.base = 0
		}
	}
	d.at += d.base
	return d, nil
}

// lastEnd finds the end record whose comment reaches the end of the file, or
// the last one at all; -1 if there is none.
func lastEnd(tail []byte) int {
	last := -1
	for i := len(tail) - endBytes; i >= 0; i-- {
		if binary.LittleEndian.Uint32(tail[i:]) != endSignature {
			continue
		}
		if i+endBytes+int(binary.LittleEndian.Uint16(tail[i+20:])) == len(tail) {
			return i
		}
		if last < 0 {
			last = i
		}
	}
	return last
}

// zip64 replaces the values that did not fit by those of the ZIP64 end record
// and returns where that begins; without one the values stand as they are.
func (d *directory) zip64(in Reader, end int64, path string) (int64, error) {
	if end < locator64Bytes {
		return end, nil
	}
	locator := make([]byte, locator64Bytes)
	if err := readFull(in, locator, end-locator64Bytes, path); err != nil {
		return 0, err
	}
	le := binary.LittleEndian
	if le.Uint32(locator) != locator64Signature {
		return end, nil
	}
	at := int64(le.Uint64(locator[8:]))
	if at < 0 || at > end-locator64Bytes-end64Bytes {
		return 0, broken(path)
	}
	record := make([]byte, end64Bytes)
	if err := readFull(in, record, at, path); err != nil {
		return 0, err
	}
	if le.Uint32(record) != end64Signature {
		return 0, broken(path)
	}
	d.count, d.size, d.at = le.Uint64(record[32:]), int64(le.Uint64(record[40:])), int64(le.Uint64(record[48:]))
	return at, nil
}

// disjoint refuses an archive whose entries share bytes, the way in which a
// small file is made to hold petabytes.
func disjoint(entries []*entry, path string) error {
	byOffset := slices.SortedFunc(slices.Values(entries), func(a, b *entry) int { return cmp.Compare(a.offset, b.offset) })
	for i := 1; i < len(byOffset); i++ {
		before := byOffset[i-1]
		// The name is written before the data once more; a shorter copy of it
		// there would be a fault of its own, found when the entry is opened.
		if end := before.offset + localBytes + before.packed; end > byOffset[i].offset {
			return fault.New(fault.Corrupt, path, "entries of the ZIP archive overlap")
		}
	}
	return nil
}

func tooMany(path string) error {
	return fault.New(fault.TooLarge, path, "more than %d entries in the archive", maxEntries)
}

func broken(path string) error {
	return fault.New(fault.Corrupt, path, "the directory of the ZIP archive is broken")
}

// readFull fills b from off.
func readFull(r io.ReaderAt, b []byte, off int64, path string) error {
	n, err := r.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == nil || err == io.EOF:
		return fault.New(fault.Truncated, path, "the file ended at byte %d while it was read", off+int64(n))
	}
	return fault.Reading(path, err)
}

// entry is one file of an archive.
type entry struct {
	archive       string
	name          string // cleaned: relative, of harmless characters, with slashes
	offset        int64  // of the local header in the archive's file
	packed, size  int64
	crc           uint32
	method, flags uint16
	folder        bool
}

func (e *entry) Path() string { return filepath.Join(e.archive, filepath.FromSlash(e.name)) }

func (e *entry) Open() (Reader, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	in, err := os.Open(e.archive)
	if err != nil {
		return nil, fault.Reading(e.archive, err)
	}
	r, err := e.open(in)
	if err != nil {
		_ = in.Close()
		return nil, err
	}
	return r, nil
}

// check refuses what cannot be read before the archive is opened.
func (e *entry) check() error {
	switch {
	case e.flags&flagEncrypted != 0:
		return fault.New(fault.CannotRead, e.Path(), "the archive entry is encrypted")
	case e.method != methodStored && e.method != methodDeflated:
		return fault.New(fault.CannotRead, e.Path(), "the archive entry is packed by method %d, which is not read", e.method)
	case e.size > maxEntryBytes:
		return fault.New(fault.TooLarge, e.Path(), "%d bytes, the limit is %d", e.size, int64(maxEntryBytes))
	case e.method == methodDeflated && e.size > maxInflatedBytes:
		return fault.New(fault.TooLarge, e.Path(), "%d bytes deflated, the limit is %d", e.size, int64(maxInflatedBytes))
	case e.method == methodStored && e.size != e.packed, e.size > e.packed*maxExpansion+expansionSlack:
		return fault.New(fault.Corrupt, e.Path(), "%d bytes cannot come from %d", e.size, e.packed)
	}
	return nil
}

func (e *entry) open(in *os.File) (Reader, error) {
	st, err := in.Stat()
	if err != nil {
		return nil, fault.Reading(e.archive, err)
	}
	head := make([]byte, localBytes)
	if err := readFull(in, head, e.offset, e.Path()); err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	if le.Uint32(head) != localSignature || le.Uint16(head[8:]) != e.method {
		return nil, fault.New(fault.Corrupt, e.Path(), "the archive entry is not where its directory says")
	}
	data := e.offset + localBytes + int64(le.Uint16(head[26:])) + int64(le.Uint16(head[28:]))
	if e.packed > st.Size()-data {
		return nil, fault.New(fault.Truncated, e.Path(), "the file ended at byte %d while it was read", st.Size())
	}
	section := io.NewSectionReader(in, data, e.packed)
	if e.method == methodStored {
		return &storedReader{section, in}, nil
	}
	return newInflated(section, in, e.size, e.crc, e.Path()), nil
}

// storedReader reads an entry that lies in the archive as it is. Its checksum
// is not looked at: that would need the whole of it.
type storedReader struct {
	*io.SectionReader
	archive io.Closer
}

func (r *storedReader) Close() error { return r.archive.Close() }

// checksum is the CRC-32 of ZIP.
var checksum = crc32.IEEETable
