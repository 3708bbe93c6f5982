package keys

// base is the table of the default profile. Its keys are those of IHE Basic Image
// Review where that has one (V W S Z T D A C I J O L U H, arrows, Page keys, Esc), then
// Weasis's (Alt+R, Alt+F, K, presets on digits). Two of the profile's keys stay
// free for what Lightbox does not have yet: R report, F10 the advanced application (see
// Reserved). None of I, R, H and Space is for the model: they mean
// other things in every other viewer.
var base = Table{
	// File
	"open-scan":         key("Ctrl+O"),
	"open-folder":       key("Ctrl+Shift+O"),
	"export-views":      key("Ctrl+S"),
	"export-picture":    key("Ctrl+Shift+E"),
	"export-picture-to": key("Ctrl+E"),
	"print":             key("P"),
	"clear-recent":      key("Ctrl+Shift+Del"),
	"dicom-tags":        key("Ctrl+T"),
	"settings":          key("Ctrl+,"),
	"change-keys":       key("Ctrl+Shift+K"),
	"report":            key("R"),
	"demo-mode":         key("Ctrl+Shift+D"),
	"second-reader":     key("Ctrl+Shift+R"),
	"quit":              key("Ctrl+Q"),

	"export-reader-study": key("Ctrl+Alt+E"),

	// View
	"thumbnails":      key("F4"),
	"select-tool":     key("V"),
	"choose-view":     key("Shift+V"),
	"zoom-tool":       key("Z"),
	"pan-tool":        key("T"),
	"magnifier":       key("M"),
	"zoom-in":         key("Ctrl++", "Ctrl+=", "Ctrl+Shift+=", "Ctrl+Shift++"), // the plus of most keyboards is the shifted key of the equals sign
	"zoom-out":        key("Ctrl+-"),
	"fit":             key("Ctrl+0"),
	"actual-pixels":   key("Ctrl+1"),
	"move-left":       key("Shift+←"),
	"move-right":      key("Shift+→"),
	"move-up":         key("Shift+↑"),
	"move-down":       key("Shift+↓"),
	"rotate-right":    key("Alt+R"),
	"rotate-left":     key("Alt+Shift+R"),
	"flip-horizontal": key("Alt+F"),
	"flip-vertical":   key("Alt+Shift+F"),
	"annotations":     key("I"),
	"crosshair":       key("J"),
	"localizers":      key("O"),
	"overlay-planes":  key("Shift+O"),
	"gb18030":         key("Ctrl+G"),

	"presentation-state": key("Y"), "presentation-states": key("Shift+Y"),

	"full-screen":    key("F11"),
	"reset":          key("Esc"),
	"rename-mark":    key("Ctrl+N"),
	"delete-marks":   key("Ctrl+Del"),
	"forget-study":   key("Ctrl+Shift+F"),
	"edit-presets":   key("Ctrl+Shift+P"),
	"undo":           key("Ctrl+Z"),
	"redo":           key("Ctrl+Shift+Z", "Ctrl+Y"),
	"layout-three":   key("F2"),
	"layout-large":   key("F3"),
	"layout-quad":    key("F5"),
	"layout-compare": key("F12"),
	"next-pane":      key("Ctrl+Tab"), // Tab itself goes through the controls
	"previous-pane":  key("Ctrl+Shift+Tab"),
	"detach-pane":    key("Ctrl+D"),
	"link":           key("L"),
	"unlink":         key("U"),
	"link-scroll":    key("Alt+S"), // the letters of the tools
	"link-zoom":      key("Alt+Z"),
	"link-pan":       key("Alt+T"),
	"link-window":    key("Alt+W"),
	"link-cursor":    key("Alt+J"),

	// Stack
	"previous-series": key("Page Up"),
	"next-series":     key("Page Down"),
	"previous-study":  key("Ctrl+Page Up"),
	"next-study":      key("Ctrl+Page Down"),
	"case-list":       key("Ctrl+Shift+L"),
	"scroll-tool":     key("S"),
	"first-image":     key("Home"),
	"previous-image":  key("↑", "←"),
	"cine":            key("C"),
	"next-image":      key("↓", "→"),
	"last-image":      key("End"),

	// Window level
	"window-tool":        key("W"),
	"region-window":      key("Shift+W"),
	"auto-window":        key("0"),
	"file-window-1":      key("1"),
	"file-window-2":      key("2"),
	"preset-brain":       key("3"),
	"preset-soft-tissue": key("4"),
	"preset-mediastinum": key("5"),
	"preset-bone":        key("6"),
	"preset-lung":        key("7"),
	"preset-liver":       key("8"),
	"clamp":              key("B"), // the bottom
	"wider":              key("Alt+→"),
	"narrower":           key("Alt+←"),
	"brighter":           key("Alt+↑"),
	"darker":             key("Alt+↓"),
	"invert":             key("Shift+I"),

	// Measures and marks
	"length":      key("D"),
	"angle":       key("A"),
	"cobb":        key("Shift+A"),
	"ellipse":     key("E"),
	"rectangle":   key("Shift+E"),
	"polygon":     key("Shift+P"),
	"ctr":         key("Shift+C"),
	"arrow":       key("X"),
	"text":        key("Shift+T"),
	"reference":   key("Shift+D"),
	"key-image":   key("K"),
	"delete-mark": key("Del"),
	"marks-list":  key("Ctrl+L"),
	"export-csv":  key("Ctrl+Shift+S"),

	// Filter
	"larger-kernel":  key("Ctrl+↑"),
	"smaller-kernel": key("Ctrl+↓"),
	"larger-sigma":   key("Ctrl+Shift+↑"),
	"smaller-sigma":  key("Ctrl+Shift+↓"),
	"default-filter": key("Ctrl+B"),
	"peek-blur":      key("F8"),

	// Model
	"run-model":     key("F6"),
	"peek-heat-map": key("F7"),
	"heat-map":      key("Shift+F7"),
	"outlines":      key("Ctrl+F7"),
	"method":        key("G"),
	"against":       key("Shift+G"),
	"reveal":        key("F9"),
	"next-evidence": key("Shift+F8"),
	"network-input": key("Ctrl+I"),
	"model-card":    key("Ctrl+M"),
	"choose-model":  key("Ctrl+Shift+M"),
	"terms":         key("Ctrl+P"),

	// Help
	"help":   key("F1", "H"),
	"manual": key("Ctrl+F1"),
	"about":  key("Shift+F1"),
}

// Reserved are keys of IHE Basic Image Review for what Lightbox does not have yet.
// The profiles after it bind them to nothing else.
var Reserved = map[string][]Combination{
	"advanced application": key("F10"),
}
