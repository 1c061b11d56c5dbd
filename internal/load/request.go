package load

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// request builds the request that every slot sends.
func (p Plan) request() (*http.Request, error) {
	p = p.withDefaults()
	var body io.Reader
	if len(p.Body) > 0 {
		body = bytes.NewReader(p.Body)
	}
	req, err := http.NewRequest(p.Method, p.URL, body)
	if err != nil {
		return nil, fmt.Errorf("URL %q is not http://HOST/ or https://HOST/: %w", p.URL, err)
	}
	if req.URL.Scheme != "http" && req.URL.Scheme != "https" || req.URL.Hostname() == "" {
		return nil, fmt.Errorf("URL %q is not http://HOST/ or https://HOST/", p.URL)
	}
	req.Header.Set("User-Agent", "seatrial")
	for name, values := range p.Header {
		req.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	return req, nil
}

// render returns the request as the bytes that go over the wire.
func (p Plan) render() (*http.Request, []byte, error) {
	req, err := p.request()
	if err != nil {
		return nil, nil, err
	}
	var wire bytes.Buffer
	if err := req.Write(&wire); err != nil {
		return nil, nil, fmt.Errorf("render request for %q: %w", p.URL, err)
	}
	return req, wire.Bytes(), nil
}
