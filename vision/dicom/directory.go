package dicom

import (
	"bytes"
	"context"
	"strings"

	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// Record is one record of a DICOMDIR (PS3.3 annex F) that refers to a file.
type Record struct {
	Type   string   // Directory Record Type (0004,1430), e.g. IMAGE, SR DOCUMENT
	FileID []string // Referenced File ID (0004,1500): folders and file, below the folder of the DICOMDIR
}

const (
	mediaStorageDirectory = "1.2.840.10008.1.3.10" // SOP class of a DICOMDIR

	tagMediaSOPClass     tag = 0x00020002
	tagDirectoryRecords  tag = 0x00041220
	tagDirectoryType     tag = 0x00041430
	tagReferencedFileID  tag = 0x00041500
	maxDirectoryRecords      = 1 << 20 // records of a DICOMDIR; 7,000 CDs hold fewer files
	maxFileIDBytes           = 1 << 10 // bytes of a file ID; the standard allows 8 parts of 8 characters (PS3.10 section 8.2)
	maxRecordTypeBytes       = 64
	metaInformationBytes     = 512 // bytes at the start of a file in which its SOP class stands
	metaElementsLookedAt     = 8
)

// IsDirectory reports whether head, the first bytes of a file (512 suffice), is
// that of a DICOMDIR: its file meta information names the SOP class Media
// Storage Directory.
func IsDirectory(head []byte) bool {
	if !HasPrefix(head) {
		return false
	}
	head = head[:min(len(head), metaInformationBytes)]
	s := &source{ctx: context.Background(), r: bytes.NewReader(head), size: int64(len(head))}
	off := int64(132)
	for range metaElementsLookedAt {
		el, err := s.element(off, encoding{explicit: true})
		if err != nil || el.tag>>16 != 2 || int64(el.length) > s.size-el.value {
			return false
		}
		if el.tag == tagMediaSOPClass {
			v, err := s.bytes(el.value, int64(el.length))
			return err == nil && string(bytes.Trim(v, " \x00")) == mediaStorageDirectory
		}
		off = el.value + int64(el.length)
	}
	return false
}

// Directory reads which files a DICOMDIR refers to, in the order of its
// records. The offsets that make a tree of the records are not followed: which
// file belongs to which series the files say themselves, and offsets are wrong
// more often than the sequence is.
//
// Errors are those of Open, and NotAScan for a file that is no DICOMDIR. Where
// the records break off, those before are returned with the error.
func Directory(ctx context.Context, b blob.Blob) ([]Record, error) {
	in, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // only read: closing cannot lose anything
	s := &source{ctx: ctx, r: in, size: in.Size(), path: b.Path()}
	switch err := s.cancelled(); {
	case err != nil:
		return nil, err
	case s.size == 0:
		return nil, fault.New(fault.Empty, s.path, "")
	case s.size > maxFileBytes:
		return nil, fault.New(fault.TooLarge, s.path, "%d bytes, limit %d", s.size, int64(maxFileBytes))
	}
	uid, off, err := s.meta()
	if err != nil {
		return nil, err
	}
	enc, deflated := encodingOf(uid)
	if deflated {
		if s, off, err = s.inflate(off); err != nil {
			return nil, err
		}
	}
	head, err := s.peek(off, 12)
	if err != nil {
		return nil, err
	}
	enc = sniffDataSet(head, enc, uid != "")
	return s.directory(off, enc)
}

// directory finds the Directory Record Sequence and reads it.
func (s *source) directory(off int64, e encoding) ([]Record, error) {
	for off < s.size {
		el, err := s.element(off, e)
		if err != nil {
			return nil, err
		}
		if el.tag == tagDirectoryRecords {
			return s.records(el, e)
		}
		if el.tag>>16 > 4 {
			break
		}
		if off, err = s.end(el, e); err != nil {
			return nil, err
		}
	}
	return nil, fault.New(fault.NotAScan, s.path, "no DICOMDIR: the Directory Record Sequence is missing")
}

// records reads the items of the sequence. Those before a fault are returned
// with it.
func (s *source) records(sequence element, e encoding) ([]Record, error) {
	e = sequence.inner(e)
	limit := s.size
	if sequence.length != undefined {
		limit = min(limit, sequence.value+int64(sequence.length))
	}
	var out []Record
	for n, off := 0, sequence.value; off < limit; n++ {
		item, err := s.element(off, e)
		switch {
		case err != nil:
			return out, err
		case item.tag == tagSeqEnd:
			return out, nil
		case item.tag != tagItem:
			return out, s.contradiction(sequence, off)
		case n >= maxDirectoryRecords:
			return out, fault.New(fault.TooLarge, s.path, "more than %d directory records", maxDirectoryRecords)
		}
		r, end, err := s.record(item, e, limit)
		if r.FileID != nil {
			out = append(out, r)
		}
		if err != nil {
			return out, err
		}
		off = end
	}
	return out, nil
}

// record reads one item and finds its end.
func (s *source) record(item element, e encoding, limit int64) (r Record, off int64, err error) {
	off = item.value
	if item.length != undefined {
		limit = min(limit, item.value+int64(item.length))
	}
	for off < limit {
		el, err := s.element(off, e)
		if err != nil {
			return r, off, err
		}
		if el.tag == tagItemEnd {
			return r, el.value, nil
		}
		if el.tag == tagSeqEnd { // the item's own delimiter is missing
			return r, off, nil
		}
		end, err := s.end(el, e)
		if err != nil {
			return r, off, err
		}
		if err := s.recordElement(&r, el, end); err != nil {
			return r, off, err
		}
		off = end
	}
	return r, off, nil
}

func (s *source) recordElement(r *Record, el element, end int64) error {
	switch n := end - el.value; {
	case el.tag == tagDirectoryType && n <= maxRecordTypeBytes:
		v, err := s.bytes(el.value, n)
		r.Type = strings.ToValidUTF8(string(bytes.Trim(v, " \x00")), "\uFFFD")
		return err
	case el.tag == tagReferencedFileID && n > 0 && n <= maxFileIDBytes:
		v, err := s.bytes(el.value, n)
		if err != nil {
			return err
		}
		for part := range strings.SplitSeq(string(v), `\`) {
			r.FileID = append(r.FileID, strings.Trim(part, " \x00"))
		}
	}
	return nil
}
