#!/bin/sh
# Builds the launcher and prints the command to put before a program that shall have no more of Linux than VMkernel gives, /proc and /sys empty and
# 1 GiB of addresses:
#
#     launcher.sh FOLDER        FOLDER: where the launcher goes; no blanks in its path
set -eu
folder=$(realpath "${1:?folder}")
cd "$(dirname "$0")"

cc -O2 -std=gnu11 -Wall -Wextra -Werror -o "$folder/vmkernel" vmkernel/*.c
if "$folder/vmkernel" --no-proc true; then
    hide=--no-proc
else
    hide=
    printf '\n*** /proc AND /sys STAY VISIBLE: this user can neither mount nor make a namespace. Run the tests as root, or allow user namespaces.\n\n' >&2
fi

"$folder/vmkernel" true
echo "$folder/vmkernel $hide --address-space 1G"
