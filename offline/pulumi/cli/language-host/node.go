package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// grace is how long node may take to end by itself once it is told to.
const grace = 3 * time.Second

// script finds a script of the npm package @pulumi/pulumi that the program in this folder uses.
func script(program, name string) (string, error) {
	module := "@pulumi/pulumi/cmd/" + name
	resolve := exec.Command("node", "-p", fmt.Sprintf("require.resolve(%q)", module))
	resolve.Dir = program
	path, err := resolve.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %s cannot be found by node (%w); run: npm ci", program, module, err)
	}
	return strings.TrimSpace(string(path)), nil
}

// node prepares a node process that ends with the request or with the host, whichever is first.
func (h *host) node(request context.Context, args []string) (command *exec.Cmd, release func()) {
	ctx, stop := context.WithCancel(request)
	detach := context.AfterFunc(h.running, stop)
	command = exec.CommandContext(ctx, "node", args...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = grace
	return command, func() { detach(); stop() }
}

// exitCode is the code with which a command ended; the error is any other reason for which it failed.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
