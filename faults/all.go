package faults

import (
	"slices"
	"time"

	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// All lists every fault as it comes, for people to look at. A new one is one
// line here. The planted ones of the canaries are left out: they are not for use.
func All() []Fault {
	return slices.Concat(pressures(), apps(), rollouts(), nodes(), networks(), controlPlanes())
}

// apps are those that befall pods and what runs in them.
func apps() []Fault {
	return []Fault{
		CreatePods(),
		PodDelete(OnePod),
		PodDeleteAll(),
		Evict(OnePod),
		Relabel(workloads.LabelComponent, "debug", OnePod),
		Adopt(),
		ContainerKill{},
		Exit(1, OnePod),
		CrashAtStart(1, OnePod),
		Leak("2Mi", OnePod),
		HeapExhausted(OnePod),
		OOM(OnePod),
		Deadlock(OnePod),
		LiveCodes(404),
		ReadinessFile(OnePod),
		InfiniteLoop(OnePod),
		Unready(OnePod),
		FailBusiness(OnePod),
		Hang(OnePod, 10*time.Second),
		SlowStart(OnePod, 10*time.Second),
		ErrorRate(OnePod, 0.01),
		Truncate(OnePod),
		IgnoreSIGTERM(OnePod),
		Flood(AllPods, time.Second),
		Troubles(Deadlocked),
		DependencyDown("backend"),
	}
}

// rollouts are changes to what runs, good ones and bad ones.
func rollouts() []Fault {
	return []Fault{
		Update(web.Version("v2")),
		SecondUpdate{},
		Switch{},
		BadImage(),
		BadVersion(web.Version("v2")),
		CrashLoopVersion(),
		StuckReadiness(),
		Quota(),
		LimitRange(),
		Permission(),
		Misconfig(),
		Canary{},
		ReplaceByHand(),
		Pause(),
		Resume(),
		Edit(web.Version("v2")),
		Scale(5),
		Restart(),
		ToRevision(1),
		OutOfMemory(),
		ConfigChange(),
		SameTag("v1", "v2"),
	}
}

// nodes are those that befall a node whole.
func nodes() []Fault {
	return []Fault{
		NodeKill(),
		NodeFreeze(),
		KubeletStop(),
		ContainerdStop(nil),
		NodeReboot(),
		NodeCordon(),
		NodeFlap(2),
		NodePartition(),
		NodePartitionFromControlPlane(),
		NodePartitionFromPeers(),
		ZoneKill(),
		NodeTaint("seatrial.dev/closed"),
		NodeDrain(),
		NodeAdd(),
		NodeUntaint("seatrial.dev/closed"),
	}
}

// networks are those that befall the ways between pods.
func networks() []Fault {
	return []Fault{
		PodPartition("backend"),
		PacketLoss(20),
		Latency(100 * time.Millisecond),
		Bandwidth(16),
		DNSKill(),
		DNSNodeLost(),
		KubeProxyStop(),
	}
}

// controlPlanes are those that befall the control plane, or what it calls.
func controlPlanes() []Fault {
	return []Fault{
		SchedulerStop(),
		ControllerManagerStop(),
		APIServerStop(),
		EtcdStop(),
		EtcdKill(),
		WebhookOutage(WebhookIgnore, PodDelete(OnePod)),
		WebhookSlow(WebhookIgnore, PodDelete(OnePod)),
	}
}

// pressures are those that have a node run out of something.
func pressures() []Fault {
	return []Fault{
		CPUHog(web.Hog),
		BatchJob(web.ForLabel, web.ForBatch),
		MemoryHog(web.Hog),
		NodeMemory(128 << 20),
		ForkBomb(web.Hog),
		DiskHog(web.Hog, "40Mi"),
		ImageBloat(true),
		BiggerDisk(),
		DiskFull(),
		ImageDiskFull(),
		InodesFull(),
		CrowdControlPlane(true, 15*time.Second),
	}
}
