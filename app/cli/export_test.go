package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/model/onnx"
)

func TestExport(t *testing.T) {
	m, err := model.Embedded(model.DefaultName)
	if err != nil {
		t.Fatal(err)
	}
	want, err := onnx.Model(m, "") // package onnx runs it in other runtimes
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "模型 a.onnx")
	for range 2 { // the second replaces the first
		out, complaints, status := command(t, "export", "-o", path)
		if status != exitDone || complaints != "" || !strings.Contains(out, m.SHA256()) || !strings.Contains(out, path) {
			t.Fatalf("status %d, %q, %q", status, out, complaints)
		}
		if data, err := os.ReadFile(path); err != nil || !bytes.Equal(data, want) {
			t.Errorf("%d bytes, not %d; %v", len(data), len(want), err)
		}
	}
	out, _, status := command(t, "export", "-o", "-")
	if status != exitDone || out != string(want) {
		t.Errorf("status %d, %d bytes on standard output, not %d", status, len(out), len(want))
	}
	weights := filepath.Join(t.TempDir(), "a.safetensors")
	if err := m.WriteFile(weights); err != nil {
		t.Fatal(err)
	}
	if out, _, status = command(t, "export", "--model", weights, "-o", "-"); status != exitDone || out != string(want) {
		t.Errorf("from a file: status %d, %d bytes, not %d", status, len(out), len(want))
	}
}

func TestExportHelp(t *testing.T) {
	out, complaints, status := command(t, "export", "--help")
	for _, words := range []string{"--model", "--out", "logit", "no probability"} {
		if status != exitDone || complaints != "" || !strings.Contains(out, words) {
			t.Errorf("status %d, %q, no %q in %q", status, complaints, words, out)
		}
	}
}

func TestExportRefuses(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "notes.onnx")
	broken := filepath.Join(dir, "broken.safetensors")
	for path, text := range map[string]string{foreign: "notes", broken: "weights"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	free := filepath.Join(dir, "free.onnx")
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"no output":      {nil, exitUsage, "-o is missing"},
		"a stray word":   {[]string{"-o", free, "now"}, exitUsage, "now"},
		"unknown model":  {[]string{"-o", free, "--model", "none"}, exitUsage, "unknown model"},
		"broken weights": {[]string{"-o", free, "--model", broken}, exitUsage, "unusable weights"},
		"a foreign file": {[]string{"-o", foreign}, exitFailed, "which Lightbox did not make"},
		"no folder":      {[]string{"-o", filepath.Join(dir, "none", "a.onnx")}, exitFailed, "cannot be found"},
		"a folder":       {[]string{"-o", dir}, exitFailed, "could not be written"},
	} {
		out, complaints, status := command(t, append([]string{"export"}, c.args...)...)
		if status != c.status || out != "" || !strings.Contains(complaints, c.says) {
			t.Errorf("%s: status %d, %q, %q", name, status, out, complaints)
		}
	}
	if data, err := os.ReadFile(foreign); err != nil || string(data) != "notes" {
		t.Errorf("the foreign file holds %q, %v", data, err)
	}
	if _, err := os.Stat(free); err == nil {
		t.Error("something was written in spite of wrong usage")
	}
}
