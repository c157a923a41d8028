using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using EsxAgent.Tests.Simulator;

namespace EsxAgent.Tests.Packaging;

/// <summary>
/// A directory that looks to the init script like an ESXi host: its watchdog, resource groups, logger and agent are small scripts. A second of the script is
/// 300 ms here.
/// </summary>
internal sealed class HostSandbox : IDisposable
{
    private const string Logger = """
        #!/bin/sh
        # logger -t TAG [TEXT]; without a text it logs what it reads.
        shift 2
        if [ $# -gt 0 ]; then echo "$*" >>"$ESXAGENT_ROOT/log"; else while read -r line; do echo "$line" >>"$ESXAGENT_ROOT/log"; done; fi

        """;

    private const string Watchdog = """
        #!/bin/sh
        # -s starts a command again and again, -r asks for the process of a watchdog, -k ends one.
        while getopts ds:u:q:t:r:k: option; do
            case $option in
                s) do=start tag=$OPTARG ;;
                r) do=ask tag=$OPTARG ;;
                k) do=end tag=$OPTARG ;;
                q) quick=$OPTARG ;;
            esac
        done
        shift $((OPTIND - 1))
        file=$ESXAGENT_ROOT/watchdog-$tag
        case $do in
            start)
                (for _ in $(seq "$quick"); do $1; done; rm "$file") &
                echo $! >"$file"
                ;;
            ask) cat "$file" ;;
            end) kill "$(cat "$file")" && rm "$file" ;;
        esac

        """;

    private const string LocalCli = """
        #!/bin/sh
        # The resource groups, one file each, which holds its memory limit.
        echo "$*" >>"$ESXAGENT_ROOT/localcli"
        shift 3
        for word in "$@"; do
            case $word in
                --group-path=* | --parent-path=*) path=${word#*=} ;;
                --group-name=*) name=/${word#*=} ;;
                --max=*) limit=${word#*=} ;;
                host/*) path=$word ;;
            esac
        done
        file=$ESXAGENT_ROOT/groups/$path${name:-}
        case $1 in
            list) [ -f "$file" ] ;;
            add) mkdir -p "$(dirname "$file")" && : >"$file" ;;
            setmemconfig) [ -f "$file" ] && echo "$limit" >"$file" ;;
            delete) rm "$file" ;;
        esac

        """;

    private const string Setsid = """
        #!/bin/sh
        # VMkernel takes words that begin with ++ for itself.
        case $1 in ++*) echo "$1" >>"$ESXAGENT_ROOT/scheduling"; shift ;; esac
        exec /usr/bin/setsid "$@"

        """;

    private const string Agent = """
        #!/bin/sh
        [ "$1" = version ] && { echo 'esxagent 9.9.9 (abcdef)'; exit; }
        echo "called with $*" >&2
        case $(cat "$ESXAGENT_ROOT/behaviour") in
            serve) trap 'exit 0' TERM ;;
            deaf) trap '' TERM ;;
            *) exit "$(cat "$ESXAGENT_ROOT/behaviour")" ;;
        esac
        echo 'listening on vsock:any:1019'
        while [ -d "$ESXAGENT_ROOT" ]; do /bin/sleep 0.05; done

        """;

    /// <summary>A busybox may prefer its own tools to those on the path, but not to functions.</summary>
    private const string Functions = """

        logger() { "$ESXAGENT_ROOT/bin/logger" "$@"; }
        setsid() { "$ESXAGENT_ROOT/bin/setsid" "$@"; }
        sleep() { "$ESXAGENT_ROOT/bin/sleep" "$@"; }
        ps() { "$ESXAGENT_ROOT/bin/ps" "$@"; }

        """;

    private readonly string _script;

    /// <summary>Makes a host whose agent listens.</summary>
    /// <param name="shell">What runs the init script: <c>/bin/sh</c>, or a busybox, which then is the script's cat, grep and others too.</param>
    public HostSandbox(string shell)
    {
        Root = Directory.CreateTempSubdirectory("esxi-").FullName;
        shell += shell.EndsWith("busybox", StringComparison.Ordinal) ? " sh" : string.Empty;
        foreach ((string path, string text) in new[]
        {
            ("bin/logger", Logger), ("bin/localcli", LocalCli), ("bin/setsid", Setsid), ("bin/ps", "#!/bin/sh\n"),
            ("bin/sleep", "#!/bin/sh\nexec /bin/sleep 0.3\n"), ("sbin/watchdog.sh", Watchdog), ("opt/esxagent/bin/esxagent", Agent),
        })
        {
            Write(path, text);
        }

        Directory.CreateDirectory(Under("var/run"));
        Behave("serve");
        _script = Write("etc/init.d/esxagent", File.ReadAllText(Path.Combine(Built.Root, "packaging", "esxagent.init")));
        Edit("#!/bin/sh", "#!" + shell);
        Edit("\nname=esxagent\n", Functions + "name=esxagent\n");
    }

    /// <summary>The host's root directory.</summary>
    public string Root { get; }

    /// <summary>What was logged.</summary>
    public string Log => Read("log");

    /// <summary>The processes of agents that were started, in order; the last one may run.</summary>
    public int[] Processes =>
        [.. Regex.Matches(Log, @"(?<=is running \(process )\d+").Select(static match => int.Parse(match.ValueSpan, CultureInfo.InvariantCulture)).Distinct()];

    /// <summary>Calls the init script.</summary>
    public ToolResult Call(params string[] words) => HostProcesses.Execute("/usr/bin/env", ["ESXAGENT_ROOT=" + Root, _script, .. words]);

    /// <summary>What the agent does from now on: <c>serve</c>, <c>deaf</c> to SIGTERM, or ending with a status.</summary>
    public void Behave(string how) => File.WriteAllText(Under("behaviour"), how);

    /// <summary>Changes the init script.</summary>
    public void Edit(string before, string after)
    {
        string text = File.ReadAllText(_script);
        if (!text.Contains(before, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The init script does not hold '{before}'.");
        }

        File.WriteAllText(_script, text.Replace(before, after, StringComparison.Ordinal));
    }

    /// <summary>Puts an executable text in a place.</summary>
    public string Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Under(path))!);
        File.WriteAllText(Under(path), text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Under(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return Under(path);
    }

    /// <summary>Takes a file away.</summary>
    public void Remove(string path) => File.Delete(Under(path));

    /// <summary>The text of a file; nothing where there is none.</summary>
    public string Read(string path) => File.Exists(Under(path)) ? File.ReadAllText(Under(path)).TrimEnd() : string.Empty;

    /// <summary>Waits for something that happens soon.</summary>
    public void Await(Func<bool> condition, string what)
    {
        for (int i = 0; i < 200; i++)
        {
            if (condition())
            {
                return;
            }

            Thread.Sleep(50);
        }

        throw new TimeoutException($"It did not happen within 10 s that {what}. The log: {Log}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Behave("0");
        Call("stop");
        // A deaf agent ends when its directory has gone.
        Directory.Delete(Root, recursive: true);
    }

    private string Under(string path) => Path.Combine(Root, path);
}
