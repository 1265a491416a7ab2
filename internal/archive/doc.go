// Package archive reads message archives: the JSON of DiscordChatExporter, which is
// what people have, and a plain CSV. It hands a server's history on as chunks of
// one channel in ascending order of ids, each with the spans that it covers, ready
// for the pipeline. Text is skipped, never kept.
//
// # The way of a file
//
//	file ─▶ open (gzip, caps) ─▶ parse ─▶ sort by (channel, id, place) ─▶ merge ─▶ chunks
//
// Sorting happens in runs of bounded size; more than one run is spilled to a
// temporary folder and merged from there. Memory does not grow with the file.
//
// # Ids that a file does not have
//
// A CSV without ids still needs one for every message, the same at every import: the
// snowflake of the message's second plus the message's ordinal among those of the
// same channel and second, in file order.
//
// # Holes
//
// An archive claims to be whole: between two neighbouring messages of a channel
// there is no other. A line that cannot be read breaks that claim where it may have
// belonged, so that a mended file can fill it later:
//
//   - Channel and time readable: the hole is at its place in that channel, and it
//     uses up its ordinal, so that the ids of its neighbours do not depend on it.
//   - Neither readable: the hole reaches, in every channel, from the time of the
//     line before to that of the line after. Where ids are made of ordinals, lines
//     behind it that fall into that time are held back too: their ordinals are
//     uncertain, and counting them could count somebody twice once it is mended.
package archive
