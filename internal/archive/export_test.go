package archive

// SetRun makes the sorter spill after n records.
func SetRun(o *Options, n int) { o.runRecords = n }
