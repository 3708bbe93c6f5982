package keys

// horos is where the hot keys of Horos and OsiriX differ: the list of hot keys in
// Horos's DefaultsOsiriX.m, read 2026-11-29. Theirs that Lightbox has nothing for
// are left as they are. What they displace moves to the same key with Shift or Ctrl,
// or has none.
var horos = Table{
	"auto-window":        key("0"), // "full dynamic"
	"file-window-1":      key("`"), // "default"; ~ is that key with Shift
	"file-window-2":      key("Shift+`"),
	"preset-brain":       key("1"),
	"preset-soft-tissue": key("2"),
	"preset-mediastinum": key("3"),
	"preset-bone":        key("4"),
	"preset-lung":        key("5"),
	"preset-liver":       key("6"),
	"pan-tool":           key("M"),
	"magnifier":          key("Shift+M"),
	"select-tool":        key("S"),
	"scroll-tool":        key("Shift+S"),
	"rotate-right":       key("I", "Alt+R"),
	"annotations":        key("Shift+I"),
	"invert":             key("Ctrl+Shift+I"), // in Horos by menu only
	"flip-horizontal":    key("H", "Alt+F"),
	"flip-vertical":      key("V", "Alt+Shift+F"),
	"help":               key("F1"),
	"length":             key("L"),
	"link":               key("Shift+L"),
	"text":               key("T"),
	"arrow":              key("Q"),
	"polygon":            key("C"), // the closed one
	"ctr":                key("Ctrl+Shift+C"),
	"cine":               key("Space"),
}

// ohif is where the default hot keys of OHIF 3 differ: hotkeyBindings.ts of its
// core, read 2026-11-29. Presets 1 to 4 are there soft tissue, lung, bone and brain.
var ohif = Table{
	"zoom-in":            key("+", "Shift+=", "Ctrl++"),
	"zoom-out":           key("-", "Ctrl+-"),
	"fit":                key("=", "Ctrl+0"),
	"rotate-right":       key("R", "Alt+R"),
	"rotate-left":        key("L", "Alt+Shift+R"),
	"report":             key("Ctrl+R"),
	"flip-horizontal":    key("H", "Alt+F"),
	"flip-vertical":      key("V", "Alt+Shift+F"),
	"invert":             key("I"),
	"annotations":        key("Shift+I"),
	"select-tool":        key("Shift+V"),
	"choose-view":        key("Ctrl+Shift+V"),
	"link":               key("Shift+L"),
	"help":               key("F1"),
	"next-pane":          key("→", "Ctrl+Tab"),
	"previous-pane":      key("←", "Ctrl+Shift+Tab"),
	"next-image":         key("↓"),
	"previous-image":     key("↑"),
	"reset":              key("Space", "Esc"),
	"redo":               key("Ctrl+Y", "Ctrl+Shift+Z"),
	"delete-mark":        key("Backspace", "Del"),
	"preset-soft-tissue": key("1"),
	"preset-lung":        key("2"),
	"preset-bone":        key("3"),
	"preset-brain":       key("4"),
	"preset-mediastinum": key("5"),
	"preset-liver":       key("6"),
	"file-window-1":      key("7"),
	"file-window-2":      key("8"),
}

// weasis is where the default shortcuts of Weasis 4 differ: ShortcutManager.java and
// ActionW.java of its core and the tools' own in BuiltinGraphicTools.java (nroduit/Weasis),
// read 2026-11-29. Its digits are those of the base. Tab, which goes from view to view
// there, stays with the controls; steps of ten images, first and last series, and the
// tools that Lightbox does not have are left out.
var weasis = Table{
	"crosshair":          key("H", "J"),
	"help":               key("F1"),
	"annotations":        key("Space", "I"),
	"fit":                key("Ctrl+Enter", "Ctrl+0"),
	"rotate-left":        key("Alt+L", "Alt+Shift+R"),
	"previous-image":     key("↑"),
	"next-image":         key("↓"),
	"previous-series":    key("←"),
	"next-series":        key("→"),
	"previous-study":     key("Ctrl+←"),
	"next-study":         key("Ctrl+→"),
	"move-left":          key("Alt+←"),
	"move-right":         key("Alt+→"),
	"move-up":            key("Alt+↑"),
	"move-down":          key("Alt+↓"),
	"narrower":           key("Shift+←"),
	"wider":              key("Shift+→"),
	"brighter":           key("Alt+Shift+↑"), // Shift+↑ goes through images there
	"darker":             key("Alt+Shift+↓"),
	"polygon":            key("Y"), // a polyline there, which is closed to a polygon
	"presentation-state": key("Ctrl+Alt+Y"),
	"text":               key("B"),
	"clamp":              key("Shift+B"),
	"detach-pane":        key("Ctrl+E"), // "externalize"
	"export-picture-to":  key("Ctrl+Alt+P"),
}
