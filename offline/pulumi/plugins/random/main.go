// A stand-in for pulumi-resource-random: the Terraform provider, bridged.
package main

import (
	"context"

	pftfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	"github.com/terraform-providers/terraform-provider-random/shim"

	"fleet/offline/plugins/standin"
)

func main() {
	standin.ExitWithEngine()
	provider := tfbridge.ProviderInfo{
		P:            pftfbridge.ShimProvider(shim.New()),
		Name:         "random",
		Version:      standin.PluginVersion(),
		MetadataInfo: info.NewProviderMetadata([]byte(`{}`)),
		Resources: map[string]*info.Resource{
			"random_bytes":    {Tok: "random:index/randomBytes:RandomBytes"},
			"random_id":       {Tok: "random:index/randomId:RandomId"},
			"random_integer":  {Tok: "random:index/randomInteger:RandomInteger"},
			"random_password": {Tok: "random:index/randomPassword:RandomPassword"},
			"random_pet":      {Tok: "random:index/randomPet:RandomPet"},
			"random_shuffle":  {Tok: "random:index/randomShuffle:RandomShuffle"},
			"random_string":   {Tok: "random:index/randomString:RandomString"},
			"random_uuid":     {Tok: "random:index/randomUuid:RandomUuid"},
		},
		// Newer than the SDK.
		IgnoreMappings: []string{"random_uuid4", "random_uuid7"},
	}
	provider.SetAutonaming(255, "-")
	pftfbridge.Main(context.Background(), "random", provider,
		pftfbridge.ProviderMetadata{PackageSchema: standin.Schema("random")})
}
