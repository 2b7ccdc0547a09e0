#!/bin/sh
# Turbolift goes step by step, with time to look at the clones in between. It uses the login of `gh`.
set -eu

# Makes the folder compose-harden; its name becomes that of the branch.
turbolift init --name compose-harden
cd compose-harden

# Name the repositories in repos.txt (my-org/shop, one a line), and the pull requests in README.md.
# Without quotes, since EDITOR may have options, as in `code --wait`.
# shellcheck disable=SC2086
${EDITOR:-vi} repos.txt README.md

# Clones them into work/, and forks only those that you may not push to (older versions fork all, without `--no-fork`).
# Runs the same command in the root of each.
turbolift clone
turbolift foreach -- compose-harden fix --write --tolerate-errors

# Shows each diff, and asks: `turbolift commit` does neither, and commits all changes of every clone.
turbolift foreach -- git --no-pager diff
printf 'Commit? [y/N] '
read -r answer
[ "$answer" = y ]
turbolift commit --message "Harden Docker Compose services"

# Pull requests start CI jobs: one every half a minute.
turbolift create-prs --sleep 30s
