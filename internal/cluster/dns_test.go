package cluster

import (
	"bytes"
	"testing"
)

const kubeadmCorefile = `.:53 {
    errors
    ready
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
}
`

func TestForwardingIsTakenOut(t *testing.T) {
	want := ".:53 {\n    errors\n    ready\n    prometheus :9153\n    cache 30\n}\n"
	for _, corefile := range []string{kubeadmCorefile, want, // taken out already
		".:53 {\n    errors\n    ready\n    prometheus :9153\n    forward . /etc/resolv.conf\n    cache 30\n}\n"} {
		if got := forwardPlugin.ReplaceAllString(corefile, ""); got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
}

func TestDNSQuery(t *testing.T) {
	want := []byte("\x00\x18\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03foo\x02io\x00\x00\x01\x00\x01")
	if got := dnsQuery("foo.io"); !bytes.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := printfQuote([]byte("a\x00")); got != `\141\000` {
		t.Errorf("quoted %s", got)
	}
}
