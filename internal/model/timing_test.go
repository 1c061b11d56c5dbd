package model_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/model"
)

func delayed(p *corev1.Probe, seconds int32) *corev1.Probe {
	p.InitialDelaySeconds = seconds
	return p
}

func TestProbeGap(t *testing.T) {
	ends(t, model.ProbeGap(http(4, 3, 3)), 3*s, 5*s)
	ends(t, model.ProbeGap(http(2, 5, 3)), s, 6*s)
	ends(t, model.ReadinessGap(http(4, 3, 3)), 0, 5*s)
}

func TestFirstProbe(t *testing.T) {
	ends(t, model.FirstProbe(http(2, 1, 3), 0), 0, 5*s)
	ends(t, model.FirstProbe(delayed(http(4, 1, 3), 8), 0), 6*s, 14*s)
	ends(t, model.FirstProbe(delayed(http(4, 1, 3), 8), 10*s), 10*s, 17*s)
	ends(t, model.FirstProbe(http(4, 1, 3), 10*s), 10*s, 17*s)
}

func TestGivenUp(t *testing.T) {
	ends(t, model.GivenUp(http(1, 1, 5)), 4*s, 10*s)
	ends(t, model.GivenUp(delayed(http(1, 1, 5), 10)), 12*s, 19*s)
}

func TestTimesOut(t *testing.T) { ends(t, model.TimesOut(http(4, 3, 3)), 2*s, 4*s) }

func TestFlips(t *testing.T) { ends(t, model.Flips(), 0, 2*s) }

func TestFirstSight(t *testing.T) { ends(t, model.FirstSight(http(3, 1, 3)), 0, 4*s) }
