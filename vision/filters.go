package vision

import (
	"fmt"
	"math"
	"strconv"
)

// ViewKind is what a pane shows of a scan: its values, or one filter of its gray
// view.
type ViewKind string

// The views.
const (
	ViewOriginal ViewKind = "original"
	ViewGray     ViewKind = "gray"
	ViewGaussian ViewKind = "gaussian"
	ViewUnsharp  ViewKind = "unsharp"
	ViewMedian   ViewKind = "median"
	ViewCLAHE    ViewKind = "clahe"
	ViewSobel    ViewKind = "sobel"
	ViewCanny    ViewKind = "canny"
)

// ViewKinds are all views, in the order in which they are offered.
var ViewKinds = []ViewKind{ViewOriginal, ViewGray, ViewGaussian, ViewUnsharp, ViewMedian, ViewCLAHE, ViewSobel, ViewCanny}

// Filtered tells the views whose values differ from the scan's.
func (k ViewKind) Filtered() bool { return len(parameters[k]) > 0 }

// Unsharp holds the parameters of unsharp masking: the difference between the
// picture and its Gaussian blur is added to it.
type Unsharp struct {
	Sigma  float64 // standard deviation of the Gaussian in pixels
	Amount float64 // how many times the difference is added; 0 changes nothing
}

// CLAHE holds the parameters of contrast-limited adaptive histogram equalisation
// (Zuiderveld, Graphics Gems IV, 1994).
type CLAHE struct {
	// Clip is how often a level may occur in a tile, as a multiple of the share
	// that each would have if all levels between the least and the greatest of the
	// picture were equally frequent.
	Clip  float64
	Tiles int // across, and as many down
}

// Filters holds the parameters of all filters. Two values can be compared with ==.
type Filters struct {
	Gaussian Blur
	Unsharp  Unsharp
	Median   int // aperture in pixels
	CLAHE    CLAHE
	Sobel    int // aperture in pixels; 1 takes the two neighbours alone, unsmoothed
	Canny    Canny
}

// DefaultFilters are the parameters before anyone changes them.
var DefaultFilters = Filters{
	Gaussian: DefaultBlur,
	Unsharp:  Unsharp{Sigma: 2, Amount: 1},
	Median:   3,
	CLAHE:    CLAHE{Clip: 2, Tiles: 8},
	Sobel:    3,
	Canny:    Canny{Low: 100, High: 200, Aperture: 3, Norm: 1},
}

// ParameterName names a parameter within its filter.
type ParameterName string

// The parameters.
const (
	Kernel   ParameterName = "kernel"
	Sigma    ParameterName = "sigma"
	Amount   ParameterName = "amount"
	Aperture ParameterName = "aperture"
	Clip     ParameterName = "clip limit"
	Tiles    ParameterName = "tiles"
	Low      ParameterName = "low threshold"
	High     ParameterName = "high threshold"
	Norm     ParameterName = "norm"
)

// Parameter is what can be set of a filter, and within which limits.
type Parameter struct {
	Name     ParameterName
	Min, Max float64
	Whole    bool   // no fractions
	Odd      bool   // and no even numbers
	Unit     string // px, or empty
}

// Fits tells whether a parameter can have a value.
func (p Parameter) Fits(v float64) bool {
	switch {
	case !(v >= p.Min && v <= p.Max): // not a number either
		return false
	case p.Odd:
		return math.Mod(v, 2) == 1
	}
	return !p.Whole || v == math.Trunc(v)
}

var parameters = map[ViewKind][]Parameter{
	ViewGaussian: {{Kernel, 1, MaxKernel, true, true, "px"}, {Sigma, 0, MaxSigma, false, false, "px"}},
	ViewUnsharp:  {{Sigma, minUnsharpSigma, maxUnsharpSigma, false, false, "px"}, {Amount, 0, maxAmount, false, false, ""}},
	ViewMedian:   {{Aperture, minMedian, maxMedian, true, true, "px"}},
	ViewCLAHE:    {{Clip, 1, maxClip, false, false, ""}, {Tiles, 1, maxTiles, true, false, ""}},
	ViewSobel:    {{Aperture, 1, maxSobel, true, true, "px"}},
	ViewCanny: {
		{Low, 0, maxThreshold, false, false, ""}, {High, 0, maxThreshold, false, false, ""},
		{Aperture, minCanny, maxSobel, true, true, "px"}, {Norm, 1, 2, true, false, ""},
	},
}

// Parameters lists what can be set of a view's filter; nothing for views without.
func (k ViewKind) Parameters() []Parameter { return parameters[k] }

// Values are the numbers of a view's filter, in the order of its Parameters: what a
// caption says of it.
func (f Filters) Values(k ViewKind) []float64 {
	switch k {
	case ViewGaussian:
		return []float64{float64(f.Gaussian.Kernel), f.Gaussian.Sigma}
	case ViewUnsharp:
		return []float64{f.Unsharp.Sigma, f.Unsharp.Amount}
	case ViewMedian:
		return []float64{float64(f.Median)}
	case ViewCLAHE:
		return []float64{f.CLAHE.Clip, float64(f.CLAHE.Tiles)}
	case ViewSobel:
		return []float64{float64(f.Sobel)}
	case ViewCanny:
		return []float64{f.Canny.Low, f.Canny.High, float64(f.Canny.Aperture), float64(f.Canny.Norm)}
	}
	return nil
}

// Only leaves the parameters of one view, the others zero: two views of one scan
// are equal where kind and Only are.
func (f Filters) Only(k ViewKind) Filters {
	switch k {
	case ViewGaussian:
		return Filters{Gaussian: f.Gaussian}
	case ViewUnsharp:
		return Filters{Unsharp: f.Unsharp}
	case ViewMedian:
		return Filters{Median: f.Median}
	case ViewCLAHE:
		return Filters{CLAHE: f.CLAHE}
	case ViewSobel:
		return Filters{Sobel: f.Sobel}
	case ViewCanny:
		return Filters{Canny: f.Canny}
	}
	return Filters{}
}

// With takes the parameters of one view from other filters.
func (f Filters) With(k ViewKind, o Filters) Filters {
	switch k {
	case ViewGaussian:
		f.Gaussian = o.Gaussian
	case ViewUnsharp:
		f.Unsharp = o.Unsharp
	case ViewMedian:
		f.Median = o.Median
	case ViewCLAHE:
		f.CLAHE = o.CLAHE
	case ViewSobel:
		f.Sobel = o.Sobel
	case ViewCanny:
		f.Canny = o.Canny
	}
	return f
}

// Set is the filters with another value of one parameter, whatever it be: Validate
// says whether it can be used.
func (f Filters) Set(k ViewKind, name ParameterName, v float64) Filters {
	switch k {
	case ViewGaussian:
		if name == Kernel {
			f.Gaussian.Kernel = int(v)
		} else {
			f.Gaussian.Sigma = v
		}
	case ViewUnsharp:
		if name == Amount {
			f.Unsharp.Amount = v
		} else {
			f.Unsharp.Sigma = v
		}
	case ViewMedian:
		f.Median = int(v)
	case ViewCLAHE:
		if name == Clip {
			f.CLAHE.Clip = v
		} else {
			f.CLAHE.Tiles = int(v)
		}
	case ViewSobel:
		f.Sobel = int(v)
	case ViewCanny:
		f.Canny = f.Canny.set(name, v)
	}
	return f
}

// FilterError says which parameter of which filter is impossible.
type FilterError struct {
	Kind  ViewKind
	Name  ParameterName
	Value string
}

// Parameter is what the value should have been.
func (e *FilterError) Parameter() Parameter {
	for _, p := range parameters[e.Kind] {
		if p.Name == e.Name {
			return p
		}
	}
	return Parameter{Name: e.Name}
}

func (e *FilterError) Error() string {
	p, kind := e.Parameter(), "a number"
	switch {
	case p.Odd:
		kind = "an odd number"
	case p.Whole:
		kind = "a whole number"
	}
	return fmt.Sprintf("%s %s: must be %s from %g to %g", e.Name, e.Value, kind, p.Min, p.Max)
}

// Validate returns a *FilterError for the first parameter, in the order of
// ViewKinds, that is out of its limits or not a number.
func (f Filters) Validate() error {
	for _, k := range ViewKinds {
		if err := f.validate(k); err != nil {
			return err
		}
	}
	return nil
}

// validate is Validate for the parameters of one view.
func (f Filters) validate(k ViewKind) error {
	for i, v := range f.Values(k) {
		if p := parameters[k][i]; !p.Fits(v) {
			return &FilterError{k, p.Name, strconv.FormatFloat(v, 'g', -1, 64)}
		}
	}
	return nil
}
