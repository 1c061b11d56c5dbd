package main

import (
	"io"
	"net/http"
)

// The gRPC health checking protocol, as far as a probe needs it
// (github.com/grpc/grpc/blob/master/doc/health-checking.md): one call, Check, over
// HTTP/2 without encryption, messages with a prefix of five bytes
// (doc/PROTOCOL-HTTP2.md).
const (
	healthCheck   = "/grpc.health.v1.Health/Check"
	serving       = "SERVING"     // HealthCheckResponse.ServingStatus 1
	notServing    = "NOT_SERVING" // 2
	unimplemented = "12"          // the gRPC status of a call that there is not
	statusHeader  = "Grpc-Status"
)

// healthServer answers gRPC health checks. Like every handler it waits for the
// handlers' lock.
func (a *app) healthServer() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{Handler: a.health(), Protocols: protocols} //nolint:gosec // nobody attacks it but us
}

func (a *app) health() http.Handler {
	return a.watched(func(w http.ResponseWriter, r *http.Request) {
		if !a.enter(r.Context(), nil) {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 1<<16)) // whatever service it names: there is one
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Trailer", statusHeader)
		if r.URL.Path != healthCheck {
			w.WriteHeader(http.StatusOK)
			w.Header().Set(statusHeader, unimplemented)
			return
		}
		s, _ := a.look()
		said, number := serving, byte(1)
		if s.NotServing || s.OutOfMemory {
			said, number = notServing, 2
		}
		if seen, ok := w.(*recorder); ok {
			seen.health = said
		}
		w.WriteHeader(http.StatusOK)
		// Not compressed, two bytes long: field 1, a varint.
		_, _ = w.Write([]byte{0, 0, 0, 0, 2, 1 << 3, number})
		w.Header().Set(statusHeader, "0")
	})
}
