// Package load is the meter: it drives requests at a target on a schedule of
// its own and says of each one how it went.
//
// # What is measured
//
// Load is open loop. Slot i of a lane is due at the lane's start + i/rate,
// whatever became of the slots before it, and its latency and its time-out count
// from that due instant. Lanes are shifted against each other, so that two lanes
// of 500/s send every millisecond and not two at a time.
//
//	lane "fresh"   |    |    |    |    |     a connection per request
//	lane "reused"    |    |    |    |    |   n pinned connections, round robin
//
// A lane without Connections opens one per request, and closes it first, after
// the whole answer, with linger 0: no TIME_WAIT is left on either side and no
// `Connection: close` is sent (a server that closes first keeps TIME_WAIT, and
// behind a masquerade that costs a SYN now and then). A lane with Connections
// keeps that many, used in turn; Go's idle pool would use the last one first.
//
// # How vegeta is used
//
// vegeta's Attacker does the hits: one attack per lane, its workers, its growth
// of workers under slow answers. Two of its parts are our own, through the places
// that it has for them. The Pacer waits by itself on a kernel timer, because the
// attacker's time.Sleep ends up in epoll_wait, which counts in milliseconds. The
// http.Client's RoundTripper speaks HTTP/1.1 on connections of our own, because
// net/http retries broken idle connections unseen, and vegeta stamps a request
// only when a worker has picked it up.
//
// # Honesty about itself
//
// Every part of the meter that runs notes that it does. When none did for
// 18 ms, the generator stood still (garbage collection, scheduler, SIGSTOP): that
// span is a gap in the record. A slot that is more than 10 ms overdue is skipped,
// never sent in a burst. Of what was in flight across a stall only silence counts
// as a failure, and only after the target has had its whole time-out while we ran.
package load
