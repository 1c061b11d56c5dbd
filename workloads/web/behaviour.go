package web

import (
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/seatrial/seatrial/workloads"
)

// BootTime is how long the server takes from its start until it listens;
// connections are refused until then.
func BootTime(d time.Duration) workloads.Change { return Env("BOOT_TIME", d.String()) }

// WarmUp is how long the server, once it listens, is not ready.
func WarmUp(d time.Duration) workloads.Change { return Env("WARM_UP", d.String()) }

// AnswerTime is how long a business answer takes.
func AnswerTime(d time.Duration) workloads.Change { return Env("ANSWER_TIME", d.String()) }

// Workers limits how many requests are served at once on the service port, the
// probes that come there included; 0 is no limit.
func Workers(n int) workloads.Change { return Env("WORKERS", strconv.Itoa(n)) }

// ErrorRate is the share of business answers that are 500, from 0 to 1.
func ErrorRate(share float64) workloads.Change {
	return Env("ERROR_RATE", strconv.FormatFloat(share, 'g', -1, 64))
}

// CrashAtStart has the server exit with the status before it listens.
func CrashAtStart(code int) workloads.Change {
	return func(o *workloads.Objects) {
		Env("CRASH_AT_START", "true")(o)
		Env("CRASH_CODE", strconv.Itoa(code))(o)
	}
}

// CrashAfter has the server exit with the status some time after it became ready.
func CrashAfter(d time.Duration, code int) workloads.Change {
	return func(o *workloads.Objects) {
		Env("CRASH_AFTER", d.String())(o)
		Env("CRASH_CODE", strconv.Itoa(code))(o)
	}
}

// Leak has the server allocate so many bytes a second, "32Mi", from its start on,
// and keep them: past its limit it is killed, again and again.
func Leak(perSecond string) workloads.Change { return Env("LEAK", perSecond) }

// MemoryLimit sets the container's memory limit, such as "64Mi", and brings the
// request down to it. It panics if that is no quantity.
func MemoryLimit(quantity string) workloads.Change {
	limit := resource.MustParse(quantity)
	return everyContainer(func(c *corev1.Container) {
		c.Resources.Limits[corev1.ResourceMemory] = limit
		if request := c.Resources.Requests[corev1.ResourceMemory]; request.Cmp(limit) > 0 {
			c.Resources.Requests[corev1.ResourceMemory] = limit
		}
	})
}

// MemoryRequest sets what the container asks for, such as "64Mi", and raises the
// limit to it. It panics if that is no quantity.
func MemoryRequest(quantity string) workloads.Change {
	request := resource.MustParse(quantity)
	return everyContainer(func(c *corev1.Container) {
		c.Resources.Requests[corev1.ResourceMemory] = request
		if limit := c.Resources.Limits[corev1.ResourceMemory]; limit.Cmp(request) < 0 {
			c.Resources.Limits[corev1.ResourceMemory] = request
		}
	})
}

// MemoryAtLeast sets what the container asks for, and leaves its limit, or that it has
// none, as it is. It panics if that is no quantity.
func MemoryAtLeast(quantity string) workloads.Change {
	request := resource.MustParse(quantity)
	return everyContainer(func(c *corev1.Container) { c.Resources.Requests[corev1.ResourceMemory] = request })
}

// DiskLimit sets the container's limit of ephemeral storage, such as "200Mi": what it
// writes into its own layer, and its logs. It panics if that is no quantity.
func DiskLimit(quantity string) workloads.Change {
	limit := resource.MustParse(quantity)
	return everyContainer(func(c *corev1.Container) { c.Resources.Limits[corev1.ResourceEphemeralStorage] = limit })
}

// DiskAtLeast has the container ask for so much ephemeral storage instead of its limit.
func DiskAtLeast(quantity string) workloads.Change {
	request := resource.MustParse(quantity)
	return everyContainer(func(c *corev1.Container) { c.Resources.Requests[corev1.ResourceEphemeralStorage] = request })
}

// CPULimit sets the container's CPU limit, such as "200m". It panics if that is no quantity.
func CPULimit(quantity string) workloads.Change {
	limit := resource.MustParse(quantity)
	return everyContainer(func(c *corev1.Container) { c.Resources.Limits[corev1.ResourceCPU] = limit })
}
