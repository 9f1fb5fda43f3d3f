package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-provider-google/google/envvar"
	"github.com/hashicorp/terraform-provider-google/google/registry"
	"github.com/hashicorp/terraform-provider-google/google/transport"

	"fleet/offline/plugins/standin"
)

// google is the Terraform provider, cut down to our resources: the original would pull in every API of Google's.
func google() *schema.Provider {
	provider := &schema.Provider{
		Schema:         settings(),
		ResourcesMap:   map[string]*schema.Resource{},
		DataSourcesMap: map[string]*schema.Resource{},
	}
	registered := registry.ResourceMap()
	for name := range resources {
		provider.ResourcesMap[name] = registered[name]
	}
	lookedUp := registry.DatasourceMap()
	for name := range dataSources {
		provider.DataSourcesMap[name] = lookedUp[name]
	}
	provider.ConfigureContextFunc = func(ctx context.Context, data *schema.ResourceData) (any, diag.Diagnostics) {
		return configure(ctx, data, provider.UserAgent("pulumi-resource-gcp", standin.PluginVersion()))
	}
	return provider
}

func settings() map[string]*schema.Schema {
	fields := map[string]*schema.Schema{
		"user_project_override": {Type: schema.TypeBool, Optional: true},
		"default_labels":        {Type: schema.TypeMap, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}},
	}
	names := []string{
		"project", "region", "zone", "access_token", "credentials", "billing_project", "impersonate_service_account",
	}
	for _, product := range registry.ListProducts() {
		names = append(names, product.CustomEndpointField)
	}
	for _, name := range names {
		fields[name] = &schema.Schema{Type: schema.TypeString, Optional: true}
	}
	return fields
}

func configure(ctx context.Context, data *schema.ResourceData, userAgent string) (any, diag.Diagnostics) {
	text := func(name string) string { return data.Get(name).(string) }
	config := &transport.Config{
		Project:                   text("project"),
		Region:                    text("region"),
		Zone:                      text("zone"),
		AccessToken:               text("access_token"),
		Credentials:               text("credentials"),
		BillingProject:            text("billing_project"),
		ImpersonateServiceAccount: text("impersonate_service_account"),
		UserProjectOverride:       data.Get("user_project_override").(bool),
		CustomEndpoints:           endpoints(text),
		DefaultLabels:             map[string]string{},
		UserAgent:                 userAgent,
	}
	if config.AccessToken == "" && config.Credentials == "" {
		config.AccessToken = envvar.MultiEnvSearch([]string{"GOOGLE_OAUTH_ACCESS_TOKEN"})
		config.Credentials = envvar.MultiEnvSearch([]string{"GOOGLE_CREDENTIALS"})
	}
	for name, value := range data.Get("default_labels").(map[string]any) {
		config.DefaultLabels[name] = value.(string)
	}
	batching, err := transport.ExpandProviderBatchingConfig(nil)
	if err != nil {
		return nil, diag.FromErr(err)
	}
	config.BatchingConfig = batching
	// Batches of requests outlive the call that configures the provider.
	if err := config.LoadAndValidate(context.WithoutCancel(ctx)); err != nil {
		return nil, diag.FromErr(err)
	}
	return config, nil
}

// endpoints are Google's own unless the configuration or GOOGLE_<PRODUCT>_CUSTOM_ENDPOINT names another.
func endpoints(configured func(name string) string) map[string]string {
	chosen := map[string]string{}
	for _, product := range registry.ListProducts() {
		field := product.CustomEndpointField
		if url := configured(field); url != "" {
			chosen[field] = url
		} else if url := envvar.MultiEnvSearch([]string{product.CustomEndpointEnvVar}); url != "" {
			chosen[field] = url
		}
	}
	return chosen
}
