package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	pulumi "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// exitShown is how the SDK says that the person has already been told what is wrong.
const exitShown = 32

// Run runs the program and waits for it.
func (h *host) Run(ctx context.Context, request *pulumi.RunRequest) (*pulumi.RunResponse, error) {
	run, err := script(request.Info.ProgramDirectory, "run")
	if err != nil {
		return nil, err
	}
	environment, err := programEnvironment(request)
	if err != nil {
		return nil, err
	}
	options := request.Info.Options.GetFields()
	args := append(strings.Fields(options["nodeargs"].GetStringValue()), run)
	command, release := h.node(ctx, append(args, h.programArguments(request)...))
	defer release()
	command.Dir, command.Stdout, command.Stderr = request.Pwd, os.Stdout, os.Stderr
	command.Env = append(os.Environ(), environment...)

	code, err := exitCode(command.Run())
	switch {
	case err != nil:
		return nil, err
	case code == 0:
		return &pulumi.RunResponse{}, nil
	case code == exitShown:
		return &pulumi.RunResponse{Bail: true}, nil
	default:
		return &pulumi.RunResponse{Error: fmt.Sprintf("the program ended with exit code %d", code)}, nil
	}
}

func (h *host) programArguments(request *pulumi.RunRequest) []string {
	args := []string{
		"--monitor", request.MonitorAddress,
		"--engine", h.engine,
		"--organization", request.Organization,
		"--project", request.Project,
		"--stack", request.Stack,
		"--pwd", request.Pwd,
		"--root-directory", request.Info.RootDirectory,
		"--parallel", fmt.Sprint(request.Parallel),
	}
	if request.DryRun {
		args = append(args, "--dry-run")
	}
	program := request.Info.EntryPoint
	if program == "" {
		program = "."
	}
	return append(append(args, program), request.Args...)
}

// programEnvironment is how the SDK reads the stack's configuration, and whether it is to load TypeScript.
func programEnvironment(request *pulumi.RunRequest) ([]string, error) {
	config := map[string]string{}
	for key, value := range request.Config {
		namespace, name, _ := strings.Cut(key, ":")
		config[namespace+":config:"+name] = value
	}
	values, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(request.ConfigSecretKeys)
	if err != nil {
		return nil, err
	}
	typescript := "true"
	if option, ok := request.Info.Options.GetFields()["typescript"]; ok && !option.GetBoolValue() {
		typescript = ""
	}
	return []string{
		"PULUMI_CONFIG=" + string(values),
		"PULUMI_CONFIG_SECRET_KEYS=" + string(secrets),
		"PULUMI_NODEJS_TYPESCRIPT=" + typescript,
	}, nil
}
