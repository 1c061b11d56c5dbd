package suites

import "time"

// Steady drives the same number of requests per second at the app on each lane.
func Steady(rate int) Load { return Load{Rate: rate, Timeout: 900 * time.Millisecond, Path: "/"} }

// SteadyByName is Steady, and as much on a third lane that asks for a path on which the
// app looks a name up for every answer.
func SteadyByName(rate int, path string) Load {
	l := Steady(rate)
	l.Named = path
	return l
}

// SteadyFrom is Steady, sent from a pod of a component, as that pod would.
func SteadyFrom(component string, rate int) Load {
	l := Steady(rate)
	l.From = component
	return l
}

// NoLoad drives nothing: the question is not about traffic.
func NoLoad() Load { return Load{} }
