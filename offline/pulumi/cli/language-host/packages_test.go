package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestPackages(t *testing.T) {
	root := t.TempDir()
	write(t, root, "node_modules/left-pad/package.json", `{"version": "1.0.0"}`)
	write(t, root, "node_modules/broken/package.json", `{`)
	write(t, root, "node_modules/@pulumi/docker/package.json",
		`{"version": "5.2.0", "pulumi": {"resource": true, "name": "docker"}}`)
	write(t, root, "node_modules/pinned/package.json",
		`{"version": "1.0.0", "pulumi": {"resource": true, "version": "2.0.0"}}`)
	write(t, root, "program/index.js", "")

	got := map[string]string{}
	for _, dependency := range packages(filepath.Join(root, "program")) {
		if dependency.Kind != "resource" {
			t.Errorf("kind of %s is %q", dependency.Name, dependency.Kind)
		}
		got[dependency.Name] = dependency.Version
	}
	want := map[string]string{"docker": "v5.2.0", "pinned": "v2.0.0"}
	if len(got) != len(want) || got["docker"] != want["docker"] || got["pinned"] != want["pinned"] {
		t.Errorf("packages are %v, want %v", got, want)
	}
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
