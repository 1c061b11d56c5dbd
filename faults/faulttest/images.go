package faulttest

import "strings"

// Content is the image whose content the node has under a name: itself, until somebody moves it.
func (n *Nodes) Content(node, image string) string {
	if of, moved := n.tags[node+" "+image]; moved {
		return of
	}
	return image
}

// Images lists the images that a node was given.
func (n *Nodes) Images(node string) string { return n.images(node, "list", "", "") }

// images answers for the runtime's images: tag, remove, and a list of those that
// were ever tagged.
func (n *Nodes) images(node, verb, image, from string) string {
	switch verb {
	case "tag":
		n.world.act("tag " + image + " on " + node)
		n.tags[node+" "+image] = n.Content(node, from)
	case "remove":
		n.world.act("remove image " + image + " on " + node)
		delete(n.tags, node+" "+image)
	}
	var all []string
	for at := range n.tags {
		if name, ours := strings.CutPrefix(at, node+" "); ours {
			all = append(all, name)
		}
	}
	return strings.Join(all, "\n")
}
