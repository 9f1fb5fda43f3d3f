// A stand-in for pulumi-resource-docker: the Terraform provider, bridged. Unlike the official plugin it follows the
// provider's main branch, and has no docker.Image (build with docker.RemoteImage). What it says of resources beyond their
// tokens is what the official one says, so that the state of one is understood by the other.
package main

import (
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	docker "github.com/terraform-providers/terraform-provider-docker/shim"

	"fleet/offline/plugins/standin"
)

func main() {
	standin.ExitWithEngine()
	provider := tfbridge.ProviderInfo{
		P:       shimv2.NewProvider(docker.New(standin.Version)),
		Name:    "docker",
		Version: standin.PluginVersion(),

		PreConfigureCallback: lookForEngine,
		// The npm package keeps this one's name, which the bridge would make plural.
		Config: map[string]*info.Schema{"registry_auth": {Name: "registryAuth"}},
		Resources: map[string]*info.Resource{
			"docker_container": {
				Tok:                 "docker:index/container:Container",
				DeleteBeforeReplace: true,
				Fields: map[string]*info.Schema{
					"command":           {Name: "command"},
					"networks_advanced": {Name: "networksAdvanced"},
				},
			},
			"docker_image": {
				Tok:    "docker:index/remoteImage:RemoteImage",
				Fields: map[string]*info.Schema{"name": {Name: "name"}},
			},
		},
		DataSources: map[string]*info.DataSource{
			"docker_image": {Tok: "docker:index/getRemoteImage:getRemoteImage"},
		},
	}
	provider.MustComputeTokens(tokens.SingleModule("docker_", "index", tokens.MakeStandard("docker")))
	provider.SetAutonaming(255, "-")
	tfbridge.Main("docker", provider.Version, provider, standin.Schema("docker"))
}

// lookForEngine refuses what the official plugin refuses: its native half pings an engine as soon as it is configured,
// whatever the provider's settings say, unless SSH leads to it (pulumi-docker 5.2.0, provider/image.go).
func lookForEngine(resource.PropertyMap, shim.ResourceConfig) error {
	host := os.Getenv("DOCKER_HOST")
	if host == "" {
		host = "unix:///var/run/docker.sock"
	}
	scheme, address, _ := strings.Cut(host, "://")
	if scheme == "ssh" && os.Getenv("DOCKER_CERT_PATH") == "" {
		return nil
	}
	connection, err := net.Dial(scheme, address)
	if err != nil {
		return fmt.Errorf("failed to connect to any docker daemon: %w", err)
	}
	return connection.Close()
}
