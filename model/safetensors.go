package model

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// maxHeaderBytes leaves room for long metadata only: the header of source-28
// has about 1 kB without.
const maxHeaderBytes = 1 << 20

// metadataKey is the header entry that holds free strings.
const metadataKey = "__metadata__"

// headerEntry describes one tensor in a safetensors header; offsets count
// from the end of the header.
type headerEntry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets []int  `json:"data_offsets"`
}

// WriteWeights writes the network and its metadata with [WriteTensors].
func WriteWeights(w io.Writer, n *Network, metadata map[string]string) error {
	if err := n.Validate(); err != nil {
		return err
	}
	return WriteTensors(w, n.Tensors(), metadata)
}

// WriteTensors writes tensors in the safetensors format: eight bytes of header
// length (little endian), a JSON header, raw little-endian float32. metadata
// goes into the header's __metadata__ strings.
// Source: github.com/huggingface/safetensors, README, "Format".
func WriteTensors(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	header := map[string]any{metadataKey: metadata}
	var data []byte
	for _, t := range tensors {
		begin := len(data)
		data = appendFloats(data, t.Data)
		header[t.Name] = headerEntry{"F32", t.Shape, []int{begin, len(data)}}
	}
	text, err := json.Marshal(header)
	if err != nil {
		return fmt.Errorf("cannot write the header of the tensors: %w", err)
	}
	// Spaces bring the data to an eight-byte boundary, as the format advises.
	text = append(text, bytes.Repeat([]byte{' '}, (8-len(text)%8)%8)...)
	if len(text) > maxHeaderBytes {
		return fmt.Errorf("the header of the tensors has %d bytes, at most %d are read back", len(text), maxHeaderBytes)
	}
	for _, part := range [][]byte{binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text, data} {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("cannot write the tensors: %w", err)
		}
	}
	return nil
}

func appendFloats(b []byte, values []float32) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// ReadWeights reads what [WriteWeights] wrote. Lengths, shapes and offsets
// are checked before they are used, every value must be finite, and the
// tensors must be exactly this network's: anything else wraps
// [ErrBadWeights] and says in one sentence what is wrong.
func ReadWeights(file []byte) (*Network, map[string]string, error) {
	n := NewNetwork()
	metadata, err := ReadTensors(file, n.Tensors())
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrBadWeights, err)
	}
	return n, metadata, nil
}

// MaxTensorsFile is the size in bytes of the largest file that [ReadTensors]
// reads into tensors.
func MaxTensorsFile(tensors []Tensor) int64 {
	size := int64(8 + maxHeaderBytes)
	for _, t := range tensors {
		size += 4 * int64(t.Elements())
	}
	return size
}

// ReadTensors fills the data of tensors, whose names and shapes the file must
// have, and no others, from what [WriteTensors] wrote, and returns the
// metadata. The error says in one sentence what is wrong: lengths, shapes and
// offsets are checked before they are used, and every value must be finite. The
// data is only complete without an error.
func ReadTensors(file []byte, tensors []Tensor) (map[string]string, error) {
	if limit := MaxTensorsFile(tensors); int64(len(file)) > limit {
		return nil, fmt.Errorf("the file is larger than the %d bytes such a network can need", limit)
	}
	header, data, err := splitHeader(file)
	if err != nil {
		return nil, err
	}
	metadata, err := readMetadata(header)
	if err != nil {
		return nil, err
	}
	if err := checkNames(header, tensors); err != nil {
		return nil, err
	}
	used := 0
	for _, t := range tensors {
		raw, err := locate(header[t.Name], t, data)
		if err != nil {
			return nil, err
		}
		if len(t.Data) != t.Elements() {
			return nil, fmt.Errorf("there is room for %d values of %s, not for %d", len(t.Data), t.Name, t.Elements())
		}
		for i := range t.Data {
			v := math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
			if !finite(v) {
				return nil, fmt.Errorf("%s holds %v at position %d", t.Name, v, i)
			}
			t.Data[i] = v
		}
		used += len(raw)
	}
	if used != len(data) {
		return nil, fmt.Errorf("%d bytes of data, the tensors account for %d", len(data), used)
	}
	return metadata, nil
}

// ReadMetadata reads the metadata of a file in the safetensors format alone.
func ReadMetadata(file []byte) (map[string]string, error) {
	header, _, err := splitHeader(file)
	if err != nil {
		return nil, err
	}
	return readMetadata(header)
}

func splitHeader(file []byte) (header map[string]json.RawMessage, data []byte, err error) {
	if len(file) < 8 {
		return nil, nil, fmt.Errorf("the file ends before its header length")
	}
	length := binary.LittleEndian.Uint64(file)
	if length > maxHeaderBytes {
		return nil, nil, fmt.Errorf("%w: it begins with a header of %d bytes, at most %d are read", ErrNotWeights, length, maxHeaderBytes)
	}
	if length > uint64(len(file)-8) {
		return nil, nil, fmt.Errorf("the file ends inside its header")
	}
	end := 8 + int(length)
	if err := json.Unmarshal(file[8:end], &header); err != nil {
		return nil, nil, fmt.Errorf("the header is not valid JSON: %w", err)
	}
	return header, file[end:], nil
}

func readMetadata(header map[string]json.RawMessage) (map[string]string, error) {
	raw, ok := header[metadataKey]
	if !ok {
		return map[string]string{}, nil
	}
	var metadata map[string]string
	if err := json.Unmarshal(raw, &metadata); err != nil {
		return nil, fmt.Errorf("the metadata are not strings: %w", err)
	}
	return metadata, nil
}

func checkNames(header map[string]json.RawMessage, tensors []Tensor) error {
	known := map[string]bool{metadataKey: true}
	var missing, foreign []string
	for _, t := range tensors {
		known[t.Name] = true
		if _, ok := header[t.Name]; !ok {
			missing = append(missing, t.Name)
		}
	}
	for name := range header {
		if !known[name] {
			foreign = append(foreign, fmt.Sprintf("%q", name))
		}
	}
	slices.Sort(foreign)
	if len(missing)+len(foreign) == 0 {
		return nil
	}
	return fmt.Errorf("the file holds another network: missing [%s], unknown [%s]",
		strings.Join(missing[:min(len(missing), 5)], " "), strings.Join(foreign[:min(len(foreign), 5)], " "))
}

// locate returns the bytes of one tensor after checking its description.
func locate(raw json.RawMessage, t Tensor, data []byte) ([]byte, error) {
	var e headerEntry
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, fmt.Errorf("the description of %s cannot be read: %w", t.Name, err)
	}
	if e.DType != "F32" {
		return nil, fmt.Errorf("%s is stored as %q, this network reads F32", t.Name, e.DType)
	}
	if !slices.Equal(e.Shape, t.Shape) {
		return nil, fmt.Errorf("%s has shape %v, this network needs %v", t.Name, e.Shape, t.Shape)
	}
	if len(e.Offsets) != 2 {
		return nil, fmt.Errorf("%s has %d offsets instead of two", t.Name, len(e.Offsets))
	}
	begin, end := e.Offsets[0], e.Offsets[1]
	if end > len(data) && begin >= 0 && end-begin == 4*t.Elements() {
		return nil, fmt.Errorf("the file ends before %s does, at byte %d of %d", t.Name, len(data), end)
	}
	if begin < 0 || end < begin || end > len(data) || end-begin != 4*t.Elements() {
		return nil, fmt.Errorf("%s is said to lie at bytes %d to %d of %d", t.Name, begin, end, len(data))
	}
	return data[begin:end], nil
}
