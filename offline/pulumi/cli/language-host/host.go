package main

import (
	"context"
	"os"
	"time"

	pulumi "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// version is set by the build: the SDK's, marked as a stand-in's.
var version = "0.0.0"

// host answers the engine. What it does not implement (code generation, new projects) says so by itself.
type host struct {
	pulumi.UnimplementedLanguageRuntimeServer

	engine string
	// running ends when the engine cancels, or is gone: node must not outlive it.
	running context.Context
	cancel  context.CancelFunc
}

// newHost takes the engine's address from the last argument, as older engines pass it; Handshake tells it too.
func newHost(args []string) *host {
	h := &host{}
	h.running, h.cancel = context.WithCancel(context.Background())
	if len(args) > 0 {
		h.engine = args[len(args)-1]
	}
	return h
}

func (h *host) Handshake(
	_ context.Context, request *pulumi.LanguageHandshakeRequest,
) (*pulumi.LanguageHandshakeResponse, error) {
	h.engine = request.EngineAddress
	return &pulumi.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumi.PluginInfo, error) {
	return &pulumi.PluginInfo{Version: version}, nil
}

func (h *host) GetRequiredPackages(
	_ context.Context, request *pulumi.GetRequiredPackagesRequest,
) (*pulumi.GetRequiredPackagesResponse, error) {
	return &pulumi.GetRequiredPackagesResponse{Packages: packages(request.Info.ProgramDirectory)}, nil
}

// Cancel is the engine's Ctrl-C.
func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.cancel()
	return &emptypb.Empty{}, nil
}

// waitForOrphanhood returns when the engine that started this process is dead, however it died.
func waitForOrphanhood() {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(500 * time.Millisecond)
	}
}
