package faults

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// labelNode sets a label of a node; an empty value takes it off.
func labelNode(ctx context.Context, client kubernetes.Interface, node, key, value string) error {
	said := fmt.Sprintf("%q", value)
	if value == "" {
		said = "null"
	}
	patch := fmt.Appendf(nil, `{"metadata":{"labels":{%q:%s}}}`, key, said)
	if _, err := client.CoreV1().Nodes().Patch(ctx, node, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		return fmt.Errorf("label node %s with %s=%s: %w", node, key, said, err)
	}
	return nil
}
