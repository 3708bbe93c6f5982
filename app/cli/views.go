package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/vision"
)

// viewHelp says what the views are, for the help of commands that take one.
const viewHelp = `  original   the values as stored
  gray       one channel (Rec. 601 luma of colour)
  gaussian   blurred: --kernel, --sigma; its older name is blur
  unsharp    sharpened by the difference from a blur: --sigma, --amount
  median     the median around each pixel: --aperture 3 or 5
  clahe      contrast-limited adaptive histogram equalisation: --clip, --tiles
  sobel      the magnitude of the gradient: --aperture 1, 3, 5 or 7
  canny      edges: --low, --high, --aperture 3, 5 or 7, --norm
`

// oldBlur is what the Gaussian view was called before there were other filters.
const oldBlur = "blur"

// viewKind is the view of a name.
func viewKind(name string) (kind vision.ViewKind, known bool) {
	if name == oldBlur {
		return vision.ViewGaussian, true
	}
	for _, k := range vision.ViewKinds {
		if name == string(k) {
			return k, true
		}
	}
	return "", false
}

func viewNames() string {
	var names []string
	for _, k := range vision.ViewKinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// filterOptions are the flags of filters. Several filters share a flag, with
// defaults of their own.
type filterOptions struct {
	changed         func(flag string) bool
	kernel          int
	sigma, amount   float64
	aperture, tiles int
	clip, low, high float64
	norm            int
}

// filterFlags are the flags of parameters.
var filterFlags = map[vision.ParameterName]string{
	vision.Kernel: "kernel", vision.Sigma: "sigma", vision.Amount: "amount",
	vision.Aperture: "aperture", vision.Clip: "clip", vision.Tiles: "tiles",
	vision.Low: "low", vision.High: "high", vision.Norm: "norm",
}

func (o *filterOptions) bind(cmd *cobra.Command) {
	f, d := cmd.Flags(), vision.DefaultFilters
	o.changed = f.Changed
	f.IntVar(&o.kernel, filterFlags[vision.Kernel], d.Gaussian.Kernel, "Gaussian kernel in pixels, odd, 1 to 99")
	f.Float64Var(&o.sigma, filterFlags[vision.Sigma], 0, "standard deviation of the Gaussian in pixels; of gaussian 0 derives it from the kernel, of unsharp it is 2 unless given")
	f.Float64Var(&o.amount, filterFlags[vision.Amount], d.Unsharp.Amount, "how many times unsharp adds the difference")
	f.IntVar(&o.aperture, filterFlags[vision.Aperture], d.Median, "width and height in pixels of what median, sobel or canny look at")
	f.Float64Var(&o.clip, filterFlags[vision.Clip], d.CLAHE.Clip, "clip limit of clahe, as a multiple of each level's even share")
	f.Float64Var(&o.low, filterFlags[vision.Low], d.Canny.Low, "threshold of canny above which edges go on, as OpenCV takes it")
	f.Float64Var(&o.high, filterFlags[vision.High], d.Canny.High, "threshold of canny above which edges begin")
	f.IntVar(&o.norm, filterFlags[vision.Norm], d.Canny.Norm, "how canny measures gradients: 1 |gx| + |gy|, 2 √(gx² + gy²)")
	f.IntVar(&o.tiles, filterFlags[vision.Tiles], d.CLAHE.Tiles, "tiles of clahe across, and as many down")
}

// check refuses impossible parameters, and flags that a view does not have.
func (o *filterOptions) check(kind vision.ViewKind) error {
	has := map[string]bool{}
	for _, p := range kind.Parameters() {
		has[filterFlags[p.Name]] = true
	}
	for _, name := range []vision.ParameterName{vision.Kernel, vision.Sigma, vision.Amount, vision.Aperture, vision.Clip, vision.Tiles, vision.Low, vision.High, vision.Norm} {
		if flag := filterFlags[name]; o.changed(flag) && !has[flag] {
			return usagef("--%s does not apply to --view %s", flag, kind)
		}
	}
	if err := o.of(kind).Validate(); err != nil {
		return usageError{errors.New(app.Explain(err).String())}
	}
	return nil
}

// of are the parameters of a view; those of the others are the defaults.
func (o *filterOptions) of(kind vision.ViewKind) vision.Filters {
	f := vision.DefaultFilters
	switch kind {
	case vision.ViewGaussian:
		f.Gaussian = vision.Blur{Kernel: o.kernel, Sigma: o.sigma}
	case vision.ViewUnsharp:
		f.Unsharp.Amount = o.amount
		if o.changed(filterFlags[vision.Sigma]) {
			f.Unsharp.Sigma = o.sigma
		}
	case vision.ViewMedian:
		f.Median = o.aperture
	case vision.ViewCLAHE:
		f.CLAHE = vision.CLAHE{Clip: o.clip, Tiles: o.tiles}
	case vision.ViewSobel:
		f.Sobel = o.aperture
	case vision.ViewCanny:
		f.Canny = vision.Canny{Low: o.low, High: o.high, Aperture: o.aperture, Norm: o.norm}
	}
	return f
}
