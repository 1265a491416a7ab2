package fakediscord_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"slices"
	"strings"

	"github.com/coder/websocket"

	"guildpulse/internal/fakediscord"
)

// A world is filled, started, and read by whoever has the URL and the token.
func ExampleServer() {
	srv := fakediscord.New(fakediscord.Config{Token: "secret"})
	guild := srv.AddGuild(fakediscord.Guild{
		ID: 100, Name: "Harbour", Owner: 1,
		Channels: []fakediscord.Channel{{ID: 200, Name: "general"}},
		Members:  []fakediscord.Member{{User: 1}, {User: 2, Nick: "Ben"}},
	})
	if err := srv.Start(); err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	if _, err := srv.PostMessage(fakediscord.Message{ID: 300, Channel: 200, Author: 2}); err != nil {
		log.Fatal(err)
	}

	req, _ := http.NewRequest(http.MethodGet, srv.URL()+"/api/v10/channels/200/messages", nil)
	req.Header.Set("Authorization", "Bot secret")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	var messages []struct{ ID string }
	if err := json.NewDecoder(res.Body).Decode(&messages); err != nil {
		log.Fatal(err)
	}
	fmt.Println(guild, messages)
	// Output: 100 [{300}]
}

// Faults are scripted beforehand and strike at their moment.
func ExampleFault() {
	srv := fakediscord.New(fakediscord.Config{})
	if err := srv.Start(); err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.Inject(
		fakediscord.CloseCode(4000).At(fakediscord.AtHello),
		fakediscord.Drop().AfterDispatches(100),
	)
	ctx := context.Background()
	ws, _, err := websocket.Dial(ctx, strings.Replace(srv.URL(), "http", "ws", 1)+"/gateway/ws?v=10&encoding=json", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer ws.CloseNow()
	_, hello, _ := ws.Read(ctx)
	_, _, err = ws.Read(ctx)
	fmt.Println(strings.Contains(string(hello), `"op":10`), int(websocket.CloseStatus(err)), srv.Pending())
	// Output: true 4000 1
}

// HTTP has faults of its own.
func ExampleRESTFault() {
	srv := fakediscord.New(fakediscord.Config{})
	if err := srv.Start(); err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.InjectREST(fakediscord.RESTFault{Path: "/gateway*", Status: 503, Times: 2})
	for range 3 {
		res, err := http.Get(srv.URL() + "/api/v10/gateway")
		if err != nil {
			log.Fatal(err)
		}
		_ = res.Body.Close()
		fmt.Println(res.StatusCode)
	}
	// Output:
	// 503
	// 503
	// 200
}

// What clients did is on record, and can be waited for.
func ExampleRecording() {
	srv := fakediscord.New(fakediscord.Config{})
	if err := srv.Start(); err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	go func() {
		res, err := http.Get(srv.URL() + "/api/v10/no/such/thing")
		if err == nil {
			_ = res.Body.Close()
		}
	}()
	err := srv.Await(context.Background(), func(r *fakediscord.Recording) bool { return len(r.Unknown) == 1 })
	fmt.Println(err, srv.Recording().Unknown[0].Path)
	// Output: <nil> /no/such/thing
}

// Everything can happen inside the process, without sockets.
func ExamplePipe() {
	pipe := fakediscord.NewPipe()
	srv := fakediscord.New(fakediscord.Config{Listener: pipe})
	if err := srv.Start(); err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	transport := &http.Transport{DialContext: pipe.DialContext}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Get(srv.URL() + "/api/v10/gateway")
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	fmt.Println(res.Status)
	// Output: 200 OK
}

// Lines go into the past with LoadHistory, and to clients with Play.
func ExampleLine() {
	srv := fakediscord.New(fakediscord.Config{})
	srv.AddGuild(fakediscord.Guild{ID: 100, Channels: []fakediscord.Channel{{ID: 200}}})
	lines := slices.Values([]fakediscord.Line{
		{Channel: 200, User: 7, At: fakediscord.SnowflakeTime(0) + 1000},
		{Channel: 200, User: 8, At: fakediscord.SnowflakeTime(0) + 1000},
	})
	loaded, _ := srv.LoadHistory(100, 0, lines)
	again, _ := srv.Play(context.Background(), fakediscord.Playback{Guild: 100, Lines: slices.Values([]fakediscord.Line{{Channel: 200, User: 9, ID: 1 << 40}})})
	fmt.Println(loaded, again, srv.Messages(200))
	// Output: 2 1 [4194304000 4194304001 1099511627776]
}

// Ids tell when they were made.
func ExampleSnowflake() {
	id := fakediscord.Snowflake(1462015105796, 128)
	fmt.Println(id>>22, fakediscord.SnowflakeTime(id))
	// Output: 41944705796 1462015105796
}

// Members use what the bot has registered; this bot answers with one word.
func ExampleInteraction() {
	srv := fakediscord.New(fakediscord.Config{Application: 900})
	srv.AddGuild(fakediscord.Guild{ID: 100, Channels: []fakediscord.Channel{{ID: 200}}, Members: []fakediscord.Member{{User: 7}}})
	if err := srv.Start(); err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	ctx := context.Background()
	put, _ := http.NewRequest(http.MethodPut, srv.URL()+"/api/v10/applications/900/commands", strings.NewReader(`[{"name":"ping","description":"Answers"}]`))
	put.Header.Set("Authorization", "Bot "+srv.Token())
	if res, err := http.DefaultClient.Do(put); err == nil {
		_ = res.Body.Close()
	}

	ws, _, err := websocket.Dial(ctx, strings.Replace(srv.URL(), "http", "ws", 1)+"/gateway/ws?v=10&encoding=json", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer ws.CloseNow()
	identified := make(chan struct{})
	go func() {
		_ = ws.Write(ctx, websocket.MessageText, []byte(`{"op":2,"d":{"token":"fake-token","intents":0}}`))
		for {
			_, frame, err := ws.Read(ctx)
			if err != nil {
				return
			}
			var p struct {
				T string
				D struct{ ID, Token string }
			}
			_ = json.Unmarshal(frame, &p)
			switch p.T {
			case "READY":
				close(identified)
			case "INTERACTION_CREATE":
				res, err := http.Post(srv.URL()+"/api/v10/interactions/"+p.D.ID+"/"+p.D.Token+"/callback", "application/json",
					strings.NewReader(`{"type":4,"data":{"content":"pong","flags":64}}`))
				if err == nil {
					_ = res.Body.Close()
				}
			}
		}
	}()
	<-identified
	reply, err := srv.Interact(ctx, fakediscord.Interaction{Guild: 100, Channel: 200, User: 7, Command: "ping"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply.Content, reply.Ephemeral())
	// Output: pong true
}

// A message can be nearly anything Discord has.
func ExampleMessage() {
	srv := fakediscord.New(fakediscord.Config{Privileged: fakediscord.IntentMessageContent})
	srv.AddGuild(fakediscord.Guild{ID: 100, Channels: []fakediscord.Channel{{ID: 200}}})
	first, _ := srv.PostMessage(fakediscord.Message{Channel: 200, Author: 7, Content: "who sails?"})
	answer, _ := srv.PostMessage(fakediscord.Message{Channel: 200, Author: 8, Content: "me", ReplyTo: first, Stickers: []string{"Wave"}})
	raw, err := srv.Posted(200, answer)
	if err != nil {
		log.Fatal(err)
	}
	var m struct {
		Type       int
		Content    string
		Referenced struct{ Content string } `json:"referenced_message"`
		Stickers   []struct{ Name string }  `json:"sticker_items"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+v\n", m)
	// Output: {Type:19 Content:me Referenced:{Content:who sails?} Stickers:[{Name:Wave}]}
}
