package main

import (
	"os"
	"sync"

	pulumi "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// RunPlugin runs a plugin that is written for node: a policy pack (an "analyzer") or a provider.
func (h *host) RunPlugin(request *pulumi.RunPluginRequest, stream pulumi.LanguageRuntime_RunPluginServer) error {
	program := request.Info.ProgramDirectory
	name, folder := "run-plugin", request.Pwd
	if request.Kind == "analyzer" {
		name, folder = "run-policy-pack", program // a policy pack reads its package.json from where it runs
	}
	run, err := script(program, name)
	if err != nil {
		return err
	}
	command, release := h.node(stream.Context(), append(append([]string{run}, request.Args...), program))
	defer release()
	command.Dir, command.Env = folder, append(os.Environ(), request.Env...)
	output := &pluginOutput{stream: stream}
	command.Stdout, command.Stderr = outputFunc(output.stdout), outputFunc(output.stderr)

	code, err := exitCode(command.Run())
	if err != nil {
		return err
	}
	return output.send(&pulumi.RunPluginResponse{Output: &pulumi.RunPluginResponse_Exitcode{Exitcode: int32(code)}})
}

// pluginOutput passes on what a plugin writes. The engine reads a port from the first line of stdout, so the two must
// stay apart; the stream takes one message at a time.
type pluginOutput struct {
	stream pulumi.LanguageRuntime_RunPluginServer
	sole   sync.Mutex
}

func (o *pluginOutput) stdout(text []byte) error {
	return o.send(&pulumi.RunPluginResponse{Output: &pulumi.RunPluginResponse_Stdout{Stdout: text}})
}

func (o *pluginOutput) stderr(text []byte) error {
	return o.send(&pulumi.RunPluginResponse{Output: &pulumi.RunPluginResponse_Stderr{Stderr: text}})
}

func (o *pluginOutput) send(message *pulumi.RunPluginResponse) error {
	o.sole.Lock()
	defer o.sole.Unlock()
	return o.stream.Send(message)
}

// outputFunc is an io.Writer.
type outputFunc func(text []byte) error

func (f outputFunc) Write(text []byte) (int, error) { return len(text), f(text) }
