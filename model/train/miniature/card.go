package miniature

import (
	_ "embed"
	"maps"

	"lightbox/model/train/ensembles"
	"lightbox/model/train/radiograph"
)

//go:embed card.md.tmpl
var english string

//go:embed card.zh.md.tmpl
var chinese string

// Texts are what the cards of such models say beside what all cards say.
func Texts() ensembles.Texts {
	sources := maps.Clone(radiograph.Texts().Sources)
	sources[SetMNIST] = ensembles.Source{
		English: "J. Yang et al., *MedMNIST v2*, Scientific Data 10:41, 2023, CC BY 4.0 (training and validation splits of PneumoniaMNIST; the files in use may be rebuilt from public copies, in another order); from D. Kermany, K. Zhang, M. Goldbaum, *Labeled OCT and Chest X-Ray Images for Classification*, Mendeley Data rscbjbr9sj, v2, CC BY 4.0; Kermany et al., Cell 172, 2018, 1122–1131. Changed: grey, centre-cropped, resized.",
		Chinese: "J. Yang 等，*MedMNIST v2*，Scientific Data 10:41，2023，CC BY 4.0（PneumoniaMNIST 的训练集与验证集；所用文件可能由公开副本重建，顺序不同）；源自 D. Kermany、K. Zhang、M. Goldbaum，*Labeled OCT and Chest X-Ray Images for Classification*，Mendeley Data rscbjbr9sj，v2，CC BY 4.0；Kermany 等，Cell 172，2018，1122–1131。改动：转为灰度，居中裁切，缩放。",
	}
	return ensembles.Texts{English: english, Chinese: chinese, Sources: sources}
}
