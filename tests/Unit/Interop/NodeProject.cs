using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Interop;

/// <summary>The tests of <c>tests/Interop</c>, which run in Node.js with packages from npm.</summary>
internal static class NodeProject
{
    /// <summary>The first release whose test runner does all that the tests use.</summary>
    private const int MinimumNode = 20;

    private static readonly TimeSpan s_timeOfInstall = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_timeOfTests = TimeSpan.FromMinutes(1);

    /// <summary>npm's codes for what is wrong with this repository, as against a registry that cannot be reached.</summary>
    private static readonly string[] s_ownMistakes = ["EUSAGE", "EJSONPARSE", "EINTEGRITY"];

    /// <summary>What a program did.</summary>
    /// <param name="Status">Its exit status.</param>
    /// <param name="Output">What it wrote to either stream.</param>
    public sealed record Outcome(int Status, string Output);

    /// <summary>Where it lies.</summary>
    public static string Directory { get; } = Path.Combine(Built.Root, "tests", "Interop");

    /// <summary>Makes sure that the tests can run; skips the test, saying why, where Node.js, npm or a package cannot be had.</summary>
    public static void Prepare()
    {
        string version = Run("node", ["--version"], Eventually.Patience)?.Output.Trim() ?? "none";
        bool isKnown = int.TryParse(version.TrimStart('v').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major);
        Assert.SkipUnless(
            isKnown && major >= MinimumNode,
            $"NOT TESTED: vscode-jsonrpc as a client needs Node.js {MinimumNode} or later on PATH; there is {version}.");
        if (HasPackages())
        {
            return;
        }

        Outcome? install = Run("npm", ["ci"], s_timeOfInstall);
        if (install is null)
        {
            Assert.Skip("NOT TESTED: vscode-jsonrpc as a client needs npm on PATH to install the package; there is none.");
        }

        Assert.False(
            install.Status != 0 && s_ownMistakes.Any(code => install.Output.Contains(code, StringComparison.Ordinal)),
            $"npm cannot install what tests/Interop/package-lock.json names: {install.Output}");
        Assert.SkipWhen(install.Status != 0, $"NOT TESTED: npm could not install vscode-jsonrpc: {install.Output}");
        Assert.True(HasPackages(), $"npm ci succeeded and the packages of tests/Interop/package.json are not there: {install.Output}");
    }

    /// <summary>Runs a file of tests.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="environment">What the tests need to know.</param>
    public static Outcome RunTests(string file, IReadOnlyDictionary<string, string> environment) =>
        Run("node", ["--test", "--test-reporter=tap", file], s_timeOfTests, environment)!;

    /// <summary>Whether each package is there in the very version that is asked for.</summary>
    private static bool HasPackages()
    {
        JsonObject wanted = ReadJson(Path.Combine(Directory, "package.json"))["devDependencies"]!.AsObject();
        return wanted.All(package =>
        {
            string manifest = Path.Combine(Directory, "node_modules", package.Key, "package.json");
            return File.Exists(manifest) && ReadJson(manifest)["version"]!.GetValue<string>() == package.Value!.GetValue<string>();
        });
    }

    private static JsonNode ReadJson(string path) => JsonNode.Parse(File.ReadAllText(path))!;

    /// <summary>Runs a program in the project; null where there is no such program.</summary>
    private static Outcome? Run(string program, string[] arguments, TimeSpan within, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(within))
            {
                process.Kill(entireProcessTree: true);
                string said = output.Result + errors.Result;
                throw new TimeoutException($"'{program} {string.Join(' ', arguments)}' did not end within {within.TotalSeconds} s: {said}");
            }

            return new Outcome(process.ExitCode, output.Result + errors.Result);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
