package observe

import (
	"context"
	"fmt"
	"io"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/workloads"
)

// AppTransport is how an app's own log is reached.
type AppTransport interface {
	// Events opens the log above the line numbered after; with follow, the stream
	// goes on with the lines to come.
	Events(ctx context.Context, pod string, after int64, follow bool) (io.ReadCloser, error)
	// Printed opens what the app's container printed so far, or its predecessor
	// if it has not started again; the same lines stand there among others. It
	// can be had for as long as the pod object exists.
	Printed(ctx context.Context, pod string) (io.ReadCloser, error)
}

// printedTail is how many of the last printed lines are read: more than an app
// writes between two attempts to reach it.
const printedTail = 2000

// ThroughAPI reaches apps through the API server: their admin port by its proxy
// (a long-running request, exempt from the server's time-out), what the
// container printed through its kubelet. container may be empty where pods have one.
func ThroughAPI(client kubernetes.Interface, namespace, container string) AppTransport {
	return throughAPI{client, namespace, container}
}

type throughAPI struct {
	client               kubernetes.Interface
	namespace, container string
}

// Events implements AppTransport.
func (t throughAPI) Events(ctx context.Context, pod string, after int64, follow bool) (io.ReadCloser, error) {
	uri := fmt.Sprintf("/api/v1/namespaces/%s/pods/%s:%d/proxy%s",
		t.namespace, pod, workloads.AdminPort, workloads.EventsPath(after, follow))
	return t.client.CoreV1().RESTClient().Get().RequestURI(uri).Stream(ctx)
}

// Printed implements AppTransport.
func (t throughAPI) Printed(ctx context.Context, pod string) (io.ReadCloser, error) {
	tail := int64(printedTail)
	return t.client.CoreV1().Pods(t.namespace).GetLogs(pod, &corev1.PodLogOptions{Container: t.container, TailLines: &tail}).Stream(ctx)
}
