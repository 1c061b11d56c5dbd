// Package agent is the meter inside a cluster: pods that load a service from where
// its users in the cluster are, by its ClusterIP or its DNS name.
//
// An agent is this same program in a pod. It does one measurement at a time and
// keeps all that it measured until the next one, so that nothing is lost
// while the API server, through which it is reached, is away:
//
//	driver ── API server's pod proxy ──> agent ──> its own meter process ──> service
//	   GET /clock     what the agent's monotonic clock says
//	   POST /start    a plan
//	   GET /frames    what was measured, from a number on, as it comes
//	   POST /stop     send nothing more
//
// # Clocks
//
// Pods on one machine share its monotonic clock, pods on others do not. The driver
// asks for the agent's clock a few times and keeps the quickest answer: the clock
// was read between question and answer, so that it is known to half of what that
// took. The plan's origin is given in the agent's own clock; all offsets that come
// back count from the driver's start, and are off by at most that error.
package agent
