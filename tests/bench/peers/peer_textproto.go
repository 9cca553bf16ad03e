// SPDX-License-Identifier: MIT
//
// peer_textproto.go - Go's net/textproto.Reader.ReadResponse as a peer
// (tests/bench/peer.h)
//
// needs:    go
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net/textproto"
	"os"
	"runtime"
	"syscall"
	"time"
)

// What all threads of this process have computed.
func own() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	octets, err := os.ReadFile(os.Args[1])
	if err != nil {
		os.Exit(2)
	}
	fmt.Println(runtime.Version())
	asked := bufio.NewReader(os.Stdin)
	for {
		if _, err := asked.ReadString('\n'); err != nil {
			return
		}
		replies, codes := 0, 0
		clock, computed := time.Now(), own()
		client := textproto.NewReader(bufio.NewReader(bytes.NewReader(octets)))
		for {
			code, _, err := client.ReadResponse(0)
			if err != nil {
				break
			}
			replies++
			codes += code
		}
		took, computed := time.Since(clock), own()-computed
		if computed < took {
			took = computed
		}
		fmt.Printf("%.9f %d %d\n", took.Seconds(), replies, codes)
	}
}
