package kube

import "errors"

// Ports are the node ports that lead into the cluster from outside, each for one
// trial at a time.
type Ports chan int32

// NewPorts returns n node ports from first on.
func NewPorts(first, n int) Ports {
	p := make(Ports, n)
	for i := range n {
		p <- int32(first + i)
	}
	return p
}

func (p Ports) take() (int32, error) {
	select {
	case port := <-p:
		return port, nil
	default:
		return 0, errors.New("every node port that is mapped is taken: run fewer trials at once")
	}
}

func (p Ports) giveBack(port int32) {
	if port != 0 {
		p <- port
	}
}
