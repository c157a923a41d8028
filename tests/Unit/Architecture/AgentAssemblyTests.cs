using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Architecture;

/// <summary>
/// Keeps the agent inside what ESXi offers, and small. A single call can link a whole part of the library in that VMkernel cannot serve or that is a tenth of the
/// executable; docs/esxi.md tells how to find out what does.
/// </summary>
public sealed class AgentAssemblyTests
{
    private const string NotOnEsxi = "it needs threads, descriptors or system calls that VMkernel may not give";

    private static readonly string s_agent = typeof(EsxAgent.HostAgent.Posix.Errno).Assembly.Location;
    private static readonly string s_protocol = typeof(HostInfo).Assembly.Location;

    /// <summary>What the agent must not use and why. The name of a member, of a type, or of a namespace with all that is below it.</summary>
    private static readonly (string Name, string Why)[] s_refused =
    [
        ("System.Net.Sockets", NotOnEsxi),
        ("System.Diagnostics.Process", NotOnEsxi),
        ("System.Threading.Tasks", NotOnEsxi),
        ("System.Threading.ThreadPool", NotOnEsxi),
        ("System.Threading.Timer", NotOnEsxi),
        ("System.IO.File", "40 to 150 KB: streams, encodings and time zones; Posix.FileContent reads a file"),
        ("System.IO.FileInfo", "150 KB: time zones"),
        ("System.IO.FileStream", "streams and what waits for them"),
        ("System.IO.FileSystemWatcher", NotOnEsxi),
        ("System.IO.MemoryMappedFiles", NotOnEsxi),
        ("System.Security.Cryptography", "it loads OpenSSL"),
        ("System.Console", "140 KB, a thread and a pipe; Posix.StandardOutput writes lines"),
        ("System.Text.RegularExpressions", "330 KB"),
        ("System.Linq", "each operator brings iterators for each type that it meets"),
        ("System.Text.Json.JsonSerializer", "900 KB; a message writes itself, and RequestParameters reads"),
        ("System.Reflection", "half a megabyte"),
        ("System.Runtime.CompilerServices.RuntimeHelpers.GetSubArray", "190 KB: a range of an array; array.AsSpan(start, length).ToArray() does the same"),
        ("System.DateTime.ToString", "150 KB; UtcTime writes times"),
        ("System.DateTime.Parse", "150 KB and more"),
        ("System.DateTime.get_Now", "150 KB: it reads the files of time zones"),
        ("System.TimeZoneInfo", "150 KB"),
        ("System.Enum.Parse", "it reads names by reflection"),
        ("System.Enum.TryParse", "it reads names by reflection"),
        ("System.Enum.GetName", "it reads names by reflection"),
        ("System.Object.GetType", "the executable holds no names of types, so what asks for one throws; Diagnostics.Fault describes exceptions"),
        ("System.Activator", "it makes objects by reflection"),
    ];

    [Fact]
    public void The_agent_uses_nothing_that_ESXi_may_lack_or_that_is_large()
    {
        IEnumerable<string> findings =
            from used in UsedBy(s_agent)
            from refused in s_refused
            where used == refused.Name || used.StartsWith(refused.Name + ".", StringComparison.Ordinal)
            select $"The agent uses {used}, and must not: {refused.Why}.";

        MustBeNone(findings);
    }

    [Fact]
    public void The_protocol_takes_no_range_of_an_array()
    {
        Assert.DoesNotContain("System.Runtime.CompilerServices.RuntimeHelpers.GetSubArray", UsedBy(s_protocol));
    }

    [Fact]
    public void A_record_that_holds_a_time_says_itself_how_it_is_printed()
    {
        IEnumerable<string> findings =
            from type in new[] { s_agent, s_protocol }.SelectMany(path => Assembly.LoadFrom(path).GetTypes())
            where type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Any(property => IsTime(property.PropertyType))
            let print = type.GetMethod(nameof(ToString), Type.EmptyTypes)
            where print?.DeclaringType == type && print.IsDefined(typeof(CompilerGeneratedAttribute))
            select $"{type.Name} is a record with a time; give it a ToString of its own, because the generated one brings 150 KB of formatting along.";

        MustBeNone(findings);
    }

    [Fact]
    public void The_agent_calls_the_C_library_from_its_room_Posix_alone()
    {
        using PEReader file = Open(s_agent, out MetadataReader reader);
        IEnumerable<string> callers =
            from handle in reader.MethodDefinitions
            let method = reader.GetMethodDefinition(handle)
            where (method.Attributes & MethodAttributes.PinvokeImpl) != 0
            let type = reader.GetTypeDefinition(method.GetDeclaringType())
            where reader.GetString(type.Namespace) != "EsxAgent.HostAgent.Posix"
            select $"{reader.GetString(type.Name)}.{reader.GetString(method.Name)}";

        MustBeNone(callers);
    }

    [Fact]
    public void Every_record_is_listed_as_one_that_is_neither_printed_nor_a_key()
    {
        const string List = "src/HostAgent/Native/Records.xml";
        string listed = File.ReadAllText(Path.Combine(Built.Root, List));
        IEnumerable<string> findings =
            from type in new[] { s_agent, s_protocol }.SelectMany(path => Assembly.LoadFrom(path).GetTypes())
            where type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null
            let name = type.FullName!.Replace('+', '/')
            where !listed.Contains($"\"{name}\"", StringComparison.Ordinal)
            select $"The record '{name}' is missing in {List}; written like the others there, it takes 800 bytes less of the executable.";

        MustBeNone(findings);
    }

    [Fact]
    public void Nothing_of_the_agent_prints_an_exception_or_an_enumeration()
    {
        // The generated ToString of a record prints its members, so a record may not hold one either, unless it says itself how it is printed.
        IEnumerable<string> records =
            from type in new[] { s_agent, s_protocol }.SelectMany(path => Assembly.LoadFrom(path).GetTypes())
            from property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            where property.PropertyType.IsEnum || typeof(Exception).IsAssignableFrom(property.PropertyType)
            let print = type.GetMethod(nameof(ToString), Type.EmptyTypes)
            where print?.DeclaringType == type && print.IsDefined(typeof(CompilerGeneratedAttribute))
            select $"{type.Name} is a record with {property.Name}; give it a ToString of its own: to print that member, the executable would need names that it has not.";

        MustBeNone(records.Concat(FormattedBy(s_agent).Concat(FormattedBy(s_protocol))));
    }

    private static void MustBeNone(IEnumerable<string> findings)
    {
        string text = string.Join('\n', findings);
        Assert.True(text.Length == 0, text);
    }

    private static bool IsTime(Type type) => type == typeof(DateTime) || type == typeof(DateTime?) || type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?);

    /// <summary>Exceptions and enumerations that are put into an interpolated string, or printed by a call of their own.</summary>
    private static List<string> FormattedBy(string path)
    {
        Module module = Assembly.LoadFrom(path).ManifestModule;
        using PEReader file = Open(path, out MetadataReader reader);
        var found = new List<string>();
        for (int row = 1; row <= reader.GetTableRowCount(TableIndex.MethodSpec); row++)
        {
            EntityHandle generic = reader.GetMethodSpecification(MetadataTokens.MethodSpecificationHandle(row)).Method;
            if (generic.Kind != HandleKind.MemberReference ||
                !reader.StringComparer.StartsWith(reader.GetMemberReference((MemberReferenceHandle)generic).Name, "AppendFormatted"))
            {
                continue;
            }

            MethodBase? method = Resolve(module, MetadataTokens.GetToken(MetadataTokens.MethodSpecificationHandle(row)));
            Type? formatted = method?.GetGenericArguments()[0];
            if (formatted is { IsGenericParameter: false } && (formatted.IsEnum || typeof(Exception).IsAssignableFrom(formatted)))
            {
                found.Add($"{reader.GetString(reader.GetAssemblyDefinition().Name)} puts a {formatted.Name} into an interpolated string.");
            }
        }

        return found;
    }

    private static MethodBase? Resolve(Module module, int token)
    {
        try
        {
            return module.ResolveMethod(token);
        }
        catch (ArgumentException)
        {
            // It depends on the type parameters of where it is called.
            return null;
        }
    }

    /// <summary>Full names of the types and members of other assemblies that an assembly uses, but for attributes, which are not code.</summary>
    private static List<string> UsedBy(string path)
    {
        using PEReader file = Open(path, out MetadataReader reader);
        var used = new List<string>();
        foreach (TypeReferenceHandle handle in reader.TypeReferences)
        {
            used.Add(NameOf(reader, handle));
        }

        foreach (MemberReferenceHandle handle in reader.MemberReferences)
        {
            MemberReference member = reader.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference)
            {
                used.Add($"{NameOf(reader, (TypeReferenceHandle)member.Parent)}.{reader.GetString(member.Name)}");
            }
        }

        used.RemoveAll(name => name.EndsWith("Attribute", StringComparison.Ordinal) || name.EndsWith("Attribute..ctor", StringComparison.Ordinal));
        return used;
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(reader, (TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{reader.GetString(type.Namespace)}.{name}";
    }

    private static PEReader Open(string path, out MetadataReader reader)
    {
        var file = new PEReader(File.OpenRead(path));
        reader = file.GetMetadataReader();
        return file;
    }
}
