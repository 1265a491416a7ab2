// Command bot is Guildpulse: a Discord bot with engagement analytics, its
// dashboard, and the tools of its operator.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// samePress is how long signals count as one: a Ctrl-C reaches the whole group, and
// a wrapper may pass it on once more.
const samePress = time.Second

// run carries out a command line and returns the process's exit code. The first
// signal asks for an orderly end; a second one ends the process at once.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	go func() {
		<-signals
		fmt.Fprintln(stderr, "Stopping; once more ends at once.")
		stop()
		first := time.Now()
		for range signals {
			if time.Since(first) > samePress {
				os.Exit(130)
			}
		}
	}()
	root := newRoot(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil, errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return 0
	default:
		fmt.Fprintf(stderr, "bot: %v\n", err)
		return 1
	}
}
