package model

import "time"

const (
	// synRetry is how long TCP waits for the answer to a first SYN (net/ipv4
	// TCP_TIMEOUT_INIT; RFC 6298, 2.1): a time-out below it never sees a second one.
	synRetry = time.Second
	// LateAnswer is how late an answer is, at least, of which a packet was lost: TCP waits
	// 200 ms before it sends again (net/ipv4 TCP_RTO_MIN), and a machine's own delay is
	// far below.
	LateAnswer = 150 * time.Millisecond
)

// PacketLoss is the least and the most of n slots that fail on new connections while
// each packet is lost with probability p, and of those that fail or come late on open ones,
// but for a chance of 1e-7 each. A new connection fails when its SYN or the answer to that is lost, the
// time-out being below the second that TCP waits; an open one is late when the request
// or its answer is. What more may go wrong is at most as likely as the loss of one of four packets.
//
//	n 600, p 0.05: 24..165
func PacketLoss(n int, p float64) (least, most int) {
	sure, at := 1-(1-p)*(1-p), 1-(1-p)*(1-p)*(1-p)*(1-p)
	least, _ = Binomial(n, sure)
	_, most = Binomial(n, at)
	return least, most
}

// SeesSYNLoss reports whether a lane's time-out ends before TCP sends a lost SYN again.
func SeesSYNLoss(timeout time.Duration) bool { return timeout < synRetry }
