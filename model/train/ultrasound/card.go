package ultrasound

import (
	_ "embed"

	"lightbox/model/train/ensembles"
)

//go:embed card.md.tmpl
var english string

//go:embed card.zh.md.tmpl
var chinese string

// Texts are what the cards of breast models say beside what all cards say.
func Texts() ensembles.Texts {
	return ensembles.Texts{English: english, Chinese: chinese, Sources: map[string]ensembles.Source{
		setBUSI: {
			English: "W. Al-Dhabyani, M. Gomaa, H. Khaled, A. Fahmy, *Dataset of breast ultrasound images*, Data in Brief 28, 2020, 104863; CC BY 4.0 as MedMNIST states it for BreastMNIST. Changed: 599 of the published 780 pictures, resized to 256 × 256, grey; pictures that are there twice with contradictory labels removed, near-duplicates grouped.",
			Chinese: "W. Al-Dhabyani、M. Gomaa、H. Khaled、A. Fahmy，*Dataset of breast ultrasound images*，Data in Brief 28，2020，104863；CC BY 4.0（据 MedMNIST 对 BreastMNIST 的说明）。改动：取所发布 780 幅中的 599 幅，缩放至 256 × 256，转为灰度；去除标签矛盾的重复图像，近似重复者归为一组。",
		},
	}}
}
