#!/usr/bin/env bash
# The way in for a machine without PowerShell: finds or restores pwsh and hands over to build.ps1. Where none can be had, it does the same task
# with dotnet alone and says what was left out.
#
#   ./build.sh [Build|Test|VSock|Demo|Bench|Help|Lint|Package|Clean]
set -euo pipefail
cd "$(dirname "$0")"
task=${1:-Build}
configuration=${CONFIGURATION:-Release}

case $task in
  Build | Test | VSock | Demo | Bench | Help | Lint | Package | Clean) ;;
  *)
    echo "build.sh: there is no task '$task'; choose one of Build, Test, VSock, Demo, Bench, Help, Lint, Package, Clean" >&2
    exit 2
    ;;
esac

if ! command -v dotnet >/dev/null; then
  echo "build.sh: the .NET SDK 10 is needed and 'dotnet' is not on PATH; see https://dotnet.microsoft.com/download" >&2
  exit 1
fi

if command -v pwsh >/dev/null; then
  exec pwsh -NoProfile -NoLogo -File build.ps1 -Task "$task" -Configuration "$configuration"
fi
if dotnet tool restore >/dev/null 2>&1; then
  exec dotnet tool run pwsh -NoProfile -NoLogo -File build.ps1 -Task "$task" -Configuration "$configuration"
fi

left_out() {
  printf '\n*** WITHOUT POWERSHELL: %s\n\n' "$1" >&2
}

build() {
  dotnet publish EsxAgent.slnx --configuration "$configuration" --nologo --verbosity quiet
}

case $task in
  Build)
    build
    left_out "the module in out/EsxAgent has no help file for its cmdlets; it is made by a module of PowerShell."
    ;;
  Test)
    build
    status=0
    bash tests/run-without-pwsh.sh "$configuration" || status=$?
    # shellcheck disable=SC1091
    . out/tests/unit.count
    pester=$(cat tests/Pester/*.Tests.ps1 | grep -cE '^\s*It ')
    left_out "the cmdlets were NOT tested: $pester or more Pester tests were skipped. Put pwsh 7.4 or later on PATH to run them."
    # shellcheck disable=SC2154
    echo "$passed passed, $failed failed, $((skipped + pester)) skipped"
    exit "$status"
    ;;
  VSock)
    build
    status=0
    tests/VSock/run.sh || status=$?
    tests/VSock/qemu.sh || status=$?
    exit "$status"
    ;;
  Demo)
    build
    out/demo/esxdemo --without-pwsh
    ;;
  Bench)
    build
    bash bench/run.sh
    left_out "what the module costs in PowerShell was NOT measured."
    ;;
  Clean)
    find . -type d \( -name bin -o -name obj \) -not -path '*/node_modules/*' -prune -exec rm -rf {} +
    rm -rf out
    ;;
  Help | Lint | Package)
    echo "build.sh: the task $task is done by PowerShell, which is not on PATH and could not be restored as a tool of dotnet" >&2
    exit 1
    ;;
esac
