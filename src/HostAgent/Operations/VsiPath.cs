using System;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Operations;

/// <summary>The rule for paths of the vsish tree: <c>/</c>, or up to 32 names, each of <c>[A-Za-z0-9._:@%+-]{1,128}</c> and none that leads up.</summary>
internal static class VsiPath
{
    /// <summary>Path of the root.</summary>
    public const string Root = "/";

    /// <summary>Names of a path.</summary>
    public const int MaxDepth = 32;

    private const int MaxName = 128;

    /// <summary>Lets a path pass or throws.</summary>
    /// <param name="path">As it was asked for.</param>
    /// <param name="parameter">Name of the parameter, for the error.</param>
    /// <exception cref="OperationException"><c>InvalidParams</c>, with the rule.</exception>
    public static string Demand(string? path, string parameter = "path")
    {
        string? problem = path is null ? "is missing" : path == Root ? null : Problem(path);
        return problem is null
            ? path!
            : throw new OperationException(new WireError(ErrorKind.InvalidParams, $"The parameter '{parameter}' {problem}.") { Target = parameter });
    }

    /// <summary>True for a name that a path may hold. The tree also has others; they are listed and cannot be asked for.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or ':' or '@' or '%' or '+' or '-'))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= MaxName && name is not ("." or "..");
    }

    /// <summary>The path of a child.</summary>
    public static string Child(string path, string name) => path == Root ? Root + name : $"{path}/{name}";

    /// <summary>How many names a path has.</summary>
    public static int DepthOf(string path) => path == Root ? 0 : path.AsSpan().Count('/');

    private static string? Problem(string path)
    {
        if (!path.StartsWith('/'))
        {
            return "must be a path that begins with '/'";
        }

        if (DepthOf(path) > MaxDepth)
        {
            return $"must have at most {MaxDepth} names";
        }

        foreach (Range name in path.AsSpan(1).Split('/'))
        {
            if (!IsName(path.AsSpan(1)[name]))
            {
                return $"must hold names of 1 to {MaxName} of A-Z a-z 0-9 . _ : @ % + -, divided by '/', and none may be '.' or '..'";
            }
        }

        return null;
    }
}
