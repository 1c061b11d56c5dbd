package load

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// request builds the request that every slot sends.
func (p Plan) request() (*http.Request, error) {
	p = p.withDefaults()
	var body io.Reader
	if len(p.Body) > 0 {
		body = bytes.NewReader(p.Body)
	}
	if err := checkURL(p.URL); err != nil {
		return nil, err
	}
	req, err := http.NewRequest(p.Method, p.URL, body)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("User-Agent", "seatrial")
	if user := req.URL.User; user != nil { // net/http's client does so, a request alone does not
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	for name, values := range p.Header {
		if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(strings.Join(values, "")) {
			return nil, fmt.Errorf("%q is no header that can be sent", name+": "+strings.Join(values, ", "))
		}
		req.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	return req, nil
}

// checkURL says what is wrong with a URL that is to be loaded.
func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("URL %q is not http://HOST/ or https://HOST/: %w", text, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return fmt.Errorf("URL %q is not http://HOST/ or https://HOST/", text)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return fmt.Errorf("URL %q: port %s is not between 1 and 65535", text, port)
		}
	}
	return nil
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
