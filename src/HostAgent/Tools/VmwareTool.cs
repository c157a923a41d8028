using System;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Tools;

/// <summary>What <c>vmware -vl</c> says of the product.</summary>
/// <param name="Product">For example <c>VMware ESXi</c>.</param>
/// <param name="Version">For example <c>7.0.3</c>.</param>
/// <param name="Build">For example <c>24784741</c>.</param>
/// <param name="Update">The second line, for example <c>VMware ESXi 7.0 Update 3</c>; null where there is none.</param>
internal sealed record VmwareRelease(string? Product, string? Version, string? Build, string? Update)
{
    /// <summary>Reads the two lines; a part that is not recognised is null.</summary>
    public static VmwareRelease Parse(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string first = lines.Length > 0 ? lines[0] : string.Empty;
        string? version = null;
        string? build = null;
        int productLength = first.Length;
        int offset = 0;
        foreach (string word in first.Split(' '))
        {
            bool isBuild = word.StartsWith("build-", StringComparison.Ordinal);
            bool isVersion = version is null && word.Length > 0 && char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal);
            if (isBuild)
            {
                build = word["build-".Length..];
            }
            else if (isVersion)
            {
                version = word;
            }

            productLength = isBuild || isVersion ? Math.Min(productLength, offset) : productLength;
            offset += word.Length + 1;
        }

        string product = first[..productLength].Trim();
        return new VmwareRelease(product.Length == 0 ? null : product, version, build, lines.Length > 1 ? lines[1] : null);
    }
}

/// <summary>The command <c>vmware</c>.</summary>
internal sealed class VmwareTool(ToolRunner runner, HostPaths paths)
{
    private readonly string _path = paths.Tool(ToolNames.Vmware);

    /// <summary>Asks for product and release.</summary>
    /// <exception cref="OperationException"><c>ToolFailed</c>, and what <see cref="ToolRunner.Run"/> says.</exception>
    public VmwareRelease Release(CancelSignal cancel, TimeSpan? time = null)
    {
        using ToolOutput output = runner.Run(_path, ["-vl"], cancel, time);
        return output.Succeeded ? VmwareRelease.Parse(output.TextOf(ToolNames.Vmware)) : throw ToolFailure.Ended(ToolNames.Vmware, output);
    }
}
