// A small Node language host for Pulumi: a stand-in for pulumi-language-nodejs, whose module is not to be had.
// It speaks the SDK's public protocol and leaves the work to the scripts of the npm package @pulumi/pulumi.
package main

import (
	"fmt"
	"net"
	"os"

	pulumi "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// maxMessage is what the engine itself allows.
const maxMessage = 400 << 20

func main() {
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve answers on a port of its own choice, which it tells the engine in its first line of output.
func serve(args []string) error {
	host := newHost(args)
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage))
	pulumi.RegisterLanguageRuntimeServer(server, host)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		waitForOrphanhood()
		host.cancel()
		server.Stop()
	}()
	return server.Serve(listener)
}
