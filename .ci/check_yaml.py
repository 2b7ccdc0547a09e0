#!/usr/bin/env python3
"""check_yaml.py BIN SUITE: every case of the yaml-test-suite in SUITE (its data form: in.yaml, test.event, error) through the
example program yaml_events. Events must equal test.event where there is no file `error`, and the program must fail where there is."""
import os, subprocess, sys

binary, suite = sys.argv[1:3]
failed = []
cases = 0
for folder, _, files in sorted(os.walk(suite)):
    if "in.yaml" not in files:
        continue
    cases += 1
    run = subprocess.run([binary, os.path.join(folder, "in.yaml")], capture_output=True, timeout=10)
    if "error" in files:
        good = run.returncode == 1 and run.stderr.startswith(b"error: ")
    else:
        with open(os.path.join(folder, "test.event"), "rb") as events:
            good = run.returncode == 0 and run.stdout == events.read()
    if not good:
        failed.append(os.path.relpath(folder, suite))
for name in failed:
    print("FAIL", name)
print(f"yaml-test-suite: {cases - len(failed)} of {cases} cases as specified")
sys.exit(bool(failed) or cases == 0)
