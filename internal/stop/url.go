package stop

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	// askEvery is how often a URL is asked: a question, and no load.
	askEvery = time.Second
	// askLimit is how long an answer may take.
	askLimit = time.Second
	// badInARow is how many bad answers in a row are a reason to stop: one may be chance.
	badInARow = 2
	// bodyLimit is how much of an answer is read, so that its connection can be used again.
	bodyLimit = 64 << 10
)

// URL is met when the address answers badly twice in a row: not within a second, or with
// a status of 400 and above. It is asked once a second.
func URL(address string) (Condition, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is no address to ask: http://HOST/ or https://HOST/ is wanted", address)
	}
	return &page{address: address, every: askEvery, client: &http.Client{Timeout: askLimit}}, nil
}

type page struct {
	address string
	every   time.Duration
	client  *http.Client
}

// Arm asks once: an address that answers badly before anything was done is an error.
func (p *page) Arm(ctx context.Context) error {
	if err := p.ask(ctx); err != nil {
		return fmt.Errorf("%s must answer well before anything is broken: %w", p.address, err)
	}
	return nil
}

// Watch asks again and again.
func (p *page) Watch(ctx context.Context) error {
	bad := 0
	return until(ctx, p.every, func(ctx context.Context) error {
		err := p.ask(ctx)
		if err == nil {
			bad = 0
			return nil
		}
		if bad++; bad < badInARow {
			return nil
		}
		return because("%s answered badly %d times in a row: %s", p.address, bad, err)
	})
}

func (p *page) ask(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.address, nil)
	if err != nil {
		return err
	}
	answer, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, bodyLimit)); err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("status %s", answer.Status)
	}
	return nil
}
