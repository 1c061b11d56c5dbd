package access

import (
	"bytes"
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/seatrial/seatrial/faults"
)

// A Subject is the service account that is to have rights.
type Subject struct{ Namespace, Name string }

// An Object is one of the objects that give rights, with its kind.
type Object any

// Roles are the objects that give the subject the rights, under one name: a
// ClusterRole with its binding, and for each namespace that is named a Role with its own.
//
// The namespaces of trials are made by Seatrial and have other names each time: rights
// in them cannot be given before they are there, except in all namespaces.
func Roles(name string, to Subject, rights []faults.Right) []Object {
	byNamespace := map[string][]faults.Right{}
	for _, r := range All(rights) {
		at := r.Namespace
		if at == faults.Trial {
			at = faults.Everywhere
		}
		byNamespace[at] = append(byNamespace[at], r)
	}
	subjects := []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: to.Name, Namespace: to.Namespace}}
	var all []Object
	for _, namespace := range sorted(byNamespace) {
		rules := rules(byNamespace[namespace])
		meta := metav1.ObjectMeta{Name: name}
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
		if namespace == faults.Everywhere {
			all = append(all,
				&rbacv1.ClusterRole{TypeMeta: typed("ClusterRole"), ObjectMeta: meta, Rules: rules},
				&rbacv1.ClusterRoleBinding{TypeMeta: typed("ClusterRoleBinding"), ObjectMeta: meta, Subjects: subjects, RoleRef: ref})
			continue
		}
		meta.Namespace, ref.Kind = namespace, "Role"
		all = append(all,
			&rbacv1.Role{TypeMeta: typed("Role"), ObjectMeta: meta, Rules: rules},
			&rbacv1.RoleBinding{TypeMeta: typed("RoleBinding"), ObjectMeta: meta, Subjects: subjects, RoleRef: ref})
	}
	return all
}

func typed(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{Kind: kind, APIVersion: rbacv1.SchemeGroupVersion.String()}
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// rules puts rights together that differ in their verb only, and then those that
// differ in their resource only.
func rules(rights []faults.Right) []rbacv1.PolicyRule {
	var byResource, all []rbacv1.PolicyRule
	merge := func(into *[]rbacv1.PolicyRule, r rbacv1.PolicyRule, same func(a, b rbacv1.PolicyRule) bool, join func(*rbacv1.PolicyRule)) {
		n := slices.IndexFunc(*into, func(o rbacv1.PolicyRule) bool { return slices.Equal(o.APIGroups, r.APIGroups) && same(o, r) })
		if n < 0 {
			*into = append(*into, r)
			return
		}
		join(&(*into)[n])
	}
	var urls []rbacv1.PolicyRule
	for _, r := range All(unplaced(rights)) {
		if r.URL != "" {
			urls = append(urls, rbacv1.PolicyRule{NonResourceURLs: []string{r.URL}, Verbs: []string{r.Verb}})
			continue
		}
		one := rbacv1.PolicyRule{APIGroups: []string{r.Group}, Resources: []string{r.Resource}, Verbs: []string{r.Verb}}
		merge(&byResource, one, func(a, b rbacv1.PolicyRule) bool { return slices.Equal(a.Resources, b.Resources) },
			func(o *rbacv1.PolicyRule) { o.Verbs = append(o.Verbs, r.Verb) })
	}
	for _, r := range byResource {
		merge(&all, r, func(a, b rbacv1.PolicyRule) bool { return slices.Equal(a.Verbs, b.Verbs) },
			func(o *rbacv1.PolicyRule) { o.Resources = append(o.Resources, r.Resources...) })
	}
	return append(all, urls...)
}

// unplaced leaves out where rights are needed: the role says it.
func unplaced(rights []faults.Right) []faults.Right { return faults.In("", rights) }

// List is the objects as kubectl takes them in one piece of JSON.
func List(objects []Object) map[string]any {
	return map[string]any{"apiVersion": "v1", "kind": "List", "items": objects}
}

// YAML prints the objects, one document each.
func YAML(objects []Object) ([]byte, error) {
	var b bytes.Buffer
	for n, o := range objects {
		text, err := yaml.Marshal(o)
		if err != nil {
			return nil, fmt.Errorf("encode the roles: %w", err)
		}
		if n > 0 {
			b.WriteString("---\n")
		}
		b.Write(text)
	}
	return b.Bytes(), nil
}
