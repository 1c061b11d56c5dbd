package history

import "time"

// The sources of intervals. One source is one state machine per subject: at any
// time a subject is in at most one state of a source (sources of instants apart).
const (
	// SourcePod: subject pod name; states Pending, Running, Succeeded, Failed,
	// Terminating (deletionTimestamp set). Ends when the pod is gone.
	// Attrs: uid, node, owner ("ReplicaSet/web-7c"), hash (pod-template-hash), reason, grace.
	SourcePod = "pod"
	// SourceReady: subject pod name; states True, False (condition Ready). Attrs: uid, reason.
	SourceReady = "ready"
	// SourceContainer: subject pod/container; states waiting, running, terminated.
	// Attrs: uid (of the pod), restarts, containerID, reason, exitCode, lastReason, lastExitCode,
	// startedAt, finishedAt (RFC 3339, one-second resolution: Kubernetes' own).
	SourceContainer = "container"
	// SourceEndpoint: subject pod name; states ready, serving (terminating but still serving),
	// notready; ends when the address left all EndpointSlices of the service.
	// Attrs: uid, address, service.
	SourceEndpoint = "endpoint"
	// SourceNode: subject node name; states True, False, Unknown (condition Ready). Attrs: reason.
	SourceNode = "node"
	// SourceCondition: subject node/Type for the other conditions (DiskPressure); states True, False, Unknown.
	SourceCondition = "condition"
	// SourceTaint: subject node/key:effect; state present.
	SourceTaint = "taint"
	// SourceLease: subject node name; state the last renewal of the node's lease, by its own
	// clock (RFC 3339): each renewal begins an interval.
	SourceLease = "lease"
	// SourceDeployment: subject deployment/ConditionType (Progressing, Available); states True, False. Attrs: reason.
	SourceDeployment = "deployment"
	// SourceReplicas: subject "Deployment/web" or "ReplicaSet/web-7c"; state is "ready/desired".
	// Attrs: uid, desired, replicas, ready, available, updated, unavailable, revision, hash, generation, observed.
	SourceReplicas = "replicas"
	// SourceEvent: subject involvedObject "Pod/web-7c-abc"; instants; state is the reason (Killing,
	// Unhealthy). For people only: Event objects are rate-limited and aggregated. Attrs: message, count.
	SourceEvent = "event"
	// SourceRuntime: subject node; instants from the node's container runtime; states create, start, exit, oom, delete
	// of a container, RuntimeImage of an image name. Attrs: containerID, pod, container, exitCode; image.
	SourceRuntime = "runtime"
	// SourceRoute: subject node; instants at which its kernel was told where to send the connections to a
	// Service; state the addresses, "10.244.1.5 10.244.2.6", "" for none. Attrs: service ("shop/web/tcp/http").
	SourceRoute = "route"
	// SourceKernel: instants from the log of the kernel that the nodes share with us; state KernelOOM:
	// it killed a container for its memory. Attrs: uid (the pod's), containerID.
	SourceKernel = "kernel"
	KernelOOM    = "oom"
	// SourceApp: subject pod name; instants from the app's own log; states are the App constants.
	// Attrs: run (which start of the process in its pod, from 1), and what the state adds.
	SourceApp = "app"
	// SourceLoad: subject lane, or "" for all; gaps in which the generator itself stood still.
	SourceLoad = "load"
	// SourceCommand: subject the command line that somebody gave in the trial ("kubectl rollout
	// status deployment/web"); state its exit code, from its start to its end; detail its output.
	SourceCommand = "command"
	// SourceWrite: subject the name of an object that a fault itself wrote; state StateAcknowledged,
	// from when it was sent to when the API server said that it is written.
	SourceWrite       = "write"
	StateAcknowledged = "acknowledged"
	// SourcePackets: subject pod or node name; instants: the node's kernel has counted packets of it that it
	// dropped, state StateDropped, or had wait, StateLate; or an answer was late. Attrs: percent (that it was
	// to drop), count, ms (that the answer took).
	SourcePackets = "packets"
	StateDropped  = "dropped"
	StateLate     = "late"
	// SourceAPI: subject what the API server was asked ("list pods, 17": answers may overlap), from when it was due to when it was
	// answered; states StateAnswered, StateRefused (an error, or no answer in time).
	SourceAPI     = "api"
	StateAnswered = "answered"
	StateRefused  = "refused"
	// SourceDisk: subject node name; what an image took of the disk of its runtime, StateNewDisk, and of the
	// one that was its disk before, StateOldDisk. Attrs: bytes (that are free no longer), count (bytes of the image).
	SourceDisk   = "disk"
	StateOldDisk = "old"
	StateNewDisk = "new"
	// SourceCPU: subject pod name; what the kernel counted of the processor time of its container,
	// state StateBurning. Attrs: ms (of processor time), periods, throttled (scheduling periods).
	SourceCPU    = "cpu"
	StateBurning = "burning"
	// SourceWebhook: subject the name of an admission webhook; from when somebody began to look until the API
	// server had counted calls of it that failed: StateFailedOpen, it went on without an answer; StateRefused,
	// it refused for want of one. Attrs: count.
	SourceWebhook   = "webhook"
	StateFailedOpen = "failed-open"
	// SourceDNS: subject a pod of the cluster's DNS; state StateKilled, from before its process was killed until
	// that was done. Attrs: node, restarts (before).
	SourceDNS   = "dns"
	StateKilled = "killed"
	// SourceWitness: a quiet app beside the trial, loaded like it, to which nothing is done; subject its
	// lane; instants: a request of it that failed, the state being its class. Where it was asked
	// is said once, subject "", state StateAsked. Attrs of that: requests.
	SourceWitness = "witness"
	StateAsked    = "asked"
	// SourceService: subject service name; state is its selector, "app=web,color=blue". Attrs: uid.
	SourceService = "service"
	// SourceConfig: subject ConfigMap name; state is a digest of its data. Attrs: uid.
	SourceConfig = "config"
)

// The states of SourceApp: what the app wrote into its own log.
const (
	AppStart    = "start"    // process began. Attrs: version, pid
	AppListen   = "listen"   // listening. Attrs: port
	AppReady    = "ready"    // boot done, able to serve
	AppProbe    = "probe"    // a probe request arrived. Attrs: path, code, ms, kind, header; see probe.go
	AppStuck    = "stuck"    // handlers wait for a lock for ever, from now on
	AppSIGTERM  = "sigterm"  // SIGTERM arrived. Attrs: inflight
	AppExit     = "exit"     // about to exit. Attrs: code, inflight
	AppKnob     = "knob"     // an admin knob was turned. Attrs: knob, value
	AppAllocate = "allocate" // memory allocated so far. Attrs: bytes
	AppFill     = "fill"     // what a knob had it write so far, to the container's own layer. Attrs: bytes
	AppFork     = "fork"     // children that a knob had it start so far. Attrs: count, cause (why the next one was refused, said once)
	AppSpoilt   = "spoilt"   // the first business answer that a knob spoilt. Attrs: path, code, cause (status, truncated)
)

// The reasons of SourcePod that say that a kubelet evicted the pod: its own, and, where its containers
// ended well when they were told to, that of the condition DisruptionTarget.
const (
	ReasonEvicted   = "Evicted"
	ReasonByKubelet = "TerminationByKubelet"
)

// RuntimeImage is the state of SourceRuntime that says that an image name was given content, other content
// than before it may be.
const RuntimeImage = "image"

// Names of attributes that several sources share.
const (
	AttrUID         = "uid"
	AttrNode        = "node"
	AttrOwner       = "owner"
	AttrHash        = "hash"
	AttrReason      = "reason"
	AttrRestarts    = "restarts"
	AttrContainerID = "containerID"
	AttrExitCode    = "exitCode"
	AttrLastReason  = "lastReason"
	AttrLastExit    = "lastExitCode"
	AttrAddress     = "address"
	AttrService     = "service"
	AttrDesired     = "desired"
	AttrReplicas    = "replicas"
	AttrReadyCount  = "ready"
	AttrAvailable   = "available"
	AttrUpdated     = "updated"
	AttrUnavailable = "unavailable"
	AttrRevision    = "revision"
	AttrVersion     = "version"
	AttrStrategy    = "strategy" // of a Deployment, as its spec says it: "1/0", "25%/25%" (maxSurge/maxUnavailable) or "Recreate"
	AttrPod         = "pod"
	AttrContainer   = "container"
	AttrImage       = "image"
	AttrMessage     = "message"
	AttrPercent     = "percent"
	AttrCount       = "count"
	AttrPeriods     = "periods"
	AttrThrottled   = "throttled"
	AttrCause       = "cause"
	AttrRun         = "run"
	AttrPath        = "path"
	AttrCode        = "code"
	AttrInflight    = "inflight"
	AttrRequests    = "requests"
	AttrStartedAt   = "startedAt"
	AttrFinishedAt  = "finishedAt"
)

// Lanes of the meter.
const (
	LaneFresh  = "fresh"  // a connection per request
	LaneReused = "reused" // pinned connections, round robin
	LaneNamed  = "named"  // a connection per request; the app looks a name up to answer it
)

// SourceResidue is the comparison of the cluster before and after a trial:
// instants; subject is what differs ("node/worker2/label/x"), state StateLeft,
// detail how. State StateUnseen says of a part of it ("node/worker2") that it could not be
// looked into, detail why. One instant with subject "" and state StateCompared says that the
// comparison was made at all.
const (
	SourceResidue = "residue"
	StateLeft     = "left"
	StateUnseen   = "unseen"
	StateCompared = "compared"
)

// SourceSaved says which logs were kept beside the record, in the folder "logs":
// instants; subject "pod/container", state StateWhole or StatePart, detail the
// file's name. Attrs: uid (of the pod), restarts (0: the container's first start), bytes.
const (
	SourceSaved = "saved"
	StateWhole  = "whole" // to the log's end, or to the end of the trial
	StatePart   = "part"  // it could not be had to its end
	AttrBytes   = "bytes"
)

// The ways in, of LanePlan.Via.
const (
	ViaNetNS      = "cluster-netns" // from a node's network namespace, nothing in between
	ViaPod        = "pod-netns"     // from a pod's network namespace, as that pod would
	ViaMappedPort = "mapped-port"   // through the container engine's proxy on 127.0.0.1
	ViaAgent      = "agent"         // from a pod, as any other pod would
)

// Names of Meta.Notes.
const (
	NoteError     = "error"     // why the trial ended before its time
	NoteUndo      = "undo"      // what went wrong when undoing
	NoteSensors   = "sensors"   // what could not be observed from the start, and why
	NoteAssumed   = "assumed"   // which settings are taken for granted
	NoteObservers = "observers" // which observers died, and why
	NoteReplay    = "replay"    // the command line that repeats the trial
	NoteClock     = "clock"     // how wrong the instants of the load may be, "1.2ms": it was sent by another machine's clock
)

// RouteSlack is how much earlier than an endpoint's interval, whose news may have taken that
// long to arrive here, a node's routes may have followed it.
const RouteSlack = 100 * time.Millisecond
