#!/bin/sh
# What the production image leaves out of its packages; runs in their folder.
set -eu
# boto3 speaks to SNS and SQS, and to what credentials can come from; botocore describes 400 services.
find botocore/data -mindepth 1 -maxdepth 1 -type d \
    ! -name sns ! -name sqs ! -name sts ! -name sso ! -name sso-oidc -exec rm -r {} +
# Of pyogrio only the library beside it and its data are used: config/geo_libraries.py.
find pyogrio -name '*.so' -delete
