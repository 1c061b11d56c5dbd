// Package cluster makes Kubernetes clusters on Docker with kind as a library, and
// does to their machines what kind cannot: stop, start, cut off, freeze, bound
// and add nodes. It is the only importer of kind beside internal/nodeimage.
//
// What a cluster consists of follows from its name, so that it can be deleted
// from its name alone by a process that knows nothing else:
//
//	containers   label io.x-k8s.kind.cluster=NAME (kind's own)
//	network      seatrial-NAME on a bridge st-XXXXXXXX of its own
//	rules        iptables rules with the comment seatrial:NAME: no way out
//	folder       STATE/clusters/NAME: record, kubeconfig, images, disks
//
// Nothing leaves the machine by accident: what comes from the cluster's bridge
// may not leave by another interface, and every node answers "unreachable" for
// the parts of the pod and service ranges that lead nowhere.
package cluster
