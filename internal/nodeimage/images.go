package nodeimage

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/seatrial/seatrial/internal/host"
)

// A fileEntry is one file of an image: a copy of a file on disk, a symbolic link
// or some bytes.
type fileEntry struct {
	Path    string // in the image, without a leading slash
	Source  string // file to copy
	Link    string // else: target of a symbolic link
	Content string // else: the content itself
	Mode    int64  // permissions, 0 means 0755
}

// fileImage makes an image of one layer out of files, with the entry point and
// the environment that it runs with. Parent folders are made as needed.
func fileImage(entrypoint []string, files ...fileEntry) (v1.Image, error) {
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		r, w := io.Pipe()
		go func() { w.CloseWithError(writeLayerTar(w, files)) }()
		return r, nil
	}, tarball.WithCompression(compression.GZip), tarball.WithCompressedCaching)
	if err != nil {
		return nil, err
	}
	return withConfig(layer, v1.Config{
		Entrypoint: entrypoint,
		Env:        []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
	})
}

// withConfig makes an image of one layer for this machine's architecture.
func withConfig(layer v1.Layer, config v1.Config) (v1.Image, error) {
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	file, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Config = "linux", runtime.GOARCH, config
	file.Created = v1.Time{Time: epoch}
	return mutate.ConfigFile(img, file)
}

// writeLayerTar archives files with the folders that lead to them.
func writeLayerTar(w io.Writer, files []fileEntry) error {
	tw := tar.NewWriter(w)
	made := map[string]bool{".": true}
	for _, f := range files {
		if err := writeParents(tw, path.Dir(f.Path), made); err != nil {
			return err
		}
		if err := writeFileEntry(tw, f); err != nil {
			return fmt.Errorf("add %s: %w", f.Path, err)
		}
	}
	return tw.Close()
}

func writeParents(tw *tar.Writer, dir string, made map[string]bool) error {
	if made[dir] {
		return nil
	}
	if err := writeParents(tw, path.Dir(dir), made); err != nil {
		return err
	}
	made[dir] = true
	mode := int64(0o755)
	if dir == "tmp" {
		mode = 0o1777
	}
	return tw.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: mode, ModTime: epoch})
}

func writeFileEntry(tw *tar.Writer, f fileEntry) error {
	h := &tar.Header{Typeflag: tar.TypeReg, Name: f.Path, Mode: f.Mode, ModTime: epoch, Size: int64(len(f.Content))}
	if f.Mode == 0 {
		h.Mode = 0o755
	}
	if f.Link != "" {
		h.Typeflag, h.Linkname = tar.TypeSymlink, f.Link
		return tw.WriteHeader(h)
	}
	var content io.Reader = strings.NewReader(f.Content)
	if f.Source != "" {
		src, err := os.Open(f.Source)
		if err != nil {
			return err
		}
		defer src.Close()
		info, err := src.Stat()
		if err != nil {
			return err
		}
		h.Size, content = info.Size(), src
	}
	if err := tw.WriteHeader(h); err != nil {
		return err
	}
	_, err := io.Copy(tw, content)
	return err
}

// programImage is an image with one program in /usr/local/bin, which is where
// Kubernetes' own images have theirs.
func programImage(dir, program string, more ...fileEntry) (v1.Image, error) {
	at := "usr/local/bin/" + program
	return fileImage([]string{"/" + at}, append([]fileEntry{{Path: at, Source: filepath.Join(dir, program)}}, more...)...)
}

// rootProgramImage is an image with one program at its root, where CoreDNS' and
// pause's own images have theirs.
func rootProgramImage(dir, program string) (v1.Image, error) {
	return fileImage([]string{"/" + program}, fileEntry{Path: program, Source: filepath.Join(dir, program)})
}

// proxyTools are what kube-proxy runs, in its nftables and in its iptables mode.
// Debian's iptables is the one that speaks nftables to the kernel.
var proxyTools = []string{"usr/sbin/nft", "usr/sbin/xtables-nft-multi", "usr/sbin/conntrack"}

// protocols names protocols by their numbers. Without it nft lists them as numbers, and a
// kube-proxy that is started again on a node with rules takes each of them for one that
// nobody needs (proxy/nftables/proxier.go readOrReset), and deletes them all.
const protocols = "etc/protocols"

// proxyFiles are the files below root that kube-proxy's image needs besides
// itself: the tools, the libraries they link, iptables' extensions, the
// names of protocols, and those under which iptables is called.
func proxyFiles(root string) ([]fileEntry, error) {
	extensions, err := filepath.Glob(filepath.Join(root, "usr/lib/*/xtables/*.so"))
	if err != nil {
		return nil, err
	}
	programs := slices.Clone(proxyTools)
	for _, e := range extensions {
		programs = append(programs, strings.TrimPrefix(e, root+"/"))
	}
	libraries, err := host.SharedLibraries(root, programs...)
	if err != nil {
		return nil, err
	}
	var files []fileEntry
	for _, p := range append(append(programs, libraries...), protocols) {
		files = append(files, fileEntry{Path: p, Source: host.InRoot(root, p)})
	}
	for _, d := range []string{"lib", "lib64", "sbin", "bin"} {
		files = append(files, fileEntry{Path: d, Link: "usr/" + d})
	}
	for _, n := range []string{"iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore"} {
		files = append(files, fileEntry{Path: "usr/sbin/" + n, Link: "xtables-nft-multi"})
	}
	return files, nil
}

// shellImage holds busybox and links for the commands that the storage
// provisioner's scripts use, and a few for people.
func shellImage(busybox string) (v1.Image, error) {
	files := []fileEntry{{Path: "bin/busybox", Source: busybox}}
	for _, n := range []string{"sh", "mkdir", "rm", "chmod", "chown", "ls", "cat", "echo", "sleep", "df", "du", "mv", "cp", "test", "true", "false"} {
		files = append(files, fileEntry{Path: "bin/" + n, Link: "busybox"})
	}
	return fileImage([]string{"/bin/sh"}, files...)
}
