package simulate

import "time"

// Theme chooses what a server is about: its channels, emoji and holidays.
type Theme uint8

// The themes.
const (
	Harbor   Theme = iota // a game's community by the sea
	Workshop              // people who make things by hand
	Reading               // a reading circle
)

// purpose says what a channel is for, as far as people act differently there.
type purpose uint8

const (
	forTalk purpose = iota
	forPictures
	forGreeting
	forCommands
	forEvents
	forSleep // the AFK channel
)

// room is a channel as a theme plans it. Talk goes by the order of rooms:
// the first is the liveliest.
type room struct {
	kind    ChannelKind
	name    string
	topic   string
	purpose purpose
	hidden  bool
}

// dip is a span of the year (month × 100 + day, both ends in it) on which
// people have other things to do.
type dip struct {
	from, to int
	factor   float64
}

// theme is a server's plan.
type theme struct {
	name   string
	event  time.Weekday // of the weekly evening
	rooms  []room
	custom []string // emoji of the server's own
	dips   []dip
}

// unicode are the emoji that everybody has, most used first.
func unicode() []string {
	return []string{"👍", "❤️", "😂", "🔥", "👀", "🎉", "😭", "🙏", "💯", "👏", "😮", "🤔", "✨", "🥳", "🫡", "💜", "☕", "🌊", "🐙", "🧵"}
}

// themes returns the plans, by Theme.
func themes() []theme {
	western := []dip{{1224, 1226, 0.5}, {1231, 1231, 0.6}, {101, 101, 0.6}, {715, 820, 0.87}}
	return []theme{
		{
			name: "Lantern Harbor", event: time.Friday, dips: western,
			custom: []string{"lantern", "anchor_drop", "gull_scream", "tide_up", "soggy_boot", "captain_nod", "kraken_hi", "fogbound"},
			rooms: []room{
				{kind: Category, name: "Dockside"},
				{kind: Announcement, name: "harbor-bell", topic: "News from the lighthouse 🔔"},
				{kind: Text, name: "welcome", topic: "Say hello when you come ashore", purpose: forGreeting},
				{kind: Text, name: "quay", topic: "Whatever floats"},
				{kind: Text, name: "crew-search", topic: "Who sails tonight?"},
				{kind: Text, name: "patch-notes-talk", topic: "What changed, and whether it should have"},
				{kind: Category, name: "Below deck"},
				{kind: Text, name: "sea-shanties", topic: "Music 🎶"},
				{kind: Text, name: "ship-gallery", topic: "Screenshots and drawings", purpose: forPictures},
				{kind: Text, name: "charts-and-routes", topic: "Maps, routes, numbers"},
				{kind: Text, name: "galley", topic: "Food 🍲"},
				{kind: Text, name: "deutsch", topic: "Für alle, die lieber deutsch schreiben"},
				{kind: Text, name: "ship-cats", topic: "Any animal counts as a cat 🐈", purpose: forPictures},
				{kind: Text, name: "shipwrecks", topic: "Bugs and mishaps"},
				{kind: Text, name: "bot-winch", topic: "Commands go here", purpose: forCommands},
				{kind: Category, name: "Voices"},
				{kind: Voice, name: "Crow's nest"},
				{kind: Voice, name: "Cabin one"},
				{kind: Voice, name: "Cabin two"},
				{kind: Voice, name: "Quiet deck"},
				{kind: Voice, name: "Friday regatta", purpose: forEvents},
				{kind: Voice, name: "Hammock", purpose: forSleep},
				{kind: Category, name: "Bridge", hidden: true},
				{kind: Text, name: "bridge", topic: "Moderators", hidden: true},
				{kind: Text, name: "logbook", topic: "What was removed, and by whom", hidden: true, purpose: forCommands},
			},
		},
		{
			name: "Kiln & Compass", event: time.Thursday, dips: western,
			custom: []string{"wet_clay", "glaze_win", "dovetail", "burnt_again", "measure_twice", "sawdust"},
			rooms: []room{
				{kind: Category, name: "Front room"},
				{kind: Announcement, name: "notice-board", topic: "Open days and shared orders"},
				{kind: Text, name: "come-in", topic: "Tell us what you make", purpose: forGreeting},
				{kind: Text, name: "workbench", topic: "Talk while the glue dries"},
				{kind: Text, name: "finished-pieces", topic: "Pictures of what is done 📷", purpose: forPictures},
				{kind: Text, name: "clay-and-glaze", topic: "Cone 6 and other troubles"},
				{kind: Text, name: "wood", topic: "Grain, joints, splinters"},
				{kind: Text, name: "tool-swap", topic: "Lend and borrow"},
				{kind: Text, name: "off-cuts", topic: "Anything else"},
				{kind: Text, name: "bot-drawer", topic: "Commands", purpose: forCommands},
				{kind: Category, name: "By voice"},
				{kind: Voice, name: "The long table"},
				{kind: Voice, name: "Kiln watch"},
				{kind: Voice, name: "Thursday make-along", purpose: forEvents},
				{kind: Voice, name: "Gone for tea", purpose: forSleep},
				{kind: Category, name: "Back office", hidden: true},
				{kind: Text, name: "keyholders", topic: "Moderators", hidden: true},
			},
		},
		{
			name: "चिया र किताब", event: time.Saturday,
			dips:   []dip{{1012, 1022, 0.55}, {1108, 1112, 0.7}, {412, 415, 0.8}},
			custom: []string{"chiya", "dog_ear", "one_more_page"},
			rooms: []room{
				{kind: Category, name: "बैठक"},
				{kind: Announcement, name: "सूचना", topic: "What we read next"},
				{kind: Text, name: "नमस्ते", topic: "Introduce yourself 🙏", purpose: forGreeting},
				{kind: Text, name: "गफगाफ", topic: "Talk over tea ☕"},
				{kind: Text, name: "this-months-book", topic: "No pages past the bookmark, please"},
				{kind: Text, name: "कविता", topic: "Poems"},
				{kind: Text, name: "shelf-pictures", topic: "Shelves, covers, corners", purpose: forPictures},
				{kind: Voice, name: "Reading aloud", purpose: forEvents},
				{kind: Voice, name: "चौतारी"},
				{kind: Voice, name: "Dozing", purpose: forSleep},
				{kind: Text, name: "librarians", topic: "Moderators", hidden: true},
			},
		},
	}
}
