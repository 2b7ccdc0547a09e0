#!/bin/sh
# Clones the repositories that repos.txt lists (my-org/shop, one a line), runs compose-harden in the root of each,
# commits what it changes, and opens a pull request. The token comes from GITHUB_OAUTH_TOKEN.
#
# Start with a few lines in repos.txt and with the last two options, as here: nothing is pushed, the clones stay in the
# temporary directory for you to look at (`git -C git-xargs-shop… show` there), and what compose-harden says is in the log.
# Remove the last two options for the real run.
#
# git-xargs begins commit messages with "[skip ci]" unless told otherwise, and CI would not test the pull requests.
# Pull requests start CI jobs: one every half a minute.
set -eu

git-xargs \
  --repos repos.txt \
  --branch-name compose-harden \
  --commit-message "Harden Docker Compose services" \
  --pull-request-title "Harden Docker Compose services" \
  --pull-request-description "Merges one block of hardening options into every service. What a service sets itself stays as it is.
Loosen a service that needs more by setting the option beside the merge, for example \`user: \"\"\`." \
  --no-skip-ci \
  --seconds-between-prs 30 \
  --loglevel DEBUG \
  --keep-cloned-repositories \
  --dry-run \
  compose-harden fix --write --tolerate-errors
