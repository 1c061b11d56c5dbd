package faults

import (
	"time"

	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// All lists every fault as it comes, for people to look at. A new one is one
// line here. The planted ones of the canaries are left out: they are not for use.
func All() []Fault {
	return append(pressures(), []Fault{
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
		NodeKill(),
		NodeFreeze(),
		KubeletStop(),
		ContainerdStop(),
		NodePartition(),
		ZoneKill(),
		PodPartition("backend"),
		PacketLoss(20),
		DNSKill(),
		DNSNodeLost(),
		KubeProxyStop(),
		NodeTaint("seatrial.dev/closed"),
		NodeDrain(),
		NodeAdd(),
		SchedulerStop(),
		ControllerManagerStop(),
		APIServerStop(),
		EtcdStop(),
		EtcdKill(),
		WebhookOutage(WebhookIgnore, PodDelete(OnePod)),
		NodeUntaint("seatrial.dev/closed"),
		DiskFull(),
	}...)
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
		CrowdControlPlane(true, 15*time.Second),
	}
}
