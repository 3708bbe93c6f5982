package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/model"
)

// TestUsableNetwork: a model that cannot be used costs one sentence, and the
// embedded ones read.
func TestUsableNetwork(t *testing.T) {
	m, err := model.Embedded(model.DefaultName)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1 // of a weight
	folder := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, why := range map[string]string{
		"none": "none cannot be used as a model: there is no model of this name. The embedded",
		filepath.Join(folder, "gone.safetensors"):                   "gone.safetensors cannot be used as a model: it cannot be found",
		file("坏.safetensors", flipped):                              "坏.safetensors cannot be used as a model: it is not as it was written",
		file("cut.safetensors", good[:9000]):                        "cut.safetensors cannot be used as a model: it is damaged",
		file("torch.safetensors", []byte("\x80\x02}q\x00.padding")): "it is no weights file of Lightbox",
		file("other.safetensors", bytes.Replace(good, []byte(model.Architecture), []byte(strings.ReplaceAll(model.Architecture, "28", "29")), 1)): "it was made for another network",
	} {
		n, refused := UsableNetwork(name)
		if refused == nil || !strings.Contains(refused.String(), why) || strings.Contains(refused.String(), folder) {
			t.Errorf("%s is told so: %v", name, refused)
			continue
		}
		if n.Name() != AutoModel {
			t.Errorf("%s: %s reads", name, n.Name())
		}
		if _, err := n.Model(); err != nil {
			t.Errorf("%s: the embedded model is gone: %v", name, err)
		}
	}
	for _, name := range []string{"", AutoModel, model.DefaultName, file("good.safetensors", good)} {
		if n, refused := UsableNetwork(name); refused != nil || n.Name() != NewNetwork(name).Name() {
			t.Errorf("%q: %v", name, refused)
		}
	}
}
