#!/bin/sh
# Puts what run.sh has found into the corpus: of the present inputs and the new ones, the fewest and smallest that reach all that they reach together.
#
#   tests/Fuzz/grow.sh TARGET|all
set -eu
export AFL_ALLOW_TMP=1
targets=${1:?name a target, or all}
[ "$targets" != all ] || targets=$(ls "$(dirname "$0")/corpus")
# shellcheck source=tests/Fuzz/prepare.sh
. "$(dirname "$0")/prepare.sh"

for target in $targets; do
  rm -rf "${work:?}/grow"
  mkdir "$work/grow" "$work/grow/all"
  cp "$here/corpus/$target"/* "$work/grow/all"
  for input in "$work/$target/default/queue"/id:*; do
    cp "$input" "$work/grow/all/$(sha256sum "$input" | cut -c 1-12)"
  done
  afl-cmin -i "$work/grow/all" -o "$work/grow/least" -m none -t 5000 -- "$(command -v dotnet)" "$work/bin/EsxAgent.Tests.Fuzz.dll" "$target" > "$work/grow.log" 2>&1 \
    || { cat "$work/grow.log" >&2; exit 1; }
  # What has a name was written by hand and says what it is; it stays.
  find "$work/grow/least" -type f -size -17k -exec cp -n {} "$here/corpus/$target" \;
  echo "$target: $(ls "$here/corpus/$target" | wc -l) inputs, $(du -sk --apparent-size "$here/corpus/$target" | cut -f 1) KB"
done
