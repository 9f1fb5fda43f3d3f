// Google's clients for Go over REST, unaided, against the rehearsed cloud: <program> <endpoint> <token> <project>
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	artifactregistry "cloud.google.com/go/artifactregistry/apiv1"
	"cloud.google.com/go/artifactregistry/apiv1/artifactregistrypb"
	"cloud.google.com/go/iam/apiv1/iampb"
	redis "cloud.google.com/go/redis/apiv1"
	"cloud.google.com/go/redis/apiv1/redispb"
	resourcemanager "cloud.google.com/go/resourcemanager/apiv3"
	"cloud.google.com/go/resourcemanager/apiv3/resourcemanagerpb"
	run "cloud.google.com/go/run/apiv2"
	"cloud.google.com/go/run/apiv2/runpb"
	secretmanager "cloud.google.com/go/secretmanager/apiv1"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	serviceusage "cloud.google.com/go/serviceusage/apiv1"
	"cloud.google.com/go/serviceusage/apiv1/serviceusagepb"
	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iam/v1"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	"google.golang.org/api/sqladmin/v1"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

var (
	ctx      = context.Background()
	endpoint = os.Args[1]
	parent   = "projects/" + os.Args[3]
	location = parent + "/locations/europe-west1"
	options  = []option.ClientOption{
		option.WithEndpoint(endpoint),
		option.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: os.Args[2]})),
	}
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func check(is bool, said any) {
	if !is {
		panic(fmt.Sprint("not as expected: ", said))
	}
}

func refused(code int, err error) {
	var of *googleapi.Error
	check(errors.As(err, &of) && of.Code == code, err)
}

func secrets() {
	client := must(secretmanager.NewRESTClient(ctx, options...))
	secret := must(client.CreateSecret(ctx, &secretmanagerpb.CreateSecretRequest{
		Parent: parent, SecretId: "go", Secret: &secretmanagerpb.Secret{Replication: &secretmanagerpb.Replication{
			Replication: &secretmanagerpb.Replication_Automatic_{Automatic: &secretmanagerpb.Replication_Automatic{}}}}}))
	data := []byte("\xff\xfe~?value")
	version := must(client.AddSecretVersion(ctx, &secretmanagerpb.AddSecretVersionRequest{
		Parent: secret.Name, Payload: &secretmanagerpb.SecretPayload{Data: data}}))
	check(version.State == secretmanagerpb.SecretVersion_ENABLED, version)
	got := must(client.AccessSecretVersion(ctx, &secretmanagerpb.AccessSecretVersionRequest{Name: secret.Name + "/versions/latest"}))
	check(string(got.Payload.Data) == string(data), got)
	must(client.DisableSecretVersion(ctx, &secretmanagerpb.DisableSecretVersionRequest{Name: version.Name}))
	must(client.EnableSecretVersion(ctx, &secretmanagerpb.EnableSecretVersionRequest{Name: version.Name}))
	changed := must(client.UpdateSecret(ctx, &secretmanagerpb.UpdateSecretRequest{
		Secret:     &secretmanagerpb.Secret{Name: secret.Name, Labels: map[string]string{"a": "b"}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"labels"}}}))
	check(changed.Labels["a"] == "b", changed)
	listed := client.ListSecrets(ctx, &secretmanagerpb.ListSecretsRequest{Parent: parent})
	check(must(listed.Next()).Name == secret.Name, "another secret")
	policy := &iampb.Policy{Bindings: []*iampb.Binding{{Role: "roles/secretmanager.secretAccessor", Members: []string{"user:a@example.com"}}}}
	kept := must(client.SetIamPolicy(ctx, &iampb.SetIamPolicyRequest{Resource: secret.Name, Policy: policy}))
	check(len(kept.Bindings) == 1, kept)
	must(client.TestIamPermissions(ctx, &iampb.TestIamPermissionsRequest{Resource: secret.Name, Permissions: []string{"secretmanager.secrets.get"}}))
	if err := client.DeleteSecret(ctx, &secretmanagerpb.DeleteSecretRequest{Name: secret.Name}); err != nil {
		panic(err)
	}
	_, err := client.GetSecret(ctx, &secretmanagerpb.GetSecretRequest{Name: secret.Name})
	refused(404, err)
}

func registry() {
	client := must(artifactregistry.NewRESTClient(ctx, options...))
	operation := must(client.CreateRepository(ctx, &artifactregistrypb.CreateRepositoryRequest{
		Parent: location, RepositoryId: "go", Repository: &artifactregistrypb.Repository{Format: artifactregistrypb.Repository_GO}}))
	made := must(operation.Wait(ctx))
	check(made.Format == artifactregistrypb.Repository_GO, made)
	gone := must(client.DeleteRepository(ctx, &artifactregistrypb.DeleteRepositoryRequest{Name: made.Name}))
	if err := gone.Wait(ctx); err != nil {
		panic(err)
	}
}

func services() {
	client := must(run.NewServicesRESTClient(ctx, options...))
	_, err := client.ListServices(ctx, &runpb.ListServicesRequest{Parent: location}).Next()
	check(err == iterator.Done, err)
	jobs := must(run.NewJobsRESTClient(ctx, options...))
	_, err = jobs.RunJob(ctx, &runpb.RunJobRequest{Name: location + "/jobs/none"})
	refused(404, err)
}

func memorystore() {
	client := must(redis.NewCloudRedisRESTClient(ctx, options...))
	_, err := client.ListInstances(ctx, &redispb.ListInstancesRequest{Parent: location}).Next()
	check(err == iterator.Done, err)
}

func usage() {
	client := must(serviceusage.NewRESTClient(ctx, options...))
	operation := must(client.EnableService(ctx, &serviceusagepb.EnableServiceRequest{Name: parent + "/services/pubsub.googleapis.com"}))
	check(must(operation.Wait(ctx)).Service.State == serviceusagepb.State_ENABLED, "not enabled")
}

func projects() {
	client := must(resourcemanager.NewProjectsRESTClient(ctx, options...))
	got := must(client.GetProject(ctx, &resourcemanagerpb.GetProjectRequest{Name: parent}))
	check("projects/"+got.ProjectId == parent, got)
	must(client.GetIamPolicy(ctx, &iampb.GetIamPolicyRequest{Resource: parent}))
}

// The older clients, made from discovery documents.
func discovered() {
	accounts := must(iam.NewService(ctx, options...)).Projects.ServiceAccounts
	made := must(accounts.Create(parent, &iam.CreateServiceAccountRequest{AccountId: "go-account"}).Do())
	check(must(accounts.Get(made.Name).Fields("email").Do()).Email == made.Email, made)
	must(accounts.Delete(made.Name).Do())
	must(must(sqladmin.NewService(ctx, options...)).Instances.List(os.Args[3]).Do())
}

func main() {
	failed := 0
	for name, step := range map[string]func(){
		"secrets": secrets, "registry": registry, "services": services, "memorystore": memorystore,
		"usage": usage, "projects": projects, "discovered": discovered,
	} {
		func() {
			defer func() {
				if problem := recover(); problem != nil {
					failed++
					fmt.Printf("FAILED %s\n%v\n", name, problem)
				}
			}()
			step()
			fmt.Println("ok", name)
		}()
	}
	if failed > 0 {
		os.Exit(1)
	}
}
