package suites

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	kjson "sigs.k8s.io/json"

	"github.com/seatrial/seatrial/workloads"
)

// A patch is a strategic merge patch of one of an app's objects.
type patch struct {
	kind, name string // which object; without a name the only one of its kind
	text       []byte // JSON
	node       *yaml.Node
}

func newPatch(node *yaml.Node) (*patch, error) {
	var fields struct {
		Kind     string
		Metadata struct{ Name string }
	}
	var all map[string]any
	if err := errors.Join(node.Decode(&fields), node.Decode(&all)); err != nil {
		return nil, readable(err)
	}
	if fields.Kind == "" {
		return nil, fmt.Errorf("line %d: kind: says nothing; Deployment, say", node.Line)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", node.Line, err)
	}
	return &patch{fields.Kind, fields.Metadata.Name, text, node}, nil
}

// apply changes the object that the patch is for. An error says which line is wrong.
func (p *patch) apply(o *workloads.Objects) error {
	var there []string
	var found []workloads.Object
	for _, object := range o.All() {
		kind := object.GetObjectKind().GroupVersionKind().Kind
		there = append(there, kind+"/"+object.GetName())
		if kind == p.kind && (p.name == "" || object.GetName() == p.name) {
			found = append(found, object)
		}
	}
	if len(found) != 1 {
		return fmt.Errorf("line %d: %d objects are %s %s; the app has %s", p.node.Line, len(found), p.kind, p.name, strings.Join(there, ", "))
	}
	return p.change(found[0])
}

func (p *patch) change(object workloads.Object) error {
	if err := p.known(object); err != nil {
		return err
	}
	was, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("encode %s: %w", p.kind, err)
	}
	now, err := strategicpatch.StrategicMergePatch(was, p.text, object)
	if err != nil {
		return fmt.Errorf("line %d: %w", p.node.Line, err)
	}
	fresh := reflect.New(reflect.TypeOf(object).Elem())
	if err := json.Unmarshal(now, fresh.Interface()); err != nil {
		return fmt.Errorf("line %d: %w", p.node.Line, err)
	}
	changed := fresh.Interface().(workloads.Object)
	if changed.GetName() != object.GetName() || changed.GetNamespace() != object.GetNamespace() {
		return fmt.Errorf("line %d: %s would be called %q, in namespace %q; a patch changes what an object is like, not which it is",
			p.node.Line, p.kind, changed.GetName(), changed.GetNamespace())
	}
	reflect.ValueOf(object).Elem().Set(fresh.Elem())
	return nil
}

// known finds fields that the object's kind does not have, and values that they
// cannot have: a mistyped field would change nothing, and nobody would know.
func (p *patch) known(object workloads.Object) error {
	unknown, err := kjson.UnmarshalStrict(p.text, reflect.New(reflect.TypeOf(object).Elem()).Interface())
	if err != nil {
		return fmt.Errorf("line %d: %w", p.node.Line, err)
	}
	for _, err := range unknown {
		field := (kjson.FieldError)(nil)
		if !errors.As(err, &field) {
			return fmt.Errorf("line %d: %w", p.node.Line, err)
		}
		path := field.FieldPath()
		if strings.HasPrefix(path[strings.LastIndexByte(path, '.')+1:], "$") {
			continue // a directive of the patch: $patch, $retainKeys
		}
		return fmt.Errorf("line %d: %w", lineOf(p.node, path), err)
	}
	return nil
}

// lineOf is the line of the field of that path, or of as much of it as is found.
//
//	lineOf(node, "spec.containers[0].portz")
func lineOf(n *yaml.Node, path string) int {
	line := n.Line
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		if n, line = child(n, step, line); n == nil {
			break
		}
	}
	return line
}

func child(n *yaml.Node, step string, line int) (*yaml.Node, int) {
	if i, err := strconv.Atoi(step); err == nil && n.Kind == yaml.SequenceNode && i < len(n.Content) {
		return n.Content[i], n.Content[i].Line
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == step {
			return n.Content[i+1], n.Content[i].Line
		}
	}
	return nil, line
}
