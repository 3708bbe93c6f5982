package model

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// foreignFormats are formats in which networks are kept elsewhere, by the bytes
// that their files begin with.
// Sources: docs.python.org/3/library/pickle.html (protocol 2 and later begin with
// PROTO, 0x80); PKWARE APPNOTE 4.3.7; HDF5 File Format Specification 3.0, II.A;
// github.com/ggml-org/ggml, docs/gguf.md.
var foreignFormats = []struct{ magic, name string }{
	{"\x80\x02", pickleName}, {"\x80\x03", pickleName}, {"\x80\x04", pickleName}, {"\x80\x05", pickleName},
	{"PK\x03\x04", "a ZIP archive, in which PyTorch (.pt, .pth) keeps a pickle, which can run code when it is read"},
	{"PK\x05\x06", "an empty ZIP archive"},
	{"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes them"},
	{"GGUF", "a GGUF file"},
}

const (
	pickleName = "a pickle of Python, as older PyTorch (.pt, .pth) writes them, which can run code when it is read"
	gobName    = "a gob stream of Go, which is not read because it says itself what is built of it"
)

// checkFormat refuses what is no safetensors file by the bytes that it begins
// with; the error wraps [ErrBadWeights] and [ErrNotWeights].
func checkFormat(file []byte) error {
	name := ""
	switch {
	case len(file) == 0:
		return fmt.Errorf("%w: %w: it is empty (0 bytes)", ErrBadWeights, ErrNotWeights)
	case len(file) >= 8 && binary.LittleEndian.Uint64(file) <= maxHeaderBytes:
		return nil // a header length that can be one; the rest is looked at later
	case isGob(file):
		name = gobName
	case isTextPickle(file):
		name = pickleName
	}
	for _, f := range foreignFormats {
		if bytes.HasPrefix(file, []byte(f.magic)) {
			name = f.name
		}
	}
	if name == "" {
		return nil
	}
	return fmt.Errorf("%w: %w: it is %s", ErrBadWeights, ErrNotWeights, name)
}

// isGob tells a gob stream that begins, as all do that hold more than a basic
// type, with the definition of a type: a length, then a negative type number.
// Source: pkg.go.dev/encoding/gob, "Encoding Details".
func isGob(file []byte) bool {
	_, rest, ok := gobUint(file)
	if !ok {
		return false
	}
	id, _, ok := gobUint(rest)
	const firstUserType, lastLikely = 64, 1024
	number := id>>1 + 1 // -(^(id>>1)) where the lowest bit is set
	return ok && id&1 == 1 && number >= firstUserType && number <= lastLikely
}

// gobUint reads an unsigned number of a gob stream.
func gobUint(b []byte) (v uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	if b[0] < 0x80 {
		return uint64(b[0]), b[1:], true
	}
	n := -int(int8(b[0]))
	if n > 8 || len(b) < 1+n {
		return 0, nil, false
	}
	for _, digit := range b[1 : 1+n] {
		v = v<<8 | uint64(digit)
	}
	return v, b[1+n:], true
}

// isTextPickle tells a pickle of the protocols 0 and 1, which have no magic: a
// container or a global first, and a stop at the end.
func isTextPickle(file []byte) bool {
	if !bytes.HasSuffix(bytes.TrimRight(file, "\r\n"), []byte{'.'}) {
		return false
	}
	for _, begin := range []string{"(d", "(l", "(t", "]q", "}q", "]p", "}p"} {
		if bytes.HasPrefix(file, []byte(begin)) {
			return true
		}
	}
	line, _, ok := bytes.Cut(file, []byte{'\n'})
	return ok && len(line) > 1 && line[0] == 'c' && !bytes.ContainsAny(line, " \t{}[]<>=:;") // c MODULE
}

// remedies say what to do about weights that cannot be used.
var remedies = []struct {
	err error
	do  string
}{
	{ErrNotWeights, "name a .safetensors file that lightbox train wrote"},
	{ErrOtherArchitecture, "name a .safetensors file that lightbox train wrote"},
	{ErrBadWeights, "copy it again from where it was made, or train the model anew"},
}

// advised ends an error about weights with what to do.
func advised(err error) error {
	for _, r := range remedies {
		if errors.Is(err, r.err) {
			return fmt.Errorf("%w; %s", err, r.do)
		}
	}
	return err
}
