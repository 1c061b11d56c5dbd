// Package measure is the downtime meter by itself: it loads a URL while a command
// runs, a deploy say, and tells the outages that came of it. It needs no cluster.
//
//	load    |······warm······|=== command ===|== settle ==|
//	outages                      └──┘   └┘
//
// The command is started when every lane has had a good answer, and not at all
// if none comes: a command that changes something while nobody measures would be
// an experiment thrown away. The load goes on for a while after the command, and
// then until no outage is open.
package measure
