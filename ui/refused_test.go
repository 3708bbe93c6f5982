package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
)

// TestModelRefused: a model that cannot be used is told once, when the window is
// there, and what else is to be told comes after it.
func TestModelRefused(t *testing.T) {
	b := newBench(t)
	told := 0
	next := func() { told++ }
	b.window.tellRefused(nil, next)
	if told != 1 || b.window.dialog != nil {
		t.Errorf("without a refusal: %d, %v", told, b.window.dialog)
	}
	b.window.tellNewer(nil, next)
	if told != 2 || b.window.dialog != nil {
		t.Errorf("without newer settings: %d, %v", told, b.window.dialog)
	}
	told = 1
	network, refused := app.UsableNetwork("/nowhere/坏.safetensors")
	if refused == nil || network.Name() != app.AutoModel {
		t.Fatalf("%v, %s", refused, network.Name())
	}
	b.window.tellRefused(refused, next)
	said := ""
	for _, o := range test.LaidOutObjects(b.window.window.Canvas().Overlays().Top()) {
		if l, ok := o.(*widget.Label); ok {
			said += l.Text + "\n"
		}
	}
	if !strings.Contains(said, "坏.safetensors cannot be used as a model: it cannot be found. The embedded models read instead") || strings.Contains(said, "nowhere") || told != 1 {
		t.Errorf("told %d: %s", told, said)
	}
	b.window.dialog.Hide()
	if told != 2 || b.window.dialog != nil {
		t.Errorf("after it %d, %v", told, b.window.dialog)
	}
}
