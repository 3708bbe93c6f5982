package tools

import "fyne.io/fyne/v2/driver/desktop"

// Prompt is an English text that is shown translated.
type Prompt string

// Names of the tools.
const (
	windowName    Prompt = "Window tool"
	scrollName    Prompt = "Scroll tool"
	zoomName      Prompt = "Zoom tool"
	panName       Prompt = "Pan tool"
	magnifierName Prompt = "Magnifier"
	regionName    Prompt = "Window by region"
	crossHairName Prompt = "Cross-hair"
	selectName    Prompt = "Select and move"
	lengthName    Prompt = "Length"
	angleName     Prompt = "Angle"
	cobbName      Prompt = "Cobb angle"
	ellipseName   Prompt = "Ellipse"
	rectangleName Prompt = "Rectangle"
	polygonName   Prompt = "Polygon"
	ctrName       Prompt = "Cardiothoracic ratio"
	arrowName     Prompt = "Arrow"
	textName      Prompt = "Text"
	referenceName Prompt = "Reference length"
)

// What a reader can do next, for the status line.
const (
	windowNext    Prompt = "Drag: right is wider, up is brighter; Ctrl is faster, Shift is finer"
	scrollNext    Prompt = "Drag up or down to go through the images"
	zoomNext      Prompt = "Drag down to enlarge, up to make smaller"
	panNext       Prompt = "Drag to move the image"
	magnifierNext Prompt = "Hold the button to look through the glass"
	crossHairNext Prompt = "Click a place to see it in the other panes"
	selectNext    Prompt = "Click a mark to select it; drag it or its handles; Delete removes it"
	askNext       Prompt = "Type what is asked for"

	regionFirst  Prompt = "Drag a box around what the window is to show"
	regionSecond Prompt = "Click the opposite corner of the box"

	lengthFirst  Prompt = "Click one end, or drag from end to end; Shift keeps to 0, 45 and 90°"
	lengthSecond Prompt = "Click the other end; Shift keeps to 0, 45 and 90°; Esc gives up"

	angleFirst  Prompt = "First line: click one end, or drag"
	angleSecond Prompt = "First line: click the other end"
	angleThird  Prompt = "Second line: click one end, or drag"
	angleFourth Prompt = "Second line: click the other end"

	cobbFirst  Prompt = "Upper end plate: click its left end, or drag along it"
	cobbSecond Prompt = "Upper end plate: click its right end"
	cobbThird  Prompt = "Lower end plate: click its left end, or drag along it"
	cobbFourth Prompt = "Lower end plate: click its right end"

	boxFirst  Prompt = "Drag a box, or click one corner; Shift makes it as wide as high"
	boxSecond Prompt = "Click the opposite corner; Shift makes it as wide as high; Esc gives up"

	polygonFirst Prompt = "Click the first corner"
	polygonNext  Prompt = "Click the next corner; Backspace takes the last one back"
	polygonClose Prompt = "Click the next corner; a double click, Enter or a click on the first one closes"

	ctrFirst  Prompt = "Click the outermost point of the heart's right border"
	ctrSecond Prompt = "Click the outermost point of the heart's left border"
	ctrThird  Prompt = "Click the inner border of the ribs on the right, where the chest is widest"
	ctrFourth Prompt = "Click the inner border of the ribs on the left, where the chest is widest"

	arrowFirst  Prompt = "Click what the arrow points at, or drag from there"
	arrowSecond Prompt = "Click where its words are to stand"
	textFirst   Prompt = "Click where the words are to stand"

	referenceFirst  Prompt = "Click one end of a length that you know, or drag along it"
	referenceSecond Prompt = "Click the other end of the length that you know"
)

var (
	regionAbout   = About{Name: regionName, Icon: "region", Cursor: crossFor("region")}
	regionPrompts = []Prompt{regionFirst, regionSecond}
)

// pointedKinds are the tools that make marks of a fixed number of points.
var pointedKinds = map[Kind]struct {
	about   About
	prompts []Prompt
	ask     bool
}{
	Length:    {About{Name: lengthName, Icon: "length", Cursor: crossFor("length")}, []Prompt{lengthFirst, lengthSecond}, false},
	Angle:     {About{Name: angleName, Icon: "angle", Cursor: crossFor("angle")}, []Prompt{angleFirst, angleSecond, angleThird, angleFourth}, false},
	Cobb:      {About{Name: cobbName, Icon: "cobb", Cursor: crossFor("cobb")}, []Prompt{cobbFirst, cobbSecond, cobbThird, cobbFourth}, false},
	Ellipse:   {About{Name: ellipseName, Icon: "ellipse", Cursor: crossFor("ellipse")}, []Prompt{boxFirst, boxSecond}, false},
	Rectangle: {About{Name: rectangleName, Icon: "rectangle", Cursor: crossFor("rectangle")}, []Prompt{boxFirst, boxSecond}, false},
	CTR:       {About{Name: ctrName, Icon: "ctr", Cursor: crossFor("ctr")}, []Prompt{ctrFirst, ctrSecond, ctrThird, ctrFourth}, false},
	Arrow:     {About{Name: arrowName, Icon: "arrow", Cursor: crossFor("arrow")}, []Prompt{arrowFirst, arrowSecond}, true},
	Text:      {About{Name: textName, Icon: "text", Cursor: desktop.TextCursor}, []Prompt{textFirst}, true},
	Reference: {About{Name: referenceName, Icon: "reference", Cursor: crossFor("reference")}, []Prompt{referenceFirst, referenceSecond}, true},
}
