package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	pulumi "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// manifest is the part of a package.json that says whether, and by which plugin, a package makes resources.
type manifest struct {
	Version string
	Pulumi  struct {
		Resource      bool
		Name, Version string
	}
}

// packages lists every installed package that comes with a resource plugin, used or not: like the official host.
func packages(program string) []*pulumi.PackageDependency {
	var found []*pulumi.PackageDependency
	modules := nearestModules(program)
	for _, pattern := range []string{"*/package.json", "@*/*/package.json"} {
		files, _ := filepath.Glob(filepath.Join(modules, pattern)) // fails on a bad pattern only
		for _, file := range files {
			if dependency := dependencyOf(file); dependency != nil {
				found = append(found, dependency)
			}
		}
	}
	return found
}

// nearestModules is the node_modules that node itself would look into first.
func nearestModules(folder string) string {
	modules := filepath.Join(folder, "node_modules")
	if info, err := os.Stat(modules); err == nil && info.IsDir() {
		return modules
	}
	if parent := filepath.Dir(folder); parent != folder {
		return nearestModules(parent)
	}
	return modules
}

func dependencyOf(file string) *pulumi.PackageDependency {
	var m manifest
	text, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(text, &m) != nil || !m.Pulumi.Resource {
		return nil
	}
	name, version := m.Pulumi.Name, m.Pulumi.Version
	if name == "" {
		name = filepath.Base(filepath.Dir(file))
	}
	if version == "" {
		version = m.Version
	}
	return &pulumi.PackageDependency{Name: name, Kind: "resource", Version: "v" + version}
}
