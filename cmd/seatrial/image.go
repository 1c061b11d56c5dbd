package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/nodeimage"
	"github.com/seatrial/seatrial/reports"
)

func imageCommand(g *global) *cobra.Command {
	c := &cobra.Command{Use: "image", Short: "Build, list and prune node images; export the images of apps", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(imageBuild(g), imageList(g), imagePrune(g), imageExport(g))
	return c
}

func imageBuild(g *global) *cobra.Command {
	var version, source, addOn string
	var rebuild bool
	c := &cobra.Command{
		Use:   "build",
		Short: "Get the node image of a Kubernetes version",
		Long: `Get the node image of a Kubernetes version: kind's published one where a registry
answers, else one built from source. What was built is kept; a build that was
interrupted goes on where it stopped.

Add-ons are images of their own, built by name; a place that asks for one has it built
for it.`,
		Example: "  seatrial image build\n  seatrial image build --version v1.37.1 --source built\n  seatrial image build --add-on metrics-server",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if source != "" && source != nodeimage.SourceRegistry && source != nodeimage.SourceBuilt {
				return usage("--source %q: there are %s and %s", source, nodeimage.SourceRegistry, nodeimage.SourceBuilt)
			}
			if addOn != "" && (c.Flags().Changed("version") || source != "") {
				return usage("--version and --source are about node images, --add-on names another")
			}
			view := g.terminal()
			defer view.Close()
			progress := view.Working
			if addOn != "" {
				return buildAddOn(c, g, addOn, nodeimage.Options{Rebuild: rebuild, Progress: progress}, view)
			}
			if _, err := host.EnsureDocker(c.Context(), host.DockerOptions{Progress: progress}); err != nil {
				return err
			}
			image, err := nodeimage.Ensure(c.Context(), version, nodeimage.Options{Source: source, Rebuild: rebuild, Progress: progress})
			if err != nil {
				return err
			}
			view.Close()
			return g.print(c.OutOrStdout(), image, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "%s  %s  %s  %s\n", image.Ref, image.Version, image.Source, host.Bytes(uint64(image.Size)))
				return err
			})
		},
	}
	addVersion(c.Flags(), &version, "")
	c.Flags().StringVar(&source, "source", "", "only from there: registry or built")
	c.Flags().StringVar(&addOn, "add-on", "", "build this add-on instead: "+strings.Join(nodeimage.AddOns(), ", "))
	c.Flags().BoolVar(&rebuild, "rebuild", false, "pull or build again, from the components up")
	return c
}

// buildAddOn builds an image that only some places need.
func buildAddOn(c *cobra.Command, g *global, name string, o nodeimage.Options, view *reports.Terminal) error {
	if !slices.Contains(nodeimage.AddOns(), name) {
		return usage("--add-on %q: there are %s", name, strings.Join(nodeimage.AddOns(), " and "))
	}
	image, err := nodeimage.AddOn(c.Context(), name, o)
	if err != nil {
		return err
	}
	view.Close()
	return g.print(c.OutOrStdout(), image, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s  %s\n", image.Ref, image.Archive)
		return err
	})
}

func imageList(g *global) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the node images that Docker has",
		Example: "  seatrial image list -o json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := nodeimage.List(c.Context(), "")
			if err != nil {
				return err
			}
			return g.print(c.OutOrStdout(), array(all), func(w io.Writer) error {
				t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
				fmt.Fprintln(t, "IMAGE\tVERSION\tFROM\tSIZE\tCURRENT\tIN USE")
				for _, i := range all {
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%t\t%t\n", i.Ref, i.Version, i.Source, host.Bytes(uint64(i.Size)), i.Current, i.InUse)
				}
				return t.Flush()
			})
		},
	}
}

func imagePrune(g *global) *cobra.Command {
	var o nodeimage.PruneOptions
	c := &cobra.Command{
		Use:     "prune",
		Short:   "Remove what no image needs any more: old images, old programs, the compiler's cache",
		Example: "  seatrial image prune --dry-run\n  seatrial image prune --all",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			pruned, err := nodeimage.Prune(c.Context(), o)
			printErr := g.print(c.OutOrStdout(), pruned, func(w io.Writer) error {
				for _, name := range append(pruned.Images, pruned.Folders...) {
					fmt.Fprintln(w, name)
				}
				_, err := fmt.Fprintf(w, "%d images, %d folders, %s\n", len(pruned.Images), len(pruned.Folders), host.Bytes(pruned.Freed))
				return err
			})
			if err != nil {
				return err
			}
			return printErr
		},
	}
	c.Flags().BoolVar(&o.All, "all", false, "also what is current")
	c.Flags().BoolVar(&o.DryRun, "dry-run", false, "only say what would go")
	return c
}
