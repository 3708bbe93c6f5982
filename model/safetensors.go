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

// Limits on a weights file, in bytes. The header of this network is about
// 1 kB without metadata; both limits leave room for long metadata only.
const (
	maxHeaderBytes  = 1 << 20
	maxWeightsBytes = 8 << 20
)

// metadataKey is the header entry that holds free strings.
const metadataKey = "__metadata__"

// headerEntry describes one tensor in a safetensors header; offsets count
// from the end of the header.
type headerEntry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets []int  `json:"data_offsets"`
}

// WriteWeights writes the network in the safetensors format: eight bytes of
// header length (little endian), a JSON header, raw little-endian float32.
// metadata goes into the header's __metadata__ strings.
// Source: github.com/huggingface/safetensors, README, "Format".
func WriteWeights(w io.Writer, n *Network, metadata map[string]string) error {
	if err := n.Validate(); err != nil {
		return err
	}
	header := map[string]any{metadataKey: metadata}
	var data []byte
	for _, t := range n.Tensors() {
		begin := len(data)
		data = appendFloats(data, t.Data)
		header[t.Name] = headerEntry{"F32", t.Shape, []int{begin, len(data)}}
	}
	text, err := json.Marshal(header)
	if err != nil {
		return fmt.Errorf("model: cannot write the weights header: %w", err)
	}
	// Spaces bring the data to an eight-byte boundary, as the format advises.
	text = append(text, bytes.Repeat([]byte{' '}, (8-len(text)%8)%8)...)
	if len(text) > maxHeaderBytes {
		return fmt.Errorf("model: weights header of %d bytes, at most %d are read back", len(text), maxHeaderBytes)
	}
	for _, part := range [][]byte{binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text, data} {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("model: cannot write the weights: %w", err)
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
	header, data, err := splitHeader(file)
	if err != nil {
		return nil, nil, err
	}
	metadata, err := readMetadata(header)
	if err != nil {
		return nil, nil, err
	}
	n := NewNetwork()
	if err := checkNames(header, n.Tensors()); err != nil {
		return nil, nil, err
	}
	used := 0
	for _, t := range n.Tensors() {
		raw, err := locate(header[t.Name], t, data)
		if err != nil {
			return nil, nil, err
		}
		for i := range t.Data {
			t.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		used += len(raw)
	}
	if used != len(data) {
		return nil, nil, fmt.Errorf("%w: %d bytes of data, the tensors account for %d", ErrBadWeights, len(data), used)
	}
	if err := n.Validate(); err != nil {
		return nil, nil, err
	}
	return n, metadata, nil
}

func splitHeader(file []byte) (header map[string]json.RawMessage, data []byte, err error) {
	if len(file) > maxWeightsBytes {
		return nil, nil, fmt.Errorf("%w: the file is larger than the %d bytes such a network can need", ErrBadWeights, maxWeightsBytes)
	}
	if len(file) < 8 {
		return nil, nil, fmt.Errorf("%w: the file ends before its header length", ErrBadWeights)
	}
	length := binary.LittleEndian.Uint64(file)
	if length > maxHeaderBytes {
		return nil, nil, fmt.Errorf("%w: a header of %d bytes is announced, at most %d are read: this is not a safetensors file of this program", ErrBadWeights, length, maxHeaderBytes)
	}
	if length > uint64(len(file)-8) {
		return nil, nil, fmt.Errorf("%w: the file ends inside its header", ErrBadWeights)
	}
	end := 8 + int(length)
	if err := json.Unmarshal(file[8:end], &header); err != nil {
		return nil, nil, fmt.Errorf("%w: the header is not valid JSON: %w", ErrBadWeights, err)
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
		return nil, fmt.Errorf("%w: the metadata are not strings: %w", ErrBadWeights, err)
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
	return fmt.Errorf("%w: the file holds another network: missing [%s], unknown [%s]",
		ErrBadWeights, strings.Join(missing, " "), strings.Join(foreign[:min(len(foreign), 5)], " "))
}

// locate returns the bytes of one tensor after checking its description.
func locate(raw json.RawMessage, t Tensor, data []byte) ([]byte, error) {
	var e headerEntry
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, fmt.Errorf("%w: the description of %s cannot be read: %w", ErrBadWeights, t.Name, err)
	}
	if e.DType != "F32" {
		return nil, fmt.Errorf("%w: %s is stored as %q, this network reads F32", ErrBadWeights, t.Name, e.DType)
	}
	if !slices.Equal(e.Shape, t.Shape) {
		return nil, fmt.Errorf("%w: %s has shape %v, this network needs %v", ErrBadWeights, t.Name, e.Shape, t.Shape)
	}
	if len(e.Offsets) != 2 {
		return nil, fmt.Errorf("%w: %s has %d offsets instead of two", ErrBadWeights, t.Name, len(e.Offsets))
	}
	begin, end := e.Offsets[0], e.Offsets[1]
	if begin < 0 || end < begin || end > len(data) || end-begin != 4*t.Elements() {
		return nil, fmt.Errorf("%w: %s is said to lie at bytes %d to %d of %d", ErrBadWeights, t.Name, begin, end, len(data))
	}
	return data[begin:end], nil
}
