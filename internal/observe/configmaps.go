package observe

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
)

// ConfigMaps observes the namespace's ConfigMaps: SourceConfig.
func ConfigMaps(client kubernetes.Interface, namespace string) Observer {
	api := client.CoreV1().ConfigMaps(namespace)
	return &kind[*corev1.ConfigMap]{
		name:      "configmaps",
		sources:   []string{history.SourceConfig},
		list:      lister("", api.List, func(l *corev1.ConfigMapList) []corev1.ConfigMap { return l.Items }),
		watch:     watcher("", api.Watch),
		translate: configFacts,
		wait:      defaultBounds,
	}
}

func configFacts(c *corev1.ConfigMap) []history.Interval {
	return []history.Interval{{
		Source: history.SourceConfig, Subject: c.Name, State: ConfigDigest(c.Data),
		Attrs: attrs(history.AttrUID, string(c.UID)),
	}}
}

// ConfigDigest is what the record says of a ConfigMap's data, of which it needs to
// know only whether it changed.
//
//	ConfigDigest(nil) == "74234e98afe7", the beginning of the SHA-256 of "null"
func ConfigDigest(data map[string]string) string {
	text, _ := json.Marshal(data) // strings always can be, and keys come sorted
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:12]
}
