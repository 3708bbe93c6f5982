package model

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"lightbox/assets"
)

// similarModel is a model with pictures for comparison, as source-28 can have
// them.
func similarModel(t *testing.T) *Model {
	t.Helper()
	base := randomModel(t, 1, fullMeta)
	meta := base.Meta
	meta.Similar, meta.Far = 3, 0.25
	features := make([]float32, meta.Similar*denseSize)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range features {
		features[i] = r.Float32()
	}
	m, err := NewModel(meta, append(base.tensors, SimilarTensors(features, []float32{0, 1, 1})...))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Whatever decides a call, changed in the file to another value that would be
// valid, is noticed.
func TestChangedMetadataIsRefused(t *testing.T) {
	file := encode(t, similarModel(t))
	for key, value := range map[string]string{
		"threshold": "0.5", "threshold_source": "chosen on other pictures", "far": "7", "finding": "No finding",
		"population": "adults of every hospital", "ages": `[{"from_years":0,"until_years":120}]`, "name": "chest",
		"version": "2", "mirror_averaging": "false", "date": "2030-01-01", "evaluations": `[{"split":"val"}]`, "new": "entry",
		"preprocessing": `{"size":28,"standardise":"none"}`, weightsSumKey: strings.Repeat("0", 64), metadataSumKey: strings.Repeat("0", 64),
	} {
		changed := rebuild(t, file, func(h map[string]any) { h[metadataKey].(map[string]any)[key] = value })
		if _, err := Parse(changed); !errors.Is(err, ErrBadWeights) || !errors.Is(err, ErrWrongHash) {
			t.Errorf("another %s: %v", key, err)
		}
	}
	for _, key := range []string{weightsSumKey, metadataSumKey, "ages", "threshold"} {
		changed := rebuild(t, file, func(h map[string]any) { delete(h[metadataKey].(map[string]any), key) })
		if _, err := Parse(changed); !errors.Is(err, ErrWrongHash) {
			t.Errorf("without %s: %v", key, err)
		}
	}
	if _, err := Parse(file); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}

// One flipped bit in any tensor is noticed, those for comparison included: the
// limit of what is unlike training hangs on them.
func TestFlippedBitIsRefused(t *testing.T) {
	file := encode(t, similarModel(t))
	begin := 8 + int(binary.LittleEndian.Uint64(file))
	if (len(file)-begin)%4 != 0 {
		t.Fatalf("%d bytes of data", len(file)-begin)
	}
	for at := begin; at < len(file); at += 4 * 971 {
		damaged := bytes.Clone(file)
		damaged[at] ^= 1 // the last bit of a mantissa: as valid a number as before
		if _, err := Parse(damaged); !errors.Is(err, ErrBadWeights) || !errors.Is(err, ErrWrongHash) {
			t.Fatalf("byte %d of %d: %v", at, len(file), err)
		}
	}
	damaged := bytes.Clone(file)
	damaged[len(damaged)-4-3*4] ^= 1 // the last feature for comparison
	if _, err := Parse(damaged); !errors.Is(err, ErrWrongHash) {
		t.Errorf("a feature for comparison: %v", err)
	}
}

// The embedded files carry the sums under which their calibrations were made.
func TestEmbeddedFilesAreSealed(t *testing.T) {
	for _, name := range EmbeddedNames() {
		file, err := fs.ReadFile(assets.Models(), embeddedFolder+"/"+name+weightsSuffix)
		if err != nil {
			t.Fatal(err)
		}
		file[len(file)/2] ^= 1
		if _, err := Parse(file); !errors.Is(err, ErrWrongHash) {
			t.Errorf("%s with one bit flipped: %v", name, err)
		}
	}
}

func gobOf(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipOf(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create(name)
	if err == nil {
		_, err = f.Write([]byte("\x80\x02}q\x00."))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every file that cannot be used costs one sentence, which names the file, what
// is wrong and what to do. The pickles are those of Python 3.13's pickle.dumps.
func TestOneSentenceForEveryBadFile(t *testing.T) {
	good := encode(t, randomModel(t, 1, fullMeta))
	withLast := func(v float64) []byte {
		file := bytes.Clone(good)
		binary.LittleEndian.PutUint32(file[len(file)-4:], math.Float32bits(float32(v)))
		return file
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)-400] ^= 2
	const again, other = "copy it again", "name a .safetensors file that lightbox train wrote"
	type weights struct {
		Conv1 []float32
		Names map[string]int
	}
	for name, c := range map[string]struct {
		file      []byte
		wrong, do string
	}{
		"bit":       {flipped, "not the SHA-256 that it was written with: the weights", again},
		"threshold": {rebuild(t, good, func(h map[string]any) { h[metadataKey].(map[string]any)["threshold"] = "0.2" }), "not the SHA-256 that it was written with: what the file says about itself", again},
		"finding":   {rebuild(t, good, func(h map[string]any) { h[metadataKey].(map[string]any)["finding"] = "Pneumothorax" }), "what the file says about itself", again},
		"older":     {rebuild(t, good, func(h map[string]any) { delete(h[metadataKey].(map[string]any), metadataSumKey) }), "older version", again},
		"cut":       {good[:len(good)-5], "the file ends before dense2.weight does", again},
		"headless":  {good[:40], "ends inside its header", again},
		"NaN":       {withLast(math.NaN()), "holds NaN", again},
		"Inf":       {withLast(math.Inf(1)), "holds +Inf", again},
		"another network": {
			rebuild(t, good, func(h map[string]any) { h[metadataKey].(map[string]any)["architecture"] = "resnet-50" }),
			`another network: made for architecture "resnet-50"`, other,
		},
		"empty":       {nil, "empty", other},
		"gob":         {gobOf(t, weights{Conv1: []float32{1, 2}, Names: map[string]int{"a": 1}}), "gob stream", other},
		"gob list":    {gobOf(t, []float32{1, 2, 3}), "gob stream", other},
		"gob map":     {gobOf(t, map[string][]float64{"conv1": {1, 2}}), "gob stream", other},
		"gob tensor":  {gobOf(t, tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 2, 3, 4}))), "gob stream", other},
		"gob long":    {gobOf(t, map[string]map[string][]weights{"a": {"b": make([]weights, 300)}}), "gob stream", other},
		"PyTorch":     {zipOf(t, "archive/data.pkl"), "ZIP archive", other},
		"old PyTorch": {[]byte("\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."), "pickle", other},
		"pickle 0":    {[]byte("(dp0\nVconv1.weight\np1\n(lp2\nF0.5\naI1\nas."), "pickle", other},
		"pickle 1":    {[]byte("}q\x00X\x0c\x00\x00\x00conv1.weightq\x01]q\x02(G?\xe0\x00\x00\x00\x00\x00\x00K\x01es."), "pickle", other},
		"pickle 2":    {[]byte("\x80\x02}q\x00X\x0c\x00\x00\x00conv1.weightq\x01]q\x02(G?\xe0\x00\x00\x00\x00\x00\x00K\x01es."), "pickle", other},
		"pickle 4":    {[]byte("\x80\x04\x95#\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x0cconv1.weight\x94]\x94(G?\xe0\x00\x00\x00\x00\x00\x00K\x01es."), "pickle", other},
		"pickle code": {[]byte("cposix\nsystem\np0\n(Vtrue\np1\ntp2\nRp3\n."), "pickle", other},
		"Keras":       {[]byte("\x89HDF\r\n\x1a\n\x00\x00\x00\x00"), "HDF5", other},
		"a text":      {[]byte("These are no weights at all."), "not a safetensors file of this program", other},
	} {
		path := filepath.Join(t.TempDir(), "w.safetensors")
		if err := os.WriteFile(path, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := LoadFile(path)
		if !errors.Is(err, ErrBadWeights) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		said := err.Error()
		if !strings.HasPrefix(said, path) || !strings.Contains(said, c.wrong) || !strings.Contains(said, c.do) || strings.ContainsAny(said, "\n\r") || strings.Contains(said, ". ") || len(said) > 400 {
			t.Errorf("%s is told so: %q", name, said)
		}
		t.Logf("%s: %s", name, strings.TrimPrefix(said, path))
	}
}
