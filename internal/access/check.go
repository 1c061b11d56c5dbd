package access

import (
	"context"
	"fmt"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/faults"
)

// A DeniedError says which rights are missing, and how to get them.
type DeniedError struct {
	Missing []faults.Right
	Trial   string // the namespace that was asked about for the rights in those of trials
	Command string // prints the roles that are needed
}

func (e *DeniedError) Error() string {
	var b strings.Builder
	b.WriteString("the cluster does not allow what is needed:")
	for _, r := range e.Missing {
		fmt.Fprintf(&b, "\n  %s", says(r, e.Trial))
	}
	fmt.Fprintf(&b, "\nthe roles that do are printed by\n  %s", e.Command)
	return b.String()
}

// says is a right in kubectl's words.
//
//	delete pods in namespace st-7f3a-inject-pod-delete
//	list deployments.apps in the whole cluster
func says(r faults.Right, trial string) string {
	what := r.Resource + r.URL
	if r.Group != "" {
		name, sub, divided := strings.Cut(r.Resource, "/")
		what = name + "." + r.Group
		if divided {
			what += "/" + sub
		}
	}
	switch r.Namespace {
	case faults.Trial:
		return fmt.Sprintf("%s %s in namespace %s", r.Verb, what, trial)
	case faults.Everywhere:
		return fmt.Sprintf("%s %s in the whole cluster", r.Verb, what)
	}
	return fmt.Sprintf("%s %s in namespace %s", r.Verb, what, r.Namespace)
}

// Check asks the API server whether we have each of the rights. trial names a
// namespace of ours, which need not be there yet; command is what prints the roles.
// What is missing is a DeniedError.
func Check(ctx context.Context, client kubernetes.Interface, rights []faults.Right, trial, command string) error {
	denied := &DeniedError{Trial: trial, Command: command}
	for _, r := range All(rights) {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: question(r, trial)}
		answer, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
		if err != nil {
			return fmt.Errorf("ask whether we may %s: %w", says(r, trial), err)
		}
		if !answer.Status.Allowed {
			denied.Missing = append(denied.Missing, r)
		}
	}
	if len(denied.Missing) > 0 {
		return denied
	}
	return nil
}

// question is the right as the API server is asked for it.
func question(r faults.Right, trial string) authorizationv1.SelfSubjectAccessReviewSpec {
	if r.URL != "" {
		return authorizationv1.SelfSubjectAccessReviewSpec{NonResourceAttributes: &authorizationv1.NonResourceAttributes{Verb: r.Verb, Path: r.URL}}
	}
	resource, sub, _ := strings.Cut(r.Resource, "/")
	at := r.Namespace
	switch at {
	case faults.Trial:
		at = trial
	case faults.Everywhere:
		at = ""
	}
	return authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
		Verb: r.Verb, Group: r.Group, Resource: resource, Subresource: sub, Namespace: at}}
}
