package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	goruntime "runtime"
	"strconv"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/internal/trial/kube"
)

// adapt makes of a cluster of ours what trials need of it.
func adapt(ctx context.Context, c *cluster.Cluster) (*kube.Cluster, error) {
	config, err := c.RESTConfig()
	if err != nil {
		return nil, err
	}
	config.QPS = -1 // a watch that waits for its turn is late
	client, err := kubernetes.NewForConfig(compact(config))
	if err != nil {
		return nil, fmt.Errorf("connect to cluster %s: %w", c.Name(), err)
	}
	k := &kube.Cluster{
		Name: c.Name(), Place: c.Place(), Kubeconfig: c.Kubeconfig(), Config: config, Client: client,
		Nodes: c,
		Settings: func(ctx context.Context) (history.Settings, string, error) {
			settings, err := c.Settings(ctx)
			return settings, c.Version(), err
		},
		Ports: kube.NewPorts(cluster.FirstNodePort, cluster.NodePorts),
		Mapped: func(nodePort int32) (string, error) {
			port, err := c.HostPort(int(nodePort))
			return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), err
		},
	}
	if k.Feed, err = observe.NewFeed(ctx, observe.Runtime, c.Stream, append(c.Names("control-plane"), c.Names("worker")...)...); err != nil {
		return nil, err
	}
	if k.Routes, err = observe.NewFeed(ctx, observe.Routes, c.Stream, c.Names("control-plane")[0]); err != nil {
		return nil, errors.Join(err, k.Feed.Stop(ctx))
	}
	if goruntime.GOOS == "linux" && os.Geteuid() == 0 {
		if k.NetNS, err = c.NetNS(ctx, c.Names("control-plane")[0]); err != nil {
			return nil, errors.Join(err, k.Routes.Stop(ctx), k.Feed.Stop(ctx))
		}
		k.PodNetNS = c.PodNetNS
	}
	return k, nil
}

// compact has the API server encode what a typed client gets as protocol buffers,
// which costs it a fraction of what JSON does: it is the busiest process of a trial.
func compact(config *rest.Config) *rest.Config {
	c := rest.CopyConfig(config)
	c.ContentType = runtime.ContentTypeProtobuf
	c.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	return c
}

// connect is how an undo step reaches the API server. That a cluster is gone, and with it
// all that was done to it, is known of ours alone: a file that is missing where the way to
// somebody else's was is no proof of it.
func connect(kubeconfig string) (kubernetes.Interface, error) {
	if cluster.Gone(kubeconfig) {
		return nil, fmt.Errorf("the cluster of %s: %w", kubeconfig, fs.ErrNotExist)
	}
	client, err := clientOf(kubeconfig)
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New(err.Error())
	}
	return client, err
}

func clientOf(kubeconfig string) (kubernetes.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1 // client-go's five requests per second would be in what agents' clocks are measured by
	return kubernetes.NewForConfig(config)
}

// nodesOf is how an undo step reaches a cluster's machines.
func nodesOf(name string) (faults.Nodes, error) { return cluster.Attach(name) }
