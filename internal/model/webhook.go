package model

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// ReplacedDespiteWebhooks is the window from a pod being marked for deletion to its
// replacement being ready, while webhooks that do not answer are asked about new pods and
// fail open: all of them are asked at once, and each call takes its timeoutSeconds at the
// most (apiserver/pkg/admission/plugin/webhook/validating/dispatcher.go).
//
//	no probes, boot time 0, timeoutSeconds 1 == 0s..10s
func (w *World) ReplacedDespiteWebhooks(c *corev1.Container) Window {
	seconds := int32(0)
	for _, configuration := range w.Webhooks {
		for _, hook := range configuration.Webhooks {
			seconds = max(seconds, *hook.TimeoutSeconds) // the API server fills it in
		}
	}
	return Replaced(c, true).Late(time.Duration(seconds)*time.Second,
		fmt.Sprintf("timeoutSeconds %d until a call of the webhook has failed (webhook/validating/dispatcher.go)", seconds))
}
