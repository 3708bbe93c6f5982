package ui

import (
	"fyne.io/fyne/v2/lang"

	"lightbox/vision"
)

// operatorText says what OpenCV does for a view, on values of so many bits: operator,
// arithmetic, borders, and what becomes of padding (which missing rows are too).
func operatorText(k vision.ViewKind, depth int) string {
	bits := map[string]any{"Depth": depth}
	switch k {
	case vision.ViewGaussian:
		return lang.L("OpenCV GaussianBlur, borders reflected, in integers of {{.Depth}} bits, or in float32 where there is padding. "+
			"Padding takes no part in it and stays what it is.", bits)
	case vision.ViewUnsharp:
		return lang.L("OpenCV GaussianBlur and addWeighted: value + amount × (value − blurred), borders reflected, in float32, "+
			"rounded and cut off at the ends of {{.Depth}} bits. Padding takes no part in it and stays what it is.", bits)
	case vision.ViewMedian:
		return lang.L("OpenCV medianBlur, edges repeated, in integers of {{.Depth}} bits. "+
			"Padding within the aperture is left out, and stays what it is.", bits)
	case vision.ViewCLAHE:
		return lang.L("OpenCV CLAHE in integers of {{.Depth}} bits: the histogram of each tile is cut off at the clip limit and made even, "+
			"between the least and the greatest value of the picture; from tile to tile it changes smoothly. Right and lower edge are mirrored to whole tiles. "+
			"Padding counts in no histogram and stays what it is. Equal grey levels in different places are different values.", bits)
	case vision.ViewSobel:
		return lang.L("OpenCV Sobel across and down, √(gx² + gy²), borders reflected, in float32, in the picture's units per pixel. " +
			"It has its own window, 0 to the 99.5th percentile; W and L do not apply to it. Beside padding it is 0.")
	case vision.ViewCanny:
		text := lang.L("Edges as OpenCV Canny finds them: where Sobel's gradient, edges repeated, is the strongest along its direction, " +
			"from above the high threshold on as far as it is above the low one. They are 255, all else is 0; W and L do not apply. Beside padding there is none.")
		if depth != 8 {
			text += " " + lang.L("Canny takes 8 bits: the values from the 0.1st to the 99.9th percentile are spread over 0 to 255, "+
				"not those within your window, so that edges stay where they are while you drag it.")
		}
		return text
	}
	return ""
}
