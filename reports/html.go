package reports

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
)

// page holds what the pages are made of: templates, one style sheet, and the
// scripts that draw. All of it goes into every page, which needs nothing else.
//
//go:embed html
var page embed.FS

// The scripts of the pages, in the order in which they must stand.
var (
	trialScripts = []string{"view.js", "picture.js", "traffic.js", "tracks.js", "pointer.js", "trial.js"}
	runScripts   = []string{"run.js"}
)

// render fills a template of the folder html. The style sheet and the scripts
// stand inside the page, and its policy forbids it to fetch anything.
func render(name string, scripts []string, data any) ([]byte, error) {
	t, err := template.New(name).Funcs(functions).ParseFS(page, "html/parts.html", "html/"+name)
	if err != nil {
		return nil, fmt.Errorf("read the template %s: %w", name, err)
	}
	style, err := fs.ReadFile(page, "html/style.css")
	if err != nil {
		return nil, fmt.Errorf("read the style sheet: %w", err)
	}
	var code strings.Builder
	for _, script := range scripts {
		text, err := fs.ReadFile(page, "html/"+script)
		if err != nil {
			return nil, fmt.Errorf("read the script %s: %w", script, err)
		}
		code.Write(text)
	}
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{
		"Style": template.CSS(style), "Script": template.JS(code.String()), "Page": data, //nolint:gosec // our own files
	})
	if err != nil {
		return nil, fmt.Errorf("fill the template %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// functions are what the templates may call.
var functions = template.FuncMap{
	"status": func(s judge.Status) look { return look{s, strings.ToLower(string(s)), signs[s]} },
	"ms":     milliseconds,
	"plot":   plot,
	"json":   embedded,
	"sub":    func(a, b float64) float64 { return a - b },
}

// look is how a verdict is shown: word, class and sign, never colour alone.
type look struct {
	Word  judge.Status
	Class string
	Sign  string
}

var signs = map[judge.Status]string{judge.Pass: "✓", judge.Fail: "✗", judge.Invalid: "?", judge.Skipped: "–"}

// embedded is data for a script element. encoding/json escapes <, > and &, so
// that nothing in it can end the element.
func embedded(data any) (template.JS, error) {
	text, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("encode the picture's data: %w", err)
	}
	return template.JS(text), nil //nolint:gosec // escaped as said
}
