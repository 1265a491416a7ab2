package simulate

import (
	"strconv"
	"strings"
)

// namer makes up people's names, no user name twice. The words are plain
// nouns and adjectives: whoever bears such a name is nobody in particular.
type namer struct {
	d     dice
	taken map[string]bool
}

func words(s string) []string { return strings.Fields(s) }

func newNamer(d dice) *namer { return &namer{d: d, taken: map[string]bool{}} }

func (n *namer) one(list []string) string { return list[n.d.below(len(list))] }

// user returns a new user name: lower-case Latin letters, digits, dot, dash.
func (n *namer) user() string {
	for {
		name := n.one(adjectives()) + n.one([]string{"", "", ".", "_"}) + n.one(nouns())
		if n.d.hit(0.35) || n.taken[name] {
			name += strconv.Itoa(n.d.below(9000) + 1)
		}
		if !n.taken[name] {
			n.taken[name] = true
			return name
		}
	}
}

// raider returns a name as made by a program.
func (n *namer) raider() string {
	for {
		name := n.one(nouns()) + "_" + strconv.FormatInt(int64(36*36*36+n.d.below(36*36*36*35)), 36)
		if !n.taken[name] {
			n.taken[name] = true
			return name
		}
	}
}

// nick returns how somebody wants to be seen here: often as they are called
// anyway (empty), else in some script, sometimes with an emoji.
func (n *namer) nick() string {
	if n.d.hit(0.5) {
		return ""
	}
	name := n.shown()
	if n.d.hit(0.2) {
		name += " " + n.one(words("🌙 🐚 🦊 ☕ 🌿 ⚓ 🎧 🧶 📚 🪐 🐌 🔥"))
	}
	return name
}

func (n *namer) shown() string {
	switch u := n.d.float(); {
	case u < 0.45:
		return title(n.one(nouns()))
	case u < 0.7:
		return title(n.one(adjectives())) + " " + title(n.one(nouns()))
	case u < 0.85:
		return title(n.one(syllables()) + n.one(syllables()) + n.one([]string{"", "n", "ra", "s"}))
	default:
		return n.one(foreign())
	}
}

// title raises the first letter of an ASCII word.
func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func syllables() []string {
	return words("ta vi mo re lu sa ni ko be do fe ga hu ji ka le mi no pi ro su ti va we yo ze")
}

func adjectives() []string {
	return words(`amber ample arctic autumn blue bold brass brave bright brisk broad calm candid cedar clear
		clever cloudy copper coral cosy crimson curious dapper dawn deep dizzy dusty eager early ember faint
		feral fern fleet foggy fond frosty gentle gilded glad golden grand green hasty hazel hidden hollow
		honest humble idle indigo ivory jade jolly keen kind lanky late lavender lazy lime little loud lunar
		maple mellow merry misty mossy muddy neat nimble noble odd olive opal pale patient plain plum polite
		proud quick quiet rainy rapid rare restless rosy rusty salty sandy scarlet shy silent silver sleepy
		sly small snowy soft solar spare steady still stormy sunny swift tall tame tidy tiny umber upbeat
		velvet violet warm wandering wild windy winter wise witty wooden young zesty`)
}

func nouns() []string {
	return words(`acorn anchor anvil badger barley beacon beetle birch biscuit bramble breeze bridge brook
		button cactus candle canoe canyon cider cinder clover cobalt comet compass cricket crow daisy dune
		dumpling eagle eel elm falcon feather fennel ferry fiddle finch fjord flint fog forge fox galley
		garnet ginger glacier goose grove gull hammer harbor harrier hazel heron hinge hornet ibis inkwell
		island ivy jackdaw jetty juniper kelp kettle kite lantern lark ledger lemur lichen lilac loom lynx
		magpie mango marble marmot marten meadow mint mitten moth mug nettle newt noodle oak oar otter owl
		paddle pancake parsley pebble pelican penguin pepper pickle pigeon pine plover pocket pond poppy
		puffin pumpkin quail quarry quill quilt radish raven reed ribbon river robin rook saffron sage
		salmon satchel scone shale sloth snail sparrow spindle spruce starling stoat stove sundial swan
		tadpole teapot tern thicket thimble thistle thrush timber toad topaz trout tulip turnip turtle
		violin vole waffle walnut walrus warbler wharf willow wren yarrow zephyr`)
}

// foreign are words (moon, owl, snow, sea, star, …) in other scripts.
func foreign() []string {
	return words(`сова ёжик полночь облако мандарин 月光 雪だるま しろくま 潮騒 こんぺいとう 小雨 青空 茶壶 山雀 云朵
		달빛 고래 호두 नीलो_तारा हिमाल चिया बादल जुनकिरी قمر نورس ياسمين زيتون ירח ינשוף γλάρος φεγγάρι
		θάλασσα ქარი მთვარე żurawina łabędź ÿeti mürrisch œillet ñandú çınar ăpă günışığı sürpriz hvítabjörn
		ดวงจันทร์ ปลาวาฬ trăng_sáng நிலா നക്ഷത്രം`)
}
