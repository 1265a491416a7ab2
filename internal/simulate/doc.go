// Package simulate tells a believable server's life: who joins, talks, reacts,
// meets in voice, goes quiet and leaves, over years and for as long as anybody
// listens. A demo lives on it, and benchmarks take their load from it.
//
// A [World] is the cast and the stage, laid out by [New] from a [Config]. Its
// acts come as an iterator, [World.Acts], in the order of time:
//
//	world, err := simulate.New(simulate.Config{Seed: 1, Start: lastYear, End: now})
//	for act := range world.Acts() {
//		if act.At >= now.UnixMilli() {
//			break // or wait for it, and go on live
//		}
//	}
//
// # Promises
//
//   - Pure: no clock, no files, no state outside the values. Equal configs give
//     equal worlds and equal acts, byte for byte, on every machine, however far
//     they are read. All that enters from outside is the time zone database;
//     a program that must not depend on the machine's embeds time/tzdata.
//   - Acts are consistent: nobody acts who is not there, or reacts to what is
//     not there or is deleted; somebody is in one voice channel at most, and
//     out of it before they leave; only moderators are seen in hidden channels.
//   - At Config.End exactly Setting.Members are there, and messages in the 30
//     days before come to Setting.MessagesADay within 15 % (for a server of
//     more than a hundred messages a day; smaller ones scatter more).
//   - Nobody is real: names are drawn from lists of plain words, ids by lot.
//
// # The life
//
// Rates follow the clocks of the server's zone: a trough at night, a bump at
// noon, a peak in the evening, other weekends; they grow with the server, dip on
// holidays and rise on some event days, which also draw newcomers. Talk comes in
// conversations, bursts in one channel among a few people, not as independent
// messages. People are unequal (see the theory on settler.voice), have hours and
// channels of their own, and months in which they talk more or less. Of the
// newcomers half stay silent, a third speak within a day, and a third of those
// again after a week. Once, on the largest server, there is a raid.
//
// After Config.End nobody new is invented: some of those who had left come
// again, and some leave.
//
// # Figures
//
// A year of [Default] with seed 1 is 1,053,000 acts: 719,000 messages, 245,000
// reactions of which 7,500 are taken back, 66,000 acts in voice, 11,700
// deletions, 2,000 threads, 1,340 comings and goings. Evenings have sixteen times
// the messages of nights; the top tenth of the members write 70 to 83 % of them;
// in five minutes of an evening their variance is four to five times their mean.
// On one core of a small cloud machine New takes 0.04 s and the year 1.1 s, about
// a microsecond an act.
package simulate
