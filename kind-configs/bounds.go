package kindconfigs

// A Bound is what one node may take of the machine that all of them share. A kubelet
// sees the whole machine; it is told to keep the rest back.
type Bound struct {
	Node       string  // the node's name after the cluster's: "worker"
	CPUs       float64 // cores
	Memory     int64   // bytes; the kernel kills in the node above it
	EvictAbove int64   // bytes in use; the kubelet evicts above it. Less than Memory
	PIDs       int64   // processes and threads
	PodPIDs    int64   // of them, as many as one pod may have; 0: no limit of its own
}

const mib = 1 << 20

// The bounds of the place "capped". An idle worker has some 100 threads and 200 MiB
// in use, and takes a tenth of a core. The second one has no limit of PIDs per pod.
var capped = []Bound{
	{Node: "worker", CPUs: 1, Memory: 1536 * mib, EvictAbove: gib, PIDs: 600, PodPIDs: 120},
	{Node: "worker2", CPUs: 1, Memory: 1536 * mib, EvictAbove: gib, PIDs: 600},
}

func bounded(p Place, bounds []Bound) Place {
	p.Bounds = bounds
	return p
}
