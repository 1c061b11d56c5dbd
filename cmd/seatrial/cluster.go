package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/nodeimage"
	"github.com/seatrial/seatrial/internal/run"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

func clusterCommand(g *global) *cobra.Command {
	c := &cobra.Command{Use: "cluster", Short: "Create, delete and list clusters", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(clusterCreate(g), clusterDelete(), clusterList(g))
	return c
}

func clusterCreate(g *global) *cobra.Command {
	var name, place, version string
	var ttl time.Duration
	var egress bool
	c := &cobra.Command{
		Use:     "create",
		Short:   "Create a cluster and keep it",
		Example: "  seatrial cluster create --name dev --place fast\n  seatrial run probes/deadlock --cluster dev",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := kindconfigs.Find(place)
			if err != nil {
				return usage("--place: %w", err)
			}
			view := g.terminal()
			defer view.Close()
			progress := view.Working
			if _, err := host.EnsureDocker(c.Context(), host.DockerOptions{Progress: progress}); err != nil {
				return err
			}
			image, err := nodeimage.Ensure(c.Context(), version, nodeimage.Options{Progress: progress})
			if err != nil {
				return err
			}
			made, err := run.CreateCluster(c.Context(), cluster.Options{Name: name, Place: p, Image: image.Ref, TTL: ttl, AllowEgress: egress, Progress: progress}, again(c, nil))
			if err != nil {
				return err
			}
			view.Close()
			return g.print(c.OutOrStdout(), made.Info(), func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "export KUBECONFIG=%s\n", made.Kubeconfig())
				return err
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&name, "name", "dev", "the cluster's name")
	flags.StringVar(&place, "place", "fast", "its shape (seatrial list places)")
	addVersion(flags, &version, "")
	flags.DurationVar(&ttl, "ttl", cluster.DefaultTTL, "how old it may become: seatrial recover, and any run, deletes it then")
	flags.BoolVar(&egress, "allow-egress", false, "let its nodes reach the outside, to pull images")
	return c
}

func clusterDelete() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:     "delete [NAME]",
		Short:   "Delete a cluster with its volumes, disks and packet rules",
		Example: "  seatrial cluster delete --name dev",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 && c.Flags().Changed("name") && args[0] != name {
				return usage("%s or --name %s: one of them", args[0], name)
			}
			if len(args) == 1 {
				name = args[0]
			}
			return cluster.Delete(c.Context(), name)
		},
	}
	c.Flags().StringVar(&name, "name", "dev", "the cluster's name")
	return c
}

func clusterList(g *global) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the clusters of this host that are ours",
		Example: "  seatrial cluster list -o json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			infos, err := cluster.List(c.Context())
			if err != nil {
				return err
			}
			return g.print(c.OutOrStdout(), array(infos), func(w io.Writer) error {
				t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
				fmt.Fprintln(t, "NAME\tPLACE\tVERSION\tSTATE\tEXPIRES")
				for _, i := range infos {
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", i.Name, i.Place, i.Version, i.State, i.Expires.Format(time.RFC3339))
				}
				return t.Flush()
			})
		},
	}
}
