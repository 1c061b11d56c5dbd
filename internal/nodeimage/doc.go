// Package nodeimage provides the image that a cluster's nodes run, for a given
// Kubernetes version: kind's own where a registry answers, else the same thing
// built from source by kind's own builder, out of Go modules and Debian packages
// only.
//
// Everything built is kept under a digest of what it was built from, so that an
// interrupted build goes on where it stopped and an unchanged one takes no time.
//
//	recipes (module, version, flags) ── go build ──┐
//	Debian packages ── debootstrap ── rootfs ──────┼─ base image ─┐
//	kind's base files ─────────────────────────────┘              ├─ kind build node-image ── node image
//	images of the control plane, DNS, storage ── docker archives ─┘
package nodeimage
