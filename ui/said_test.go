package ui

import (
	"fmt"
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
)

// said is every text that the window holds in any widget, drawn or not: content,
// dialogs, tooltips, menu, title and clipboard. It looks into the values themselves, so
// that no widget can be forgotten; what belongs to the session is not the window's.
func (b *bench) said() string {
	w := b.window
	c := &collector{seen: map[uintptr]bool{}}
	c.text(w.window.Title())
	c.text(w.fyne.Clipboard().Content())
	if m := w.window.MainMenu(); m != nil {
		for _, x := range m.Items {
			c.menu(x)
		}
	}
	for _, o := range w.window.Canvas().Overlays().List() {
		c.value(reflect.ValueOf(o))
	}
	c.value(reflect.ValueOf(w))
	for _, v := range w.series.views {
		switch r := v.(type) {
		case *stackRow:
			c.text(r.tip())
		case *textRow:
			c.text(r.tip())
		}
	}
	for _, x := range w.buttons {
		c.text(x.button.tooltip())
	}
	return c.out.String()
}

// collector gathers strings.
type collector struct {
	out  strings.Builder
	seen map[uintptr]bool
}

func (c *collector) text(s string) { fmt.Fprintln(&c.out, s) }

func (c *collector) menu(m *fyne.Menu) {
	c.text(m.Label)
	for _, i := range m.Items {
		c.text(i.Label)
		if i.ChildMenu != nil {
			c.menu(i.ChildMenu)
		}
	}
}

// foreign tells whether values of a type are not the window's: the session and what is
// its, and what never holds a text.
func foreign(t reflect.Type) bool {
	for _, p := range []string{"lightbox/app", "lightbox/vision", "lightbox/model", "sync", "time", "image", "context", "os", "net/", "log"} {
		if strings.HasPrefix(t.PkgPath(), p) {
			return true
		}
	}
	return t.String() == "testing.common" || strings.HasSuffix(t.String(), "StaticResource")
}

func (c *collector) value(v reflect.Value) {
	if !v.IsValid() || foreign(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		c.text(v.String())
	case reflect.Pointer:
		if !v.IsNil() && !foreign(v.Type().Elem()) && !c.seen[v.Pointer()] {
			c.seen[v.Pointer()] = true
			c.value(v.Elem())
		}
	case reflect.Interface:
		c.value(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			c.value(v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		switch v.Type().Elem().Kind() {
		case reflect.String, reflect.Struct, reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Array, reflect.Map:
			for i := range v.Len() {
				c.value(v.Index(i))
			}
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			c.value(i.Key())
			c.value(i.Value())
		}
	}
}
