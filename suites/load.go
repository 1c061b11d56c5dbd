package suites

import "time"

// Steady drives the same number of requests per second at the app on each lane.
func Steady(rate int) Load { return Load{Rate: rate, Timeout: 900 * time.Millisecond, Path: "/"} }

// NoLoad drives nothing: the question is not about traffic.
func NoLoad() Load { return Load{} }
