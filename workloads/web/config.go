package web

import (
	"crypto/sha256"
	"encoding/hex"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/workloads"
)

// ConfigName is the name of the ConfigMap of VersionFromConfig.
const ConfigName = "web-config"

// checksumKey is the annotation that Helm's charts use for the same trick
// ("Automatically Roll Deployments", Helm's chart development tips).
const checksumKey = "checksum/config"

// VersionFromConfig has answers name the version that a ConfigMap says. It reaches
// the server as a variable, which is read when the container starts and never again.
func VersionFromConfig(version string) workloads.Change {
	return func(o *workloads.Objects) {
		o.ConfigMaps = append(o.ConfigMaps, &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: ConfigName}, Data: map[string]string{"version": version}})
		VersionOfImage()(o)
		everyContainer(func(c *corev1.Container) {
			c.Env = append(c.Env, corev1.EnvVar{Name: "VERSION", ValueFrom: &corev1.EnvVarSource{
				ConfigMapKeyRef: &corev1.ConfigMapKeySelector{
					LocalObjectReference: corev1.LocalObjectReference{Name: ConfigName}, Key: "version"}}})
		})(o)
	}
}

// ConfigVersion changes the version that the ConfigMap says, and with it the
// checksum in the pod templates that have one.
func ConfigVersion(version string) workloads.Change {
	return func(o *workloads.Objects) {
		for _, c := range o.ConfigMaps {
			if c.Name == ConfigName {
				c.Data = map[string]string{"version": version}
			}
		}
		for _, t := range o.PodTemplates() {
			if t.Meta.Annotations[checksumKey] != "" {
				ConfigChecksum()(o)
			}
		}
	}
}

// ConfigChecksum notes a checksum of the ConfigMap in the pod templates: a change of
// the one is then a change of the other, which rolls.
func ConfigChecksum() workloads.Change {
	return func(o *workloads.Objects) {
		sum := sha256.New()
		for _, c := range o.ConfigMaps {
			sum.Write([]byte(c.Name + "=" + c.Data["version"] + "\n"))
		}
		for _, t := range o.PodTemplates() {
			if t.Meta.Annotations == nil {
				t.Meta.Annotations = map[string]string{}
			}
			t.Meta.Annotations[checksumKey] = hex.EncodeToString(sum.Sum(nil))
		}
	}
}
