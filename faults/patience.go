package faults

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
)

// apiPatience is how long an API server that cannot be reached is given: it may
// just be starting, with the machine that it was stopped with.
const apiPatience = 30 * time.Second

// patience shares that time between all steps of one cluster: a dead run leaves dozens of
// them, and where the server is gone each would wait in vain. The zero value is ready.
type patience struct {
	mu    sync.Mutex
	spent map[string]span // by cluster
}

// A span is from when until when a server was not reached.
type span struct{ from, to time.Time }

// patiently acts again while the API server is not there: until its patience is spent, and
// once at least. What the server answers, an error of its own included, is final.
func (p *patience) patiently(ctx context.Context, args map[string]string, act func() error) error {
	of, began := cmp.Or(args["cluster"], args["kubeconfig"]), time.Now()
	var last error
	_ = wait.PollUntilContextTimeout(ctx, time.Second, p.left(of), true, func(context.Context) (bool, error) {
		last = act()
		return last == nil || !unreachable(last), nil
	})
	if last != nil && unreachable(last) {
		p.missed(of, began)
	} else {
		p.renew(of)
	}
	return last
}

// left is how long a server that is not reached now is still waited for.
func (p *patience) left(of string) time.Duration {
	return time.Until(p.since(of, time.Now()).Add(apiPatience))
}

// since is when a server that is not reached now was missed first. A miss long ago says
// nothing: it may have been there meanwhile.
func (p *patience) since(of string, now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, known := p.spent[of]; known && now.Sub(s.to) < apiPatience {
		return s.from
	}
	return now
}

func (p *patience) missed(of string, began time.Time) {
	from := p.since(of, began)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spent == nil {
		p.spent = map[string]span{}
	}
	p.spent[of] = span{from, time.Now()}
}

// renew gives a cluster its patience again: its server answered, or a machine of it was
// brought back that may be the server's.
func (p *patience) renew(of string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.spent, of)
}

// unreachable reports whether an error is none that the API server gave, or says
// that it is not itself yet, or that its etcd does not answer.
func unreachable(err error) bool {
	var answered apierrors.APIStatus
	return !errors.As(err, &answered) || apierrors.IsServiceUnavailable(err) || apierrors.IsTimeout(err)
}
