// Package testutil stands in the place of the peer's own: Google's client over REST, at the address that adds the token.
package testutil

import (
	"context"
	"os"

	secretmanager "cloud.google.com/go/secretmanager/apiv1"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"google.golang.org/api/option"
)

func ProjectID() string { return os.Getenv("FLOCI_GCP_PROJECT") }

func SecretParent() string { return "projects/" + ProjectID() }

func SecretManagerClient(ctx context.Context) *secretmanager.Client {
	endpoint := option.WithEndpoint(os.Getenv("FLOCI_GCP_ENDPOINT"))
	client, err := secretmanager.NewRESTClient(ctx, endpoint, option.WithoutAuthentication())
	if err != nil {
		panic(err)
	}
	return client
}

func NewSecret() *secretmanagerpb.Secret {
	automatic := &secretmanagerpb.Replication_Automatic_{Automatic: &secretmanagerpb.Replication_Automatic{}}
	return &secretmanagerpb.Secret{Replication: &secretmanagerpb.Replication{Replication: automatic}}
}
