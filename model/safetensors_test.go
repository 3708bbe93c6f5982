package model

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func fullMeta(m *Meta) {
	m.Version, m.Recipe, m.Seed, m.Epochs, m.Date = "augmented-11", "augmented", math.MaxUint64, 30, "2026-11-23"
	m.Preprocessing.Standardise = StandardisePerImage
	m.MirrorAveraging = true
	m.Datasets = []DatasetRef{{Name: "set", Split: "train", SHA256: "ab", N: 7}}
	m.Threshold, m.ThresholdSource = 0.625, "by hand"
	m.Ages = []Ages{{1, 6}, {18, 120}}
}

func encode(t *testing.T, m *Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWeightsRoundTrip(t *testing.T) {
	m := randomModel(t, 1, fullMeta)
	name := filepath.Join(t.TempDir(), "m.safetensors")
	if err := m.WriteFile(name); err != nil {
		t.Fatal(err)
	}
	back, err := LoadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back.Meta, m.Meta) {
		t.Errorf("metadata\n%+v, written\n%+v", back.Meta, m.Meta)
	}
	if !reflect.DeepEqual(sourceOf(back), sourceOf(m)) || back.SHA256() != m.SHA256() {
		t.Error("the weights changed")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(name), ".*")); len(left) != 0 {
		t.Errorf("temporary files left: %v", left)
	}
}

// A file that carries a calibration of its own is of an older program, whose operating
// point lies on that calibration's scale.
func TestOlderCalibration(t *testing.T) {
	m := randomModel(t, 1, nil)
	for text, refused := range map[string]bool{"": false, "null": false, `{"a":1.25,"b":-0.3,"n":7,"folds":5,"population":"children"}`: true} {
		meta, err := m.Meta.strings()
		if err != nil {
			t.Fatal(err)
		}
		meta["calibration"], meta[weightsSumKey] = text, m.SHA256()
		if meta[metadataSumKey], err = metadataSum(meta, m.tensors); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WriteTensors(&b, m.tensors, meta); err != nil {
			t.Fatal(err)
		}
		_, err = Parse(b.Bytes())
		if errors.Is(err, ErrBadWeights) != refused || refused && !strings.Contains(err.Error(), "older kind") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWriteFileKeepsTheOldFileOnFailure(t *testing.T) {
	name := filepath.Join(t.TempDir(), "gone", "m.safetensors")
	if err := randomModel(t, 1, nil).WriteFile(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestHashFollowsWhatDecidesALogit(t *testing.T) {
	base := randomModel(t, 1, nil).SHA256()
	for name, m := range map[string]*Model{
		"weights":       randomModel(t, 2, nil),
		"preprocessing": randomModel(t, 1, func(m *Meta) { m.Preprocessing.Standardise = StandardisePerImage }),
		"mirror":        randomModel(t, 1, func(m *Meta) { m.MirrorAveraging = true }),
	} {
		if m.SHA256() == base {
			t.Errorf("%s does not change the hash", name)
		}
	}
	if randomModel(t, 1, func(m *Meta) { m.Date = "2026-01-01" }).SHA256() != base {
		t.Error("the date changes the hash")
	}
}

// Every truncation inside the header, and some inside the data, is an error
// of the right kind and never a panic.
func TestTruncatedWeights(t *testing.T) {
	file := encode(t, randomModel(t, 1, fullMeta))
	header := 8 + int(binary.LittleEndian.Uint64(file))
	for n := 0; n <= header; n++ {
		if _, err := Parse(file[:n]); !errors.Is(err, ErrBadWeights) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	for n := header; n < len(file); n += 4999 {
		if _, err := Parse(file[:n]); !errors.Is(err, ErrBadWeights) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	if _, err := Parse(append(bytes.Clone(file), 0)); !errors.Is(err, ErrBadWeights) {
		t.Errorf("one byte too many: %v", err)
	}
}

// Flipping any byte of the header must not panic; what still loads must be a
// whole network.
func TestDamagedHeader(t *testing.T) {
	file := encode(t, randomModel(t, 1, fullMeta))
	header := 8 + int(binary.LittleEndian.Uint64(file))
	for at := range header {
		damaged := bytes.Clone(file)
		damaged[at] ^= 0x15
		m, err := Parse(damaged)
		if err != nil && !errors.Is(err, ErrBadWeights) {
			t.Fatalf("byte %d: %v", at, err)
		}
		if err == nil && sourceOf(m).Validate() != nil {
			t.Fatalf("byte %d: a broken network was loaded", at)
		}
	}
}

// rebuild writes a file with a changed header.
func rebuild(t *testing.T, file []byte, change func(map[string]any)) []byte {
	t.Helper()
	length := int(binary.LittleEndian.Uint64(file))
	var header map[string]any
	if err := json.Unmarshal(file[8:8+length], &header); err != nil {
		t.Fatal(err)
	}
	change(header)
	text, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
	return append(append(out, text...), file[8+length:]...)
}

func TestForeignWeights(t *testing.T) {
	file := encode(t, randomModel(t, 1, fullMeta))
	entry := func(h map[string]any, name string) map[string]any { return h[name].(map[string]any) }
	meta := func(h map[string]any) map[string]any { return entry(h, metadataKey) }
	for name, change := range map[string]func(map[string]any){
		"missing tensor":        func(h map[string]any) { delete(h, "conv2.bias") },
		"extra tensor":          func(h map[string]any) { h["conv3.bias"] = h["conv2.bias"] },
		"half precision":        func(h map[string]any) { entry(h, "conv1.weight")["dtype"] = "F16" },
		"another shape":         func(h map[string]any) { entry(h, "conv1.weight")["shape"] = []int{32, 3, 3, 1} },
		"no shape":              func(h map[string]any) { delete(entry(h, "conv1.weight"), "shape") },
		"negative offset":       func(h map[string]any) { entry(h, "conv1.weight")["data_offsets"] = []int{-1152, 0} },
		"swapped offsets":       func(h map[string]any) { entry(h, "conv1.weight")["data_offsets"] = []int{1152, 0} },
		"offset past the end":   func(h map[string]any) { entry(h, "conv1.weight")["data_offsets"] = []int{485300, 486452} },
		"overflowing offset":    func(h map[string]any) { entry(h, "conv1.weight")["data_offsets"] = []float64{0, 1e300} },
		"three offsets":         func(h map[string]any) { entry(h, "conv1.weight")["data_offsets"] = []int{0, 1, 2} },
		"tensor is a number":    func(h map[string]any) { h["conv1.weight"] = 3 },
		"no metadata":           func(h map[string]any) { delete(h, metadataKey) },
		"metadata not strings":  func(h map[string]any) { meta(h)["seed"] = 3 },
		"another architecture":  func(h map[string]any) { meta(h)["architecture"] = "resnet-18" },
		"unknown preprocessing": func(h map[string]any) { meta(h)["preprocessing"] = `{"size":28,"standardise":"clahe"}` },
		"no preprocessing":      func(h map[string]any) { delete(meta(h), "preprocessing") },
		"broken calibration":    func(h map[string]any) { meta(h)["calibration"] = `{"a":` },
		"falling calibration":   func(h map[string]any) { meta(h)["calibration"] = `{"a":-1,"b":0}` },
		"threshold 2":           func(h map[string]any) { meta(h)["threshold"] = "2" },
		"threshold NaN":         func(h map[string]any) { meta(h)["threshold"] = "NaN" },
	} {
		if _, err := Parse(rebuild(t, file, change)); !errors.Is(err, ErrBadWeights) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Parse(rebuild(t, file, func(map[string]any) {})); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}

func TestWeightsMustBeFinite(t *testing.T) {
	file := encode(t, randomModel(t, 1, fullMeta))
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		damaged := bytes.Clone(file)
		binary.LittleEndian.PutUint32(damaged[len(damaged)-4:], math.Float32bits(float32(v)))
		if _, err := Parse(damaged); !errors.Is(err, ErrBadWeights) {
			t.Errorf("%v: %v", v, err)
		}
	}
}

func TestLyingHeaderLength(t *testing.T) {
	for _, length := range []uint64{0, 1, maxHeaderBytes, maxHeaderBytes + 1, 1 << 40, math.MaxUint64} {
		file := append(binary.LittleEndian.AppendUint64(nil, length), "{}"...)
		if _, err := Parse(file); !errors.Is(err, ErrBadWeights) {
			t.Errorf("header length %d: %v", length, err)
		}
	}
}

func TestEmbedded(t *testing.T) {
	if _, err := Embedded(DefaultName); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"", "none", "../models", "../../model/model"} {
		if _, err := Embedded(name); !errors.Is(err, ErrUnknownModel) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range EmbeddedNames() {
		m, err := Embedded(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, language := range []string{"en", "zh-Hans", "", "fr"} {
			if card, err := EmbeddedCard(name, language); err != nil || !strings.Contains(card, m.SHA256()) {
				t.Errorf("the card of %s in %q is not that of its weights: %d bytes, %v", name, language, len(card), err)
			}
		}
	}
}
