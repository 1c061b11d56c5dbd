package observe

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/history"
)

// What `nft monitor` printed when a Service had its endpoints made, one taken away, and
// the last.
const monitored = `add table ip kube-proxy
add chain ip kube-proxy service-ULMVA6XW-shop/web/tcp/http
# new generation 2 by process 11504 (nft)
add rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http ip daddr 10.96.1.2 tcp dport 80 ip saddr != 10.244.0.0/16 meta mark set 0x00004000
add rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.2.6 . 8080, 1 : 10.244.1.5 . 8080 }
# new generation 3 by process 11514 (nft)
delete rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http handle 2
delete rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http handle 4
delete set ip kube-proxy __map0
add rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http meta l4proto tcp dnat to 10.244.1.5:8080
# new generation 4 by process 11526 (nft)
add table ip seatrial-mark-1
# new generation 5 by process 11543 (nft)
delete rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http handle 7
# new generation 6 by process 11549 (nft)
add rule ip kube-proxy service-5OJB2KTY-shop/sticky/tcp/ ip saddr @affinity-5OGUFUGG-shop/sticky/tcp/__10.244.1.5/8080 goto endpoint-5OGUFUGG-shop/sticky/tcp/__10.244.1.5/8080
add rule ip kube-proxy service-5OJB2KTY-shop/sticky/tcp/ numgen random mod 2 vmap { 0 : goto endpoint-5OGUFUGG-shop/sticky/tcp/__10.244.1.5/8080, 1 : goto endpoint-GTK6MW7G-shop/sticky/tcp/__10.244.3.5/8080 }
add rule ip seatrial service-ULMVA6XW-shop/web/tcp/http counter
add rule ip6 kube-proxy service-ULMVA6XW-shop/web/tcp/http meta l4proto tcp dnat to [fd00:10:244::5]:8080
# new generation 7 by process 11600 (nft)
add rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http meta l4proto tcp dnat to 10.244.2.7:8080
# new generation 8 by process 11602 (nft)
`

func TestRoutes(t *testing.T) {
	take := Routes.read("cp", history.StartClock())
	var got []string
	marks := ""
	for line := range strings.Lines(monitored) {
		seen, mark, err := take(strings.TrimSuffix(line, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range seen {
			if i.Subject != "cp" || i.Source != history.SourceRoute {
				t.Errorf("%+v", i)
			}
			got = append(got, i.Attrs[history.AttrService]+" -> "+i.State)
		}
		marks += mark + " "
	}
	want := []string{
		"shop/web/tcp/http -> 10.244.1.5 10.244.2.6", "shop/web/tcp/http -> 10.244.1.5", "shop/web/tcp/http -> ",
		"shop/sticky/tcp/ -> 10.244.1.5 10.244.3.5", "shop/web/tcp/http -> 10.244.2.7",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if strings.Fields(marks)[1] != "seatrial-mark-1" {
		t.Errorf("marks: %s", marks)
	}
	if _, _, err := take("# ERROR: We lost some netlink events!"); err == nil {
		t.Error("events were lost, and nobody was told")
	}
}

// The observer is up when its mark came back as a table, and sees what comes then.
func TestRoutesAreProvenByTheirMark(t *testing.T) {
	r, w := io.Pipe()
	stream := func(_ context.Context, _ string, command ...string) (io.ReadCloser, error) {
		switch {
		case command[0] == "kill":
			_ = w.Close()
		case command[2] == Routes.command:
			return struct {
				io.Reader
				io.Closer
			}{io.MultiReader(strings.NewReader("4711\n"), r), r}, nil
		case command[2] == Routes.mark:
			go func() {
				_, _ = io.WriteString(w, "add table ip "+command[4]+"\n# new generation 9 by process 1 (nft)\n")
			}()
		}
		return io.NopCloser(strings.NewReader("")), nil
	}
	rec := newRecorder()
	a := armed(t, rec, Routes.In(stream, "cp"))
	if _, err := io.WriteString(w, monitored); err != nil {
		t.Fatal(err)
	}
	stop(t, a)
	if got := len(rec.Snapshot()); got != 5 {
		t.Errorf("%d changes of routes, want 5: %+v", got, rec.Snapshot())
	}
	if gaps := rec.History().Gaps; len(gaps) > 0 {
		t.Errorf("gaps: %+v", gaps)
	}
}

func FuzzRoutes(f *testing.F) {
	for line := range strings.Lines(monitored) {
		f.Add(strings.TrimSuffix(line, "\n"))
	}
	f.Fuzz(func(t *testing.T, line string) {
		take := Routes.read("cp", history.StartClock())
		if _, _, err := take(line); err != nil {
			return
		}
		seen, _, _ := take("# new generation 1 by process 1 (nft)")
		for _, i := range seen {
			for address := range strings.FieldsSeq(i.State) {
				if strings.Count(address, ".") != 3 {
					t.Errorf("%q: address %q", line, address)
				}
			}
		}
	})
}
