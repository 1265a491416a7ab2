//go:build unix

package pgtest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/jackc/pgx/v5"

	"guildpulse/internal/pgtest"
)

func ExampleStart() {
	ctx := context.Background()
	cluster, err := pgtest.Start(ctx, "", "work_mem=8MB")
	if err != nil {
		log.Fatal(err)
	}
	defer func() {
		if err := cluster.Stop(); err != nil {
			log.Print(err)
		}
	}()
	url, err := cluster.CreateDatabase(ctx, "demo")
	if err != nil {
		log.Print(err)
		return
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		log.Print(err)
		return
	}
	var name, memory string
	if err := conn.QueryRow(ctx, "SELECT current_database(), current_setting('work_mem')").Scan(&name, &memory); err != nil {
		log.Print(err)
		return
	}
	fmt.Println(name, memory)
	// Output: demo 8MB
}

// ok stands for a *testing.M.
type ok struct{}

func (ok) Run() int {
	fmt.Println("the tests run with", pgtest.Env, "set")
	return 0
}

// testscript.Main would take pgtest.M{Tests: m} where it takes m.
func ExampleM() {
	fmt.Println("exit code", pgtest.M{Tests: ok{}}.Run())
	// Output:
	// the tests run with GUILDPULSE_TEST_POSTGRES set
	// exit code 0
}
