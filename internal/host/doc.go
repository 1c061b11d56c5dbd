// Package host knows what this machine can do and makes it able where that is
// allowed: Docker found or installed, privileged containers tried for real, and
// the facts that clusters need to run here (cgroup version, missing
// capabilities).
//
// A Docker daemon that answers is the user's: it is used as it is and never
// reconfigured. Whatever cannot be done comes back as an error or a Finding with
// a fix that can be pasted.
package host
