module floci-gcp-sdk-test-go

go 1.26.0

require (
	cloud.google.com/go/secretmanager v1.24.0
	github.com/stretchr/testify v1.11.1
	google.golang.org/api v0.315.0
)
