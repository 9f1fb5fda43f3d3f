// A stand-in for pulumi-resource-gcp: of the Terraform provider only the API packages in resources.go, bridged.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"fleet/offline/plugins/standin"
)

func main() {
	standin.ExitWithEngine()
	provider := tfbridge.ProviderInfo{
		P:              shimv2.NewProvider(google()),
		Name:           "gcp",
		ResourcePrefix: "google",
		GitHubOrg:      "hashicorp",
		Version:        standin.PluginVersion(),
		Resources:      map[string]*info.Resource{},
		DataSources:    map[string]*info.DataSource{},
	}
	for name, token := range resources {
		provider.Resources[name] = &info.Resource{Tok: tokens.Type("gcp:" + token), Fields: map[string]*info.Schema{}}
		if _, labelled := provider.P.ResourcesMap().Get(name).Schema().GetOk("terraform_labels"); labelled {
			provider.Resources[name].Fields["terraform_labels"] = &info.Schema{Name: "pulumiLabels"}
		}
	}
	for name, token := range dataSources {
		provider.DataSources[name] = &info.DataSource{Tok: tokens.ModuleMember("gcp:" + token)}
	}
	// As the official plugin has it: two of one identity cannot be there at once.
	for _, name := range []string{"google_project_iam_member", "google_secret_manager_secret"} {
		provider.Resources[name].DeleteBeforeReplace = true
	}
	provider.SetAutonaming(255, "-")
	tfbridge.Main("gcp", provider.Version, provider, standin.Schema("gcp"))
}
