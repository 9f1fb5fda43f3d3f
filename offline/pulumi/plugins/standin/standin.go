// Package standin is what the stand-in plugins share.
package standin

import (
	"encoding/json"
	"os"
	"time"
)

// Version is set by the build: that of the npm package whose requests the plugin answers.
var Version = "0.0.0"

// PluginVersion is what the plugin says of itself. The engine ignores what follows the plus sign; people do not.
func PluginVersion() string { return Version + "+stand-in" }

// Schema is an empty package schema: programs bring their types from npm, the engine only asks for the name.
func Schema(name string) []byte {
	schema, err := json.Marshal(map[string]string{"name": name, "version": Version})
	if err != nil {
		panic(err) // two strings
	}
	return schema
}

// ExitWithEngine ends this process when the engine that started it is dead, however it died.
func ExitWithEngine() {
	parent := os.Getppid()
	go func() {
		for os.Getppid() == parent {
			time.Sleep(500 * time.Millisecond)
		}
		os.Exit(1)
	}()
}
