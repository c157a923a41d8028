using EsxAgent.Simulator.EsxCli;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Vmware;

/// <summary><c>vmware</c>: <c>-v</c> prints version and build, <c>-l</c> the release's name, both together both lines.</summary>
internal static class VmwareTool
{
    private const string Usage = "usage: vmware -v|--version | -l|--level | -vl";

    /// <summary>Runs one call.</summary>
    public static int Run(ToolCall call)
    {
        if (RecordedAnswer.Read(call, call.JoinedArguments, ".txt") is { } recorded)
        {
            call.Output.Write(recorded);
            return ExitStatus.Success;
        }

        bool version = false;
        bool level = false;
        foreach (string argument in call.Arguments)
        {
            bool known = true;
            switch (argument)
            {
                case "-v" or "--version":
                    version = true;
                    break;
                case "-l" or "--level":
                    level = true;
                    break;
                case "-vl" or "-lv":
                    version = level = true;
                    break;
                default:
                    known = false;
                    break;
            }

            if (!known)
            {
                return call.Fail($"vmware: unrecognized option '{argument}'\n{Usage}");
            }
        }

        if (!version && !level)
        {
            return call.Fail(Usage);
        }

        HostFacts facts = HostFacts.Read(call.Host);
        call.Print((version ? $"{facts.Product} {facts.Version} build-{facts.Build}\n" : "") + (level ? facts.ReleaseName + "\n" : ""));
        return ExitStatus.Success;
    }
}
