package assets

import "embed"

//go:embed models
var models embed.FS

// Models holds the embedded networks under models/: for each NAME its weights
// NAME.safetensors, its calibration if it has one (NAME.calibration.json), its model card in English (NAME.md) and Simplified
// Chinese (NAME.zh.md), and its measured figures (NAME.metrics.json).
func Models() embed.FS { return models }
