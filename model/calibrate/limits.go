package calibrate

// Limits on what is computed and on what a stored calibration may hold.
const (
	// maxCases bounds a sample.
	maxCases = 1_000_000
	// maxLogit bounds a logit's magnitude. Trained networks give tens; beyond
	// a million float32 networks have overflowed.
	maxLogit = 1e6
	// maxBlocks bounds the steps of an isotonic map. Their shares of positives
	// are distinct fractions, and fractions with denominators up to D need
	// about 2D³/π² cases together, of which there are 3D²/π²: a million cases
	// can make fewer than 9,000.
	maxBlocks = 10_000
	// maxScores bounds the scores kept for each class of a conformal predictor.
	maxScores = 1024
	// maxBand bounds the knots of a map's confidence band.
	maxBand = 64
	// maxBins bounds the bins of a reliability diagram.
	maxBins = 100
	// maxFileBytes bounds a stored calibration: two classes of 1,024 scores
	// and 10,000 blocks, some 60 bytes each, written with room to spare.
	maxFileBytes = 4 << 20
	// maxTextBytes bounds the free texts of a stored calibration.
	maxTextBytes = 2000
	// maxThresholds bounds the points of a decision curve.
	maxThresholds = 1000
)
