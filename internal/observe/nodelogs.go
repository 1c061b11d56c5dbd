package observe

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// SaveNodeLogs saves what the kubelet and the runtime of each node wrote into
// the journal since an instant, to dir/NODE.log, at most limit bytes each. A node
// that cannot be asked (it is switched off) is an error that names it; the
// others are saved all the same.
func SaveNodeLogs(ctx context.Context, stream NodeStream, nodes []string, since time.Time, dir string, limit int64) error {
	errs := make([]error, len(nodes))
	var running sync.WaitGroup
	for n, node := range nodes {
		running.Go(func() {
			out, err := stream(ctx, node, "journalctl", "--no-pager", "--output=short-precise",
				fmt.Sprintf("--since=@%d", since.Unix()), "--unit=kubelet", "--unit=containerd")
			if err == nil {
				err = writeLog(filepath.Join(dir, node+".log"), out, limit)
			}
			if err != nil {
				errs[n] = fmt.Errorf("save the journal of node %s: %w", node, err)
			}
		})
	}
	running.Wait()
	return errors.Join(errs...)
}
