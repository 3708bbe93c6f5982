package journal

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// scanned is what was found while reading lines.
type scanned struct {
	end     int64 // how many bytes the whole lines take; behind them lies the tail
	tail    int64 // bytes of a last line without an end
	whole   bool  // the tail is a good line that lacks its end only
	lines   int   // damaged lines
	damaged int64 // their bytes
	newer   int   // the highest version above ours
}

// scan reads lines and gives each record with the length of its line to use, which
// tells whether it took it; lines that are damaged, overlong or not taken are
// passed over and counted. It holds one line at a time.
func scan(from io.Reader, use func(r record, size int) bool) (scanned, error) {
	var s scanned
	in := bufio.NewReaderSize(from, 64<<10)
	var line []byte  // what was read of a line
	var length int64 // how long it is; beyond maxLine it is not kept
	for {
		part, err := in.ReadSlice('\n')
		length += int64(len(part))
		if length <= maxLine {
			line = append(line, part...)
		}
		switch {
		case err == nil:
			s.line(line, length, use)
			s.end += length
			line, length = line[:0], 0
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			s.tail = length
			if length > 0 && length <= maxLine {
				s.whole = s.take(line, length+1, use)
			}
			return s, nil
		default:
			return s, err
		}
	}
}

// line takes or counts a line that has an end.
func (s *scanned) line(line []byte, length int64, use func(record, int) bool) {
	if length <= maxLine && s.take(bytes.TrimSuffix(line, []byte{'\n'}), length, use) {
		return
	}
	if length == 1 {
		return // an empty line ends one that was torn, see [shelf.append]
	}
	s.lines++
	s.damaged += length
}

// take tells whether a line is good.
func (s *scanned) take(line []byte, length int64, use func(record, int) bool) bool {
	r, version := decode(line)
	if version > Version {
		s.newer = max(s.newer, version)
		return true
	}
	return version != 0 && use(r, int(length))
}
