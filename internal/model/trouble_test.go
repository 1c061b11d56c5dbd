package model_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/model"
)

func TestNotices(t *testing.T) {
	c := &corev1.Container{Env: []corev1.EnvVar{{Name: "READY_FILE", Value: "/tmp/ready"}}}
	get := func(path string) *corev1.Probe {
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path}}}
	}
	tcp := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{}}}
	grpc := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{GRPC: &corev1.GRPCAction{}}}
	exec := func(file string) *corev1.Probe {
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"/web", "exists", file}}}}
	}
	const no = model.Failing(-1)
	for _, tt := range []struct {
		name  string
		probe *corev1.Probe
		what  model.Trouble
		want  model.Failing
	}{
		{"no probe", nil, model.Trouble{What: "stuck"}, no},
		{"deadlock by GET", get("/live"), model.Trouble{What: "stuck"}, model.Hanging},
		{"deadlock by TCP", tcp, model.Trouble{What: "stuck"}, no},
		{"deadlock by exec", exec("/tmp/ready"), model.Trouble{What: "stuck"}, no},
		{"deadlock by gRPC", grpc, model.Trouble{What: "stuck"}, model.Hanging},
		{"hang by gRPC", grpc, model.Trouble{What: "hang", Value: "1h"}, model.Hanging},
		{"out of memory, by GET", get("/live"), model.Trouble{What: "catch-oom", Value: "0"}, model.AtOnce},
		{"out of memory, by gRPC", grpc, model.Trouble{What: "catch-oom", Value: "0"}, model.AtOnce},
		{"out of memory, by TCP", tcp, model.Trouble{What: "catch-oom", Value: "0"}, no},
		{"404 on /live", get("/live"), model.Trouble{What: "live-code", Value: "404"}, model.AtOnce},
		{"302 on /live", get("/live"), model.Trouble{What: "live-code", Value: "302"}, no},
		{"500 on /healthz", get("/healthz"), model.Trouble{What: "live-code", Value: "500"}, model.AtOnce},
		{"404 on /live by readiness", get("/ready"), model.Trouble{What: "live-code", Value: "404"}, no},
		{"503 on /ready", get("/ready"), model.Trouble{What: "ready-code", Value: "503"}, model.AtOnce},
		{"unready", get("/ready"), model.Trouble{What: "unready", Value: "1h"}, model.AtOnce},
		{"unready no more", get("/ready"), model.Trouble{What: "unready", Value: "0s"}, no},
		{"business fails", get("/"), model.Trouble{What: "fail-business", Value: "true"}, model.AtOnce},
		{"business fails, asked on /live", get("/live"), model.Trouble{What: "fail-business", Value: "true"}, no},
		{"business is well again", get("/"), model.Trouble{What: "fail-business", Value: "false"}, no},
		{"file gone", exec("/tmp/ready"), model.Trouble{What: "ready-file", Value: "false"}, model.AtOnce},
		{"file hangs", exec("/tmp/ready"), model.Trouble{What: "ready-file", Value: "1h"}, model.Hanging},
		{"file back", exec("/tmp/ready"), model.Trouble{What: "ready-file", Value: "true"}, no},
		{"another file", exec("/tmp/x"), model.Trouble{What: "ready-file", Value: "false"}, no},
		{"file gone, by GET", get("/ready-file"), model.Trouble{What: "ready-file", Value: "false"}, model.AtOnce},
		{"port shut, by TCP", tcp, model.Trouble{What: "port", Value: "shut"}, model.AtOnce},
		{"port jammed, by TCP", tcp, model.Trouble{What: "port", Value: "jam"}, model.Hanging},
		{"port jammed, by GET", get("/live"), model.Trouble{What: "port", Value: "jam"}, model.Hanging},
		{"port shut, by gRPC", grpc, model.Trouble{What: "port", Value: "shut"}, no},
		{"not serving", grpc, model.Trouble{What: "serving", Value: "false"}, model.AtOnce},
		{"serving again", grpc, model.Trouble{What: "serving", Value: "true"}, no},
		{"another version", get("/live"), model.Trouble{What: "version", Value: "v2"}, no},
	} {
		how, notices := model.Notices(tt.probe, c, tt.what)
		if notices != (tt.want != no) || notices && how != tt.want {
			t.Errorf("%s: %v, %v, want %v", tt.name, how, notices, tt.want)
		}
	}
}

func TestTroubleLasts(t *testing.T) {
	for what, want := range map[model.Trouble]time.Duration{
		{What: "hang", Value: "9s"}: 9 * s, {What: "unready", Value: "0s"}: 0, {What: "stuck"}: model.Forever, {What: "port", Value: "shut"}: model.Forever,
	} {
		if got := what.Lasts(); got != want {
			t.Errorf("%v: %s, want %s", what, got, want)
		}
	}
}
