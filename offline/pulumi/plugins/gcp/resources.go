package main

import (
	// An API package registers its resources when it is imported; each costs build time and memory.
	_ "github.com/hashicorp/terraform-provider-google/google/services/artifactregistry"
	_ "github.com/hashicorp/terraform-provider-google/google/services/cloudrunv2"
	_ "github.com/hashicorp/terraform-provider-google/google/services/cloudscheduler"
	_ "github.com/hashicorp/terraform-provider-google/google/services/monitoring"
	_ "github.com/hashicorp/terraform-provider-google/google/services/redis"
	_ "github.com/hashicorp/terraform-provider-google/google/services/resourcemanager"
	_ "github.com/hashicorp/terraform-provider-google/google/services/secretmanager"
	_ "github.com/hashicorp/terraform-provider-google/google/services/sql"
)

// resources are those that the program may use, with their names in the npm package @pulumi/gcp.
var resources = map[string]string{
	"google_artifact_registry_repository":            "artifactregistry/repository:Repository",
	"google_artifact_registry_repository_iam_member": "artifactregistry/repositoryIamMember:RepositoryIamMember",
	"google_cloud_run_v2_job":                        "cloudrunv2/job:Job",
	"google_cloud_run_v2_job_iam_member":             "cloudrunv2/jobIamMember:JobIamMember",
	"google_cloud_run_v2_service":                    "cloudrunv2/service:Service",
	"google_cloud_run_v2_service_iam_member":         "cloudrunv2/serviceIamMember:ServiceIamMember",
	"google_cloud_run_v2_worker_pool":                "cloudrunv2/workerPool:WorkerPool",
	"google_cloud_scheduler_job":                     "cloudscheduler/job:Job",
	"google_monitoring_alert_policy":                 "monitoring/alertPolicy:AlertPolicy",
	"google_monitoring_notification_channel":         "monitoring/notificationChannel:NotificationChannel",
	"google_monitoring_uptime_check_config":          "monitoring/uptimeCheckConfig:UptimeCheckConfig",
	"google_project_iam_member":                      "projects/iAMMember:IAMMember",
	"google_project_service":                         "projects/service:Service",
	"google_redis_instance":                          "redis/instance:Instance",
	"google_secret_manager_secret":                   "secretmanager/secret:Secret",
	"google_secret_manager_secret_iam_member":        "secretmanager/secretIamMember:SecretIamMember",
	"google_secret_manager_secret_version":           "secretmanager/secretVersion:SecretVersion",
	"google_service_account":                         "serviceaccount/account:Account",
	"google_service_account_iam_member":              "serviceaccount/iAMMember:IAMMember",
	"google_sql_database":                            "sql/database:Database",
	"google_sql_database_instance":                   "sql/databaseInstance:DatabaseInstance",
	"google_sql_user":                                "sql/user:User",
}

// dataSources are what programs look up, with their names in the npm package.
var dataSources = map[string]string{
	"google_project": "organizations/getProject:getProject",
}
