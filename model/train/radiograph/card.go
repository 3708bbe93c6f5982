package radiograph

import (
	_ "embed"

	"lightbox/model/train/ensembles"
)

//go:embed card.md.tmpl
var english string

//go:embed card.zh.md.tmpl
var chinese string

// nih is what the terms of the NIH ask for.
const (
	nihEnglish = "NIH Clinical Center, ChestX-ray14 (X. Wang et al., *ChestX-ray8*, CVPR 2017; https://nihcc.app.box.com/v/ChestXray-NIHCC): unrestricted use with acknowledgement, which is hereby made"
	nihChinese = "美国国立卫生研究院临床中心（NIH Clinical Center），ChestX-ray14（X. Wang 等，*ChestX-ray8*，CVPR 2017；https://nihcc.app.box.com/v/ChestXray-NIHCC）：使用不受限制，须致谢，谨此致谢"
)

// Texts are what the cards of chest models say beside what all cards say.
func Texts() ensembles.Texts {
	return ensembles.Texts{English: english, Chinese: chinese, Sources: map[string]ensembles.Source{
		SetChildren: {
			English: "D. Kermany, K. Zhang, M. Goldbaum, *Labeled OCT and Chest X-Ray Images for Classification*, Mendeley Data rscbjbr9sj, v2, CC BY 4.0; with Kermany et al., Cell 172, 2018, 1122–1131. Changed: resized to 224 × 224, grey. Lung masks: v7labs, covid-19-xray-dataset, CC BY 4.0; resized and re-indexed.",
			Chinese: "D. Kermany、K. Zhang、M. Goldbaum，*Labeled OCT and Chest X-Ray Images for Classification*，Mendeley Data rscbjbr9sj，v2，CC BY 4.0；Kermany 等，Cell 172，2018，1122–1131。改动：缩放至 224 × 224，转为灰度。肺掩模：v7labs，covid-19-xray-dataset，CC BY 4.0；已缩放并重新编号。",
		},
		setNormal: {
			English: nihEnglish + "; read as normal by the radiologists of the RSNA Pneumonia Detection Challenge 2018, whose labels may be used for **non-commercial research** only. Lung masks: made by a network, heart excluded. Resized to 256 × 256.",
			Chinese: nihChinese + "；由 RSNA 肺炎检测挑战赛（2018）的放射科医师判为正常，其标签仅可用于 **非商业研究**。肺掩模由网络生成，不含心影。已缩放至 256 × 256。",
		},
		setMasked: {
			English: nihEnglish + "; classes by the radiologists of the RSNA Pneumonia Detection Challenge 2018, for **non-commercial research** only. Everything outside the lungs had been made black before; resized to 256 × 256.",
			Chinese: nihChinese + "；类别由 RSNA 肺炎检测挑战赛（2018）的放射科医师判定，仅可用于 **非商业研究**。肺野以外事先已涂黑；已缩放至 256 × 256。",
		},
		"nih-cxr14-adult": {
			English: nihEnglish + "; where radiologists read them, by those of the RSNA Pneumonia Detection Challenge 2018, for **non-commercial research** only. Films that were read are for measuring; unread films of other patients only say what chest films look like. Resized to 256 × 256.",
			Chinese: nihChinese + "；其中经放射科医师判读者由 RSNA 肺炎检测挑战赛（2018）判定，仅可用于 **非商业研究**。已判读者仅用于测量；其他患者未判读的图像只用于学习胸片的外观。已缩放至 256 × 256。",
		},
		"covid-cxr-adult": {
			English: "H. B. Winther et al., *COVID-19 Image Repository*, Hannover Medical School, CC BY 3.0. Changed: resized to 256 × 256, grey.",
			Chinese: "H. B. Winther 等，*COVID-19 Image Repository*，汉诺威医学院，CC BY 3.0。改动：缩放至 256 × 256，转为灰度。",
		},
	}}
}
