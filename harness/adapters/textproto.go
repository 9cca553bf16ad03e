// SPDX-License-Identifier: MIT
//
// textproto.go - Go's net/textproto.Reader.ReadResponse as an adapter (line
// protocol of adapter_worker.c)
//
// needs:    go
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/textproto"
	"os"
	"runtime"
)

type reply struct {
	Code     int    `json:"code"`
	Text     string `json:"text"`
	Complete bool   `json:"complete"`
}

type result struct {
	Replies []reply `json:"replies"`
	Error   *string `json:"error"`
	Left    int     `json:"left"`
}

func read(octets []byte) result {
	wire := bufio.NewReader(bytes.NewReader(octets))
	client := textproto.NewReader(wire)
	got := result{Replies: []reply{}}
	for {
		if _, err := wire.Peek(1); err != nil {
			return got // between two replies
		}
		code, text, err := client.ReadResponse(0)
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				word := err.Error()
				got.Error = &word
			}
			got.Left = wire.Buffered()
			return got
		}
		got.Replies = append(got.Replies,
			reply{code, hex.EncodeToString([]byte(text)), true})
	}
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	out.Encode(map[string]string{"version": runtime.Version()})
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		octets, _ := hex.DecodeString(line[:len(line)-1])
		out.Encode(read(octets))
	}
}
