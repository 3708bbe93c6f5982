package report

import (
	"lightbox/model"
	"lightbox/model/audit"
)

// meanings say what an audit shows.
var meanings = map[string]string{
	audit.CodeBlanked:     "the network reads the film with the lungs replaced by their mean, through the mask that was found before: at most the edge of the mask is left",
	audit.CodeOutline:     "the same with noise in place of the lungs: their outline is left",
	audit.CodeBlankedAnew: "the film without lungs goes through everything anew: what surrounds them, and where they seem to lie",
	audit.CodeRim:         "the model reads the picture with all but its outer eighth replaced by the mean",
	audit.CodeRimLinear:   "logistic regression on the rim's pixels, cross-validated: what the data betray, whatever the model looks at",
	audit.CodeSize:        "logistic regression on width and height in pixels, cross-validated",
	audit.CodeSource:      "logistic regression on set and view alone, cross-validated",
}

// chinese are the words of the page in Simplified Chinese.
var chinese = map[string]string{
	"evaluation": "评估", "split": "划分", "score": "评分", "scans": "图像", "all": "合计", "class": "类别", "and": "另有", "more": "幅",
	"Research and demonstration — not for primary diagnosis.": "仅供研究与演示，不得用于临床诊断。",
	"Weights SHA-256": "权重 SHA-256", "Trained on": "训练人群", "Scans SHA-256": "图像 SHA-256", "Program": "程序", "Operating point": "工作点", "Calibration": "校准",
	"none that applies: the score is no probability": "无适用者：评分不是概率",
	"What was measured": "测量对象", "with the finding": "有该所见", "without": "无该所见", "other classes": "其他类别",
	"found": "给出", "refused": "拒绝", "unreadable": "无法读取", "read": "读取",
	"Every scan took the way of analyze: what its file says, what it looks like, the networks, its distance from training. Refused scans have no number; they are left out of the figures and counted here.": "每幅图像均按 analyze 的流程处理：文件所述、图像外观、网络、与训练图像的距离。被拒绝的图像没有数值，不计入统计，在此列出。",
	"scans without a class were not read.": "幅图像没有类别，未读取。",
	"Reason":                               "原因", "Figures": "统计结果",
	"95 % intervals in parentheses: 2,000 bootstrap resamples of patients or groups; shares: Wilson's.": "括号内为 95 % 区间：按患者或组作 2,000 次自助重采样；比例用 Wilson 法。",
	"plain score": "原始评分", "calibrated probability": "校准概率", "scans (with the finding), patients": "图像（有该所见），患者",
	"belong to no calibrated population": "幅不属于已校准人群", "at the operating point": "工作点处", "at 0.5": "0.5 处",
	"sensitivity": "敏感度", "specificity": "特异度", "accuracy": "准确率", "Brier score": "Brier 评分",
	"expected calibration error, 15 bins": "期望校准误差，15 箱", "expected calibration error, equal mass": "期望校准误差，等频分箱", "by chance alone up to": "仅由偶然所致的上限",
	"scans of other classes called positive at the operating point": "工作点处判为阳性的其他类别图像",
	"No scan with a label was read: there are no figures.":          "没有读取到有标签的图像：无统计结果。",
	"Conformal sets": "共形预测集", "truth in the set, with the finding": "预测集含真实类别，有该所见者", "truth in the set, without": "预测集含真实类别，无该所见者",
	"no call": "不作判断", "both": "两者皆是", "neither": "两者皆非", "wrong, of the calls": "所作判断中有误者",
	"The promise of the sets holds for scans like those of the calibration: where the shares above fall short of the level, these scans are not like them.": "预测集的保证只适用于与校准图像同类的图像：若上述比例达不到该水平，则这些图像与之不同。",
	"By set and view": "按数据集与体位", "read (with)": "读取（有该所见）", "calibration error": "校准误差", "set": "数据集", "view": "体位",
	"Scores at the operating point; the calibration error is that of the probability, 15 bins.": "评分取工作点；校准误差为概率的误差，15 箱。",
	"At thresholds chosen on these very scans":                                                  "阈值在这些图像上选定时",
	"sensitivity at 90 % specificity":                                                           "特异度 90 % 时的敏感度", "sensitivity at 95 % specificity": "特异度 95 % 时的敏感度", "specificity at 95 % sensitivity": "敏感度 95 % 时的特异度",
	"Upper bounds, and no operating points: each threshold was chosen on the scans it is measured on, and one chosen elsewhere reaches less. The thresholds are therefore not told.": "均为上限，不是工作点：阈值就在被测量的图像上选定，在别处选定的阈值达不到这样的结果，故不列出阈值。",
	"Predictive values at the operating point": "工作点处的预测值", "prevalence": "患病率", "positive predictive value": "阳性预测值", "negative predictive value": "阴性预测值",
	"Worked out of sensitivity and specificity by Bayes' theorem, the prevalence taken as known: read the row that fits your patients.": "由敏感度与特异度按贝叶斯定理计算，患病率视为已知：请看与您的患者相符的一行。",
	"Charts": "图", "Audits": "捷径审查",
	"Without a calibration there is no reliability diagram and no decision curve: a score is no probability.":                     "未经校准则无可靠性图与决策曲线：评分不是概率。",
	"How well the classes are told apart by what should not tell them. 0.5 is what one wants; an interval above it is a warning.": "用本不应透露类别的信息区分两类的能力。理想值为 0.5；区间高于 0.5 即为警示。",
	"What is left to see": "仅余信息", "nothing to read": "无可读取",
	"Scans without a number": "没有数值的图像", "Scan": "图像", "How it was made": "生成方式",
	"A score ranks scans; only a calibrated probability says how likely the finding is, and only for patients like those of its calibration. These figures hold for these scans.": "评分只用于排序；只有校准概率表示该所见的可能性，且仅适用于与校准人群相近的患者。以上数字只适用于这些图像。",
	"positive": "有该所见", "negative": "无该所见", "other": "其他",

	audit.CodeBlanked: "肺内涂平", audit.CodeOutline: "肺的轮廓", audit.CodeBlankedAnew: "肺内涂平，重新寻找", audit.CodeRim: "图像边缘",
	audit.CodeRimLinear: "数据：图像边缘", audit.CodeSize: "数据：图像尺寸", audit.CodeSource: "数据：数据集与体位",
	meanings[audit.CodeBlanked]:     "以肺内均值替换双肺，仍用原先找到的掩模读取：至多只剩掩模的边缘",
	meanings[audit.CodeOutline]:     "以噪声替换双肺，其余同上：只剩轮廓",
	meanings[audit.CodeBlankedAnew]: "去掉双肺的图像重新经过全部流程：只剩肺周围的内容及其似是而非的位置",
	meanings[audit.CodeRim]:         "除最外八分之一外均以均值替换，由模型读取",
	meanings[audit.CodeRimLinear]:   "对边缘像素作逻辑回归，交叉验证：数据本身透露的信息，与模型所看之处无关",
	meanings[audit.CodeSize]:        "对像素宽度与高度作逻辑回归，交叉验证",
	meanings[audit.CodeSource]:      "仅对数据集与体位作逻辑回归，交叉验证",

	model.FindingPneumonia: "肺炎", model.FindingOpacity: "肺炎或肺部致密影", model.FindingMalignant: "乳腺恶性病变",
	model.PopulationKermany: "1–5 岁儿童，单一医院（广州市妇女儿童医疗中心），正位胸部 X 线片",
	model.PopulationAdults:  "单一医院（美国国立卫生研究院临床中心）成人，仅保留肺野的正位胸部 X 线片",
	model.PopulationChest:   "一家医院（广州市妇女儿童医疗中心）的 1–5 岁儿童与另一家（美国国立卫生研究院临床中心）的成人，正位胸部 X 线片",
	model.PopulationBreast:  "单一医院（开罗 Baheya 医院）25–75 岁女性，乳腺超声",
}
