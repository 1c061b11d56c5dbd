package lab

import "strings"

// words are what the lab itself says, by language.
type words struct {
	preparing, look, answer, again, waiting, breaking, measured, took, counted, broken, right, wrong, explained, score, noMeasure string
}

var languages = map[string]words{
	"en": {
		preparing: "Preparing: a cluster, the app, its traffic. This takes about a minute; the first time on a machine, when the nodes' image is built, up to half an hour.",
		look:      "In other terminals, while it lasts: one for each line that watches, the first two lines in each of them:",
		answer:    "Your prediction (1 to %d): ",
		again:     "Please type a number from 1 to %d: ",
		waiting:   "The app serves. Nothing is broken yet; take your time.",
		breaking:  "Breaking it now. Watch.",
		measured:  "Measured: %s. Modelled: %s to %s.",
		took:      "Measured: %s.",
		counted:   "Counted: %d.",
		broken:    "This cluster did not do what Kubernetes promises here. The explanation below is of one that does.",
		right:     "Your prediction was right: %s",
		wrong:     "You said: %s\nWhat happened: %s",
		explained: "Why",
		score:     "Score: %d of 1",
		noMeasure: "There is no measurement to compare with: %s",
	},
	"ko": {
		preparing: "준비 중: 클러스터, 앱, 트래픽. 1분 정도 걸립니다. 이 컴퓨터에서 처음이라면 노드 이미지를 만드느라 30분까지 걸릴 수 있습니다.",
		look:      "실습하는 동안 다른 터미널에서(지켜보는 명령마다 터미널 하나, 처음 두 줄은 터미널마다 먼저 입력):",
		answer:    "예측 (1~%d): ",
		again:     "1부터 %d까지의 숫자를 입력해 주세요: ",
		waiting:   "앱이 응답하고 있습니다. 아직 아무것도 고장 나지 않았으니 천천히 생각하세요.",
		breaking:  "이제 고장 냅니다. 지켜보세요.",
		measured:  "측정값: %s. 모델이 예측한 범위: %s ~ %s.",
		took:      "측정값: %s.",
		counted:   "센 값: %d.",
		broken:    "이 클러스터는 여기서 쿠버네티스가 약속한 대로 움직이지 않았습니다. 아래 설명은 약속대로 움직이는 클러스터에 대한 것입니다.",
		right:     "예측이 맞았습니다: %s",
		wrong:     "당신의 예측: %s\n실제로 일어난 일: %s",
		explained: "이유",
		score:     "점수: 1점 만점에 %d점",
		noMeasure: "비교할 측정값이 없습니다: %s",
	},
}

// Language picks the language of a lab: the one asked for, or by the locale
// ("ko_KR.UTF-8"), else English. It reports whether it is one that there is.
func Language(asked, locale string) (string, bool) {
	if asked != "" {
		_, known := languages[asked]
		return asked, known
	}
	lang, _, _ := strings.Cut(strings.ToLower(locale), "_")
	lang, _, _ = strings.Cut(lang, ".") // "ko.UTF-8" names no country
	if _, known := languages[lang]; known {
		return lang, true
	}
	return "en", true
}
