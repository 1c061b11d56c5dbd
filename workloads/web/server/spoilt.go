package main

import (
	"net/http"
	"strconv"
)

// spoils is a knob that spoils answers: the next one spoilt is the first again.
func (a *app) spoils(turn func(string) error) func(string) error {
	return func(value string) error {
		if err := turn(value); err != nil {
			return err
		}
		a.spoilt.Store(false)
		return nil
	}
}

// noteSpoilt writes down the first business answer that is spoilt as a knob tells
// to: what an injector wants to see is not that the knob was turned.
func (a *app) noteSpoilt(r *http.Request, cause string, code int) {
	if a.spoilt.CompareAndSwap(false, true) {
		a.log.add(now(), stateSpoilt, attrPath, r.URL.Path, attrCode, strconv.Itoa(code), attrCause, cause)
	}
}
