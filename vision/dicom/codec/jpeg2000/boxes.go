package jpeg2000

import (
	"bytes"
	"encoding/binary"

	"lightbox/vision/fault"
)

// signature is the first box of a JP2 file (T.800, I.5.1).
const signature = "\x00\x00\x00\x0CjP  \r\n\x87\n"

// start is how a codestream begins: SOC and SIZ.
const start = "\xFF\x4F\xFF\x51"

// begins tells whether data are a beginning of what, or what of data.
func begins(data []byte, what string) bool {
	n := min(len(data), len(what))
	return string(data[:n]) == what[:n]
}

// codestream finds the codestream. DICOM wants it bare; some writers store the
// whole JP2 file (T.800, annex I). Of its boxes only a palette changes the
// values, and it is refused: what the samples mean is the DICOM header's.
func codestream(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte(start)):
		return data, nil
	case begins(data, start), len(data) < len(signature) && begins(data, signature):
		return nil, fault.New(fault.Truncated, "", "%d bytes of JPEG 2000 data", len(data))
	case !begins(data, signature):
		return nil, corrupt("JPEG 2000 data that begin with %X", data[:min(len(data), 4)])
	}
	for rest := data; len(rest) >= 8; {
		kind, body, next := box(rest)
		switch kind {
		case "jp2c":
			switch {
			case bytes.HasPrefix(body, []byte(start)):
				return body, nil
			case !begins(body, start):
				return nil, corrupt("a JP2 file without a codestream")
			}
		case "jp2h":
			for inner := body; len(inner) >= 8; {
				var kind string
				if kind, _, inner = box(inner); kind == "pclr" {
					return nil, fault.New(fault.Syntax, "", "JP2 with a palette")
				}
			}
		}
		rest = next
	}
	return nil, fault.New(fault.Truncated, "", "the JP2 file ends before its codestream")
}

// box splits the first box off (T.800, I.4). A box that says more than there is
// goes to the end.
func box(b []byte) (kind string, body, next []byte) {
	kind = string(b[4:8])
	head, n := uint64(8), uint64(binary.BigEndian.Uint32(b))
	switch {
	case n == 0:
		n = uint64(len(b))
	case n == 1 && len(b) >= 16:
		head, n = 16, binary.BigEndian.Uint64(b[8:])
	}
	n = min(max(n, head), uint64(len(b)))
	return kind, b[head:n], b[n:]
}
