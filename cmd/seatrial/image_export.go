package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/run"
)

func imageExport(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "export DIR",
		Short: "Write the app's and the agent's image to files, for a registry of your own",
		Long: `Write the images that a run on a cluster of somebody else's needs to a folder: the app's
(--image) and the agent's, which sends the load (--agent-image). Each is a file that
docker load, podman load or crane push take; push them to where the cluster's nodes pull from.`,
		Example: "  seatrial image export images",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			view := g.terminal()
			defer view.Close()
			images, err := run.ExportImages(c.Context(), args[0], view.Working)
			view.Close()
			if err != nil {
				return err
			}
			return g.print(c.OutOrStdout(), images, func(w io.Writer) error {
				for _, i := range images {
					fmt.Fprintf(w, "%s  %s  for --%s\n", i.File, i.Ref, i.Flag)
				}
				return nil
			})
		},
	}
}
