#!/bin/sh
# Clones the repositories that repos.txt lists (my-org/shop, one a line), runs compose-harden in the root of each,
# commits what it changes, and opens a pull request. The token comes from GITHUB_OAUTH_TOKEN.
#
# Start with a few lines in repos.txt and with --dry-run, as here: nothing is pushed then.
set -eu

git-xargs \
  --repos repos.txt \
  --branch-name compose-harden \
  --commit-message "Harden Docker Compose services" \
  --dry-run \
  compose-harden fix --write --tolerate-errors
