# Reads lines 'agent NAME=VALUE...' and 'floor NAME=VALUE...' in turn and prints one line of medians, and of the medians of their ratios.
function median(list, count,    i, j, held) {
    for (i = 2; i <= count; i++) {
        held = list[i]
        for (j = i - 1; j >= 1 && list[j] > held; j--)
            list[j + 1] = list[j]
        list[j + 1] = held
    }
    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
}

function median_of(server, name,    i, list) {
    for (i = 1; i <= rounds; i++)
        list[i] = value[server, i, name]
    return median(list, rounds)
}

function ratio_of(name,    i, list) {
    for (i = 1; i <= rounds; i++)
        list[i] = value["agent", i, name] / value["floor", i, name]
    return median(list, rounds)
}

{
    if ($1 == "agent")
        rounds++
    for (i = 2; i <= NF; i++) {
        split($i, pair, "=")
        value[$1, rounds, pair[1]] = pair[2] + 0
    }
}

END {
    printf "method=%s connections=%s place=%s", method, connections, place
    for (i = split("agent floor", server, " "); i >= 1; i--)
        printf " %s_p50=%.2f %s_p99=%.2f %s_per_second=%.0f %s_cpu=%.2f", server[i], median_of(server[i], "p50"), server[i], median_of(server[i], "p99"),
            server[i], median_of(server[i], "per_second"), server[i], median_of(server[i], "cpu")
    printf " p50_ratio=%.3f per_second_ratio=%.3f\n", ratio_of("p50"), ratio_of("per_second")
}
