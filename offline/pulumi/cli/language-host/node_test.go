package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// A program that never ends by itself must end when the engine cancels.
func TestCancelEndsNode(t *testing.T) {
	h := newHost(nil)
	command, release := h.node(context.Background(), []string{"-e", "setInterval(() => {}, 1000)"})
	defer release()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Cancel(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("node ended as if nothing had happened")
		}
	case <-time.After(grace + 5*time.Second):
		_ = command.Process.Kill()
		t.Error("node outlived the cancellation")
	}
}

func TestExitCode(t *testing.T) {
	h := newHost(nil)
	command, release := h.node(context.Background(), []string{"-e", "process.exit(32)"})
	defer release()
	if code, err := exitCode(command.Run()); code != exitShown || err != nil {
		t.Errorf("exit code %d, error %v; want %d and none", code, err, exitShown)
	}
}

func TestMissingScriptNamesTheCure(t *testing.T) {
	_, err := script(t.TempDir(), "run")
	if err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("error is %v, want one that says npm ci", err)
	}
}
