package faults

import (
	"context"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// labelled is one label as JSON; an empty value takes it off.
//
//	labelled("color", "green") == `{"color":"green"}`
//	labelled("color", "") == `{"color":null}`
func labelled(key, value string) string {
	one := map[string]*string{key: &value}
	if value == "" {
		one[key] = nil
	}
	text, _ := json.Marshal(one) // of strings
	return string(text)
}

// labelNode sets a label of a node; an empty value takes it off.
func labelNode(ctx context.Context, client kubernetes.Interface, node, key, value string) error {
	patch := []byte(`{"metadata":{"labels":` + labelled(key, value) + `}}`)
	if _, err := client.CoreV1().Nodes().Patch(ctx, node, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		return fmt.Errorf("label node %s with %s=%q: %w", node, key, value, err)
	}
	return nil
}
