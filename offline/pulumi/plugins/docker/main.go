// A stand-in for pulumi-resource-docker: the Terraform provider, bridged. Unlike the official plugin it follows the
// provider's main branch, and has no docker.Image (build with docker.RemoteImage). What it says of resources beyond their
// tokens is what the official one says, so that the state of one is understood by the other.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/shim"

	"fleet/offline/plugins/standin"
)

func main() {
	standin.ExitWithEngine()
	provider := tfbridge.ProviderInfo{
		P:       shimv2.NewProvider(shim.New(standin.Version)),
		Name:    "docker",
		Version: standin.PluginVersion(),
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
