#!/bin/sh
# The C library that a program needs must be no newer than that of the oldest ESXi served:
#
#     symbols.sh PROGRAM [FLOOR]        FLOOR: a version of glibc, 2.12 unless given
#
# Prints the highest version needed of each library. Fails for a version above the floor, for a library that ESXi may not have, and for a path of
# the program's own to look for libraries in.
set -eu
LC_ALL=C
export LC_ALL

program=${1:?program}
floor=${2:-2.12}

[ -r "$program" ] || { echo "FAILED no such file: $program"; exit 1; }
headers=$(objdump -p "$program")
symbols=$(objdump -T "$program")

printf '%s\n' "$headers" | awk -v floor="$floor" '
    function number(version,    part) {
        split(version, part, ".")
        return part[1] * 1000000 + part[2] * 1000 + part[3]
    }

    function complain(what) {
        print "FAILED " what
        failed = 1
    }

    $1 == "NEEDED" {
        needed[++libraries] = $2
        if ($2 !~ /^(libc\.so\.6|libm\.so\.6|libpthread\.so\.0|libdl\.so\.2|librt\.so\.1|ld-linux-x86-64\.so\.2)$/)
            complain("needs " $2)
    }

    $1 == "RPATH" || $1 == "RUNPATH" {
        if ($2 !~ /^\/lib64\/?$/)
            complain("looks for libraries in " $2)
    }

    $1 == "required" && $2 == "from" { library = $3; sub(/:$/, "", library); next }
    library != "" && $1 ~ /^0x/ && $NF ~ /^GLIBC_/ {
        version = substr($NF, 7)
        if (!(library in highest) || number(version) > number(highest[library]))
            highest[library] = version
        next
    }
    { library = "" }

    END {
        if (libraries == 0)
            complain("is not dynamically linked")
        for (i = 1; i <= libraries; i++) {
            library = needed[i]
            print library ": " (library in highest ? "GLIBC_" highest[library] : "any version")
        }
        for (library in highest)
            if (number(highest[library]) > number(floor))
                complain(library " is needed in version " highest[library] ", more than " floor)
        exit failed
    }' || {
    printf '%s\n' "$symbols" | awk -v floor="$floor" '
        function number(version,    part) {
            split(version, part, ".")
            return part[1] * 1000000 + part[2] * 1000 + part[3]
        }
        NF > 5 {
            version = $(NF - 1)
            gsub(/[()]/, "", version)
            if (version ~ /^GLIBC_[0-9]/ && number(substr(version, 7)) > number(floor))
                print "    " $NF " of " version
        }'
    exit 1
}
