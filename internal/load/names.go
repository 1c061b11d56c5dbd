package load

import (
	"encoding/json"
	"net/http"
)

// The headers by which an app names the pod and the version that answered.
const (
	HeaderPod     = "X-Pod"
	HeaderVersion = "X-Version"
)

// largestNames is how long a JSON body may be to be searched for names.
const largestNames = 64 << 10

// names says which pod and which version answered, in their own words: from the
// headers, else from the fields "pod" and "version" of a JSON object in the body.
func names(header http.Header, body []byte) (pod, version string) {
	pod, version = header.Get(HeaderPod), header.Get(HeaderVersion)
	if pod != "" || version != "" || len(body) == 0 || len(body) > largestNames || body[0] != '{' {
		return pod, version
	}
	var said struct {
		Pod     string `json:"pod"`
		Version string `json:"version"`
	}
	_ = json.Unmarshal(body, &said) // a body that is not what we look for names nobody
	return said.Pod, said.Version
}
