using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Completion;
using EsxAgent.Errors;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Provider;

/// <content>What there is, and what it holds.</content>
public sealed partial class EsxVsiProvider
{
    private const string Everything = "*";

    private bool? _isForTab;

    /// <summary>Whether the answers are for a person who has pressed Tab: then only an open session is asked, briefly, and only for names.</summary>
    private bool IsForTab => _isForTab ??= TabPress.IsCause();

    /// <inheritdoc/>
    protected override bool IsValidPath(string path) => !string.IsNullOrEmpty(path);

    /// <inheritdoc/>
    protected override bool ItemExists(string path) => Find(DrivePath.Parse(path), out _);

    /// <inheritdoc/>
    protected override bool IsItemContainer(string path) => IsDirectory(DrivePath.Parse(path));

    /// <summary>The last name. It is asked for every object that is written, and the base would look each time whether the node is there.</summary>
    protected override string GetChildName(string path)
    {
        string trimmed = path.TrimEnd('/', '\\');
        return trimmed[(trimmed.LastIndexOfAny(['/', '\\']) + 1)..];
    }

    /// <summary>
    /// PowerShell asks it before it looks for what a wildcard means, and before it removes something, to warn of what lies below. Nothing will be removed: a
    /// person must not be asked first and refused then.
    /// </summary>
    protected override bool HasChildItems(string path) => DynamicParameters is not RemovalMark && IsDirectory(DrivePath.Parse(path));

    /// <inheritdoc/>
    protected override void GetItem(string path)
    {
        DrivePath given = DrivePath.Parse(path);
        if (IsForTab)
        {
            if (Find(given, out bool isDirectory))
            {
                Write(given, new VsiTreeNode { Path = given.Node, IsDirectory = isDirectory }, null);
            }

            return;
        }

        Ask(given, (session, sign) => Write(given, _stop.WaitFor(session.Live.GetVsiNodeAsync(given.Node, _stop.Token), sign), session.HostName));
    }

    /// <inheritdoc/>
    protected override void GetChildItems(string path, bool recurse) => GetChildItems(path, recurse, uint.MaxValue);

    /// <inheritdoc/>
    protected override void GetChildItems(string path, bool recurse, uint depth)
    {
        DrivePath given = DrivePath.Parse(path);
        int? levels = !recurse ? 1 : depth < int.MaxValue ? (int)depth + 1 : null;
        WildcardPattern filter = NameFilter();
        var wanted = DynamicParameters as ListingParameters;
        if (IsForTab)
        {
            foreach (VsiChild child in ChildrenForTab(given))
            {
                Write(given, new VsiTreeNode { Path = VsiPathText.Child(given.Node, child.Name!), IsDirectory = child.IsDirectory }, null);
            }

            return;
        }

        Ask(given, (session, sign) =>
        {
            foreach (VsiTreeNode node in new VsiQuestion(session.Live, _stop, sign, WriteError).Below(given.Node, levels))
            {
                if (filter.IsMatch(VsiPathText.NameOf(node.Path!)) && wanted?.Take(node.IsDirectory) != false)
                {
                    Write(given, node, session.HostName);
                }
            }
        });
    }

    /// <inheritdoc/>
    protected override object GetChildItemsDynamicParameters(string path, bool recurse) => new ListingParameters();

    /// <inheritdoc/>
    protected override object GetChildNamesDynamicParameters(string path) => new ListingParameters();

    /// <inheritdoc/>
    protected override void GetChildNames(string path, ReturnContainers returnContainers)
    {
        DrivePath given = DrivePath.Parse(path);
        WildcardPattern filter = NameFilter();
        var wanted = DynamicParameters as ListingParameters;
        if (IsForTab)
        {
            foreach (VsiChild child in ChildrenForTab(given))
            {
                WriteName(child.Name!, child.IsDirectory);
            }

            return;
        }

        Ask(given, (session, sign) =>
        {
            foreach (VsiChild child in _stop.Each(VsiListings.Of(session.Live).ListAsync(given.Node, _stop.Token), sign))
            {
                WriteName(child.Name!, child.IsDirectory);
            }
        });

        void WriteName(string name, bool isDirectory)
        {
            bool isSeen = filter.IsMatch(name) && wanted?.Take(isDirectory) != false;
            if (isSeen || (isDirectory && returnContainers == ReturnContainers.ReturnAllContainers))
            {
                WriteItemObject(name, given.To(VsiPathText.Child(given.Node, name)).ToString(), isDirectory);
            }
        }
    }

    private void Write(DrivePath given, VsiTreeNode node, string? hostName)
    {
        var item = PSObject.AsPSObject(new EsxVsiNode(node, hostName));
        DrivePath path = given.To(node.Path!);

        // Get-Content and its like take a property Path from the pipeline, and would look for the host's path among the files of this machine.
        item.Properties.Add(new PSNoteProperty(nameof(EsxVsiNode.Path), path.Qualified(PSDriveInfo, ProviderInfo)));
        WriteItemObject(item, path.ToString(), node.IsDirectory);
    }

    private WildcardPattern NameFilter() => WildcardPattern.Get(string.IsNullOrEmpty(Filter) ? Everything : Filter, WildcardOptions.IgnoreCase);

    private bool IsDirectory(DrivePath path) => Find(path, out bool isDirectory) && isDirectory;

    /// <summary>Looks whether a node is there, which its directory says: for that no leaf has to be read.</summary>
    private bool Find(DrivePath path, out bool isDirectory)
    {
        isDirectory = path.IsRoot;
        if (path.IsRoot)
        {
            return true;
        }

        if (!IsForTab)
        {
            return Find(path, SessionOf(path), out isDirectory);
        }

        VsiChild? child = ChildrenForTab(path.Parent).FirstOrDefault(child => child.Name == path.Name);
        isDirectory = child?.IsDirectory == true;
        return child is not null;
    }

    private bool Find(DrivePath path, EsxAgentSession session, out bool isDirectory)
    {
        VsiListings listings = VsiListings.Of(session.Live);
        if (listings.Knows(path.Parent.Node, path.Name, out isDirectory))
        {
            return true;
        }

        bool exists = false;
        using var sign = new ReconnectSign(WriteProgress, session);
        try
        {
            // To the end: the other names of the directory are likely to be asked for next.
            foreach (VsiChild child in _stop.Each(listings.ListAsync(path.Parent.Node, _stop.Token), sign))
            {
                bool isMeant = child.Name == path.Name;
                exists |= isMeant;
                isDirectory |= isMeant && child.IsDirectory;
            }
        }
        catch (AgentException error) when (error.Kind.Equals(ErrorKind.VsiNodeNotFound) || error.Kind.Equals(ErrorKind.InvalidParams))
        {
            return false;
        }
        catch (Exception error) when (ErrorRecords.OfNode(error, session, path.Node) is ErrorRecord record)
        {
            Fail(record);
        }

        return exists;
    }

    private static IReadOnlyList<VsiChild> ChildrenForTab(DrivePath directory)
    {
        EsxAgentSession? session = directory.SessionKey is string key ? DriveSessions.Find(key) : RunspaceSessions.Here?.Default;
        return session?.Live.State == Client.SessionState.Open ? VsiListings.ForTab(session.Live, directory.Node) : [];
    }
}
