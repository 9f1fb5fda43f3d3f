#!/bin/sh
exec python -m localstack.runtime.main
