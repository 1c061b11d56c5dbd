package load

import (
	"errors"
	"io"
	"net"
	"slices"
	"syscall"

	"github.com/seatrial/seatrial/internal/history"
)

// A stage is a part of a request's life.
type stage int

const (
	stageDial  stage = iota // resolving and connecting
	stageTLS                // shaking hands
	stageWrite              // sending the request
	stageHead               // waiting for the answer, and reading its head
	stageBody               // reading its body
)

// What the errors of the kernel mean. See connect(2), and for the routes
// ip-route(8): unreachable gives EHOSTUNREACH or ENETUNREACH, prohibit EACCES,
// blackhole EINVAL; EPERM is a local packet filter.
var (
	errUnreachable = []error{syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EACCES, syscall.EINVAL, syscall.EPERM}
	errNoPort      = []error{syscall.EADDRNOTAVAIL, syscall.EADDRINUSE}
	errExhausted   = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM}
	errBroken      = []error{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, io.EOF, io.ErrUnexpectedEOF}
)

// classify says what an error means, from the errno, the stage that it came in,
// and whether the answer had begun. A body that ends early but orderly is a wrong
// body; one that ends in a reset is a reset.
func classify(err error, at stage, began bool) history.Class {
	var dns *net.DNSError
	var foreign *NotLoopbackError
	switch {
	case errors.As(err, &dns):
		return classifyDNS(dns)
	case errors.As(err, &foreign):
		return history.ClassUnreachable
	case timedOut(err):
		return timeoutClass(at, began)
	case is(err, errNoPort):
		return history.ClassPorts
	case is(err, errExhausted):
		return history.ClassSaturated
	case errors.Is(err, syscall.ECONNREFUSED):
		return history.ClassRefused
	case is(err, errUnreachable):
		return history.ClassUnreachable
	case at == stageBody && errors.Is(err, io.ErrUnexpectedEOF):
		return history.ClassBody
	case is(err, errBroken) && began:
		return history.ClassResetMid
	case is(err, errBroken):
		return history.ClassReset
	case at == stageTLS:
		return history.ClassTLS
	}
	return history.ClassProtocol
}

// classifyDNS tells a name that does not exist from a resolver that did not answer us.
func classifyDNS(err *net.DNSError) history.Class {
	if err.IsNotFound {
		return history.ClassDNS
	}
	return history.ClassTesterDNS
}

func timeoutClass(at stage, began bool) history.Class {
	switch {
	case at == stageDial || at == stageTLS:
		return history.ClassTimeoutConnect
	case began:
		return history.ClassTimeoutBody
	}
	return history.ClassTimeoutFirst
}

func isTimeout(c history.Class) bool {
	return c == history.ClassTimeoutConnect || c == history.ClassTimeoutFirst || c == history.ClassTimeoutBody
}

func timedOut(err error) bool {
	var slow net.Error
	return errors.As(err, &slow) && slow.Timeout()
}

func is(err error, any []error) bool {
	return slices.ContainsFunc(any, func(one error) bool { return errors.Is(err, one) })
}
