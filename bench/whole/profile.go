package whole

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// observation is what is seen of a stretch of time: the processor's, ours and the
// database's, and what was allocated.
type observation struct {
	processor, memory *stages
	database          time.Duration // of processor, by its own processes
	bytes, objects    float64       // allocated

	server    int // whose children are the database's processes
	profile   bytes.Buffer
	allocated *profile.Profile
}

// observe begins to watch. The server's children are watched too.
func observe(server int) (o *observation, err error) {
	o = &observation{server: server}
	if o.database, err = processorOf(server); err != nil {
		return nil, err
	}
	if o.allocated, err = allocations(); err != nil {
		return nil, err
	}
	o.bytes, o.objects = allocated()
	return o, pprof.StartCPUProfile(&o.profile)
}

// end turns the beginnings into differences.
func (o *observation) end() error {
	pprof.StopCPUProfile()
	bytes, objects := allocated()
	o.bytes, o.objects = bytes-o.bytes, objects-o.objects
	database, err := processorOf(o.server)
	if err != nil {
		return err
	}
	o.database = database - o.database
	processor, err := profile.Parse(&o.profile)
	if err != nil {
		return fmt.Errorf("read the processor's profile: %w", err)
	}
	after, err := allocations()
	if err != nil {
		return err
	}
	o.allocated.Scale(-1)
	memory, err := profile.Merge([]*profile.Profile{o.allocated, after})
	if err != nil {
		return fmt.Errorf("read the profile of allocations: %w", err)
	}
	var errs [2]error
	o.processor, errs[0] = divide(processor)
	o.memory, errs[1] = divide(memory)
	return errors.Join(errs[:]...)
}

// allocations is the profile of all that was allocated since the program began. It is
// as of the last collection but one.
func allocations() (*profile.Profile, error) {
	runtime.GC()
	runtime.GC()
	var b bytes.Buffer
	if err := pprof.Lookup("allocs").WriteTo(&b, 0); err != nil {
		return nil, fmt.Errorf("profile allocations: %w", err)
	}
	return profile.Parse(&b)
}

// allocated counts bytes and objects since the program began, exactly.
func allocated() (bytes, objects float64) {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/allocs:objects"}}
	metrics.Read(s)
	return float64(s[0].Value.Uint64()), float64(s[1].Value.Uint64())
}

// tick is the unit in which Linux tells the times of processes.
const tick = time.Second / 100

// processorOf returns how long the children of a process have worked, those that have
// ended aside.
func processorOf(parent int) (sum time.Duration, err error) {
	names, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // has ended meanwhile
		}
		// What stands before the last parenthesis may be anything.
		f := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
		if len(f) < 13 || f[1] != strconv.Itoa(parent) {
			continue
		}
		for _, field := range f[11:13] { // utime, stime
			n, err := strconv.Atoi(field)
			if err != nil {
				return 0, fmt.Errorf("%s: %w", name, err)
			}
			sum += time.Duration(n) * tick
		}
	}
	return sum, nil
}
