package faulttest

import "encoding/json"

// Run has the node's runtime know a container of a pod that the API server need not know.
func (n *Nodes) Run(node, pod, id string) {
	n.world.mu.Lock()
	defer n.world.mu.Unlock()
	n.ran[node] = append(n.ran[node], map[string]any{"id": id, "labels": map[string]string{"io.kubernetes.pod.name": pod}})
}

// running is what crictl says of them.
func (n *Nodes) running(node string) (string, error) {
	n.world.mu.Lock()
	defer n.world.mu.Unlock()
	out, err := json.Marshal(map[string]any{"containers": n.ran[node]})
	return string(out), err
}
