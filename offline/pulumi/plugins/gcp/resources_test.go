package main

import "testing"

// A name that no imported package registers would be noticed only when a program first uses it.
func TestEveryResourceIsRegistered(t *testing.T) {
	provider := google()
	for name := range resources {
		if provider.ResourcesMap[name] == nil {
			t.Errorf("%s: no imported package registers it", name)
		}
	}
	for name := range dataSources {
		if provider.DataSourcesMap[name] == nil {
			t.Errorf("%s: no imported package registers it", name)
		}
	}
	if err := provider.InternalValidate(); err != nil {
		t.Error(err)
	}
}
