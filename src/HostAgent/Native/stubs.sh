#!/bin/sh
# Makes libraries to link against that look like the C library of an old system:
#
#     stubs.sh FLOOR FOLDER        for example: stubs.sh 2.12 obj/floor
#
# Each exports, without code, what the C library of this machine exports, in the highest version that is not above FLOOR (not the lowest: there are
# two kinds of condition variables, and the older one cannot wait by the monotonic clock), under the file names of an old system: what glibc 2.34
# moved into libc.so.6 goes back to libpthread, libdl and librt. A name that has no such version is left out, so that whoever needs it is told so by
# the linker. Needs a compiler (CC), objdump (OBJDUMP) and awk.
set -eu

floor=${1:?floor, a version of glibc such as 2.12}
folder=${2:?folder for the libraries}
compiler=${CC:-cc}
objdump=${OBJDUMP:-objdump}
LC_ALL=C
export LC_ALL

command -v "$objdump" >/dev/null || {
    echo "stubs.sh: error: $objdump not found (package binutils); with OldCLibrary=false it is not needed, nor does the program run on ESXi" >&2
    exit 1
}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
rm -f "$folder"/*

libraries=
for soname in ld-linux-x86-64.so.2 libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1; do
    library=$("$compiler" -print-file-name="$soname")
    [ -e "$library" ] && [ "$library" != "$soname" ] || { echo "stubs.sh: error: $compiler knows no $soname" >&2; exit 1; }
    libraries="$libraries $library"
done

# objdump prints: address, flags (with blanks among them, seven columns wide), section, size, version (in brackets when it is not the default), name.
for library in $libraries; do
    "$objdump" -T "$library" | sed "s|^|${library##*/} |"
done | awk -v floor="$floor" -v folder="$folder" '
    function number(version,    part) {
        split(version, part, ".")
        return part[1] * 1000000 + part[2] * 1000 + part[3]
    }

    # Where the symbol lived before all of it became one library.
    function home(soname, name) {
        if (soname != "libc.so.6")
            return soname
        if (name ~ /^(pthread_|sem_)/)
            return "libpthread.so.0"
        if (name ~ /^dl(open|sym|vsym|close|error|addr|addr1|info|mopen)$/)
            return "libdl.so.2"
        if (name ~ /^(clock_(getres|gettime|settime|getcpuclockid|nanosleep)|timer_|mq_|aio_|lio_listio|shm_)/)
            return "librt.so.1"
        return soname
    }

    NF < 6 || /\*UND\*/ { next }
    {
        version = $(NF - 1)
        gsub(/[()]/, "", version)
        if (version !~ /^GLIBC_[0-9][0-9.]*$/)
            next
        version = substr(version, 7)
        if (number(version) > number(floor))
            next

        name = $NF
        if (name ~ /^GLIBC_/)
            next
        key = home($1, name) " " name
        if (key in best && number(best[key]) >= number(version))
            next
        best[key] = version
        size[key] = $(NF - 2)
        object[key] = index(substr($0, length($1) + 19, 7), "O") > 0
        thread[key] = $0 ~ / \.t(bss|data)/
    }

    END {
        for (key in best)
            if (!thread[key])
                print key, best[key], object[key], size[key]
    }
' | sort > "$folder/symbols"

# A library that glibc 2.34 emptied still has symbols to offer: those put back above.
for soname in $(cut -d ' ' -f 1 "$folder/symbols" | uniq); do
    grep "^$soname " "$folder/symbols" | awk -v assembly="$folder/$soname.s" -v script="$folder/$soname.map" '
        $4 { printf ".data\n.globl %s\n.type %s, @object\n.size %s, 0x%s\n%s: .skip 0x%s\n", $2, $2, $2, $5, $2, $5 > assembly; }
        !$4 { printf ".text\n.globl %s\n.type %s, @function\n%s: hlt\n.size %s, 1\n", $2, $2, $2, $2 > assembly; }
        { names[$3] = names[$3] " " $2 ";" }
        END {
            print ".section .note.GNU-stack,\"\",@progbits" > assembly
            for (version in names)
                printf "GLIBC_%s { global:%s };\n", version, names[version] > script
            print "unversioned { local: *; };" > script
        }'
    "$compiler" -shared -nostdlib -Wl,--build-id=none -Wl,-soname,"$soname" -Wl,--version-script="$folder/$soname.map" \
        -o "$folder/$soname" "$folder/$soname.s"
    rm "$folder/$soname.s" "$folder/$soname.map"
done

# The names that -lc and the like look for. The loader exports a few symbols of its own, which only some programs need.
for library in m pthread dl rt; do
    for file in "$folder/lib$library.so".*; do
        [ -e "$file" ] && ln -s "${file##*/}" "$folder/lib$library.so"
    done
done
echo "GROUP ( \"$folder/libc.so.6\" AS_NEEDED ( \"$folder/ld-linux-x86-64.so.2\" ) )" > "$folder/libc.so"
