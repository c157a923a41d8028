using System.Management.Automation.Provider;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Provider;

/// <content>The text of leaves.</content>
public sealed partial class EsxVsiProvider
{
    /// <inheritdoc/>
    public IContentReader? GetContentReader(string path)
    {
        DrivePath given = DrivePath.Parse(path);
        IContentReader? reader = null;
        Ask(given, (session, sign) =>
        {
            VsiTreeNode node = _stop.WaitFor(session.Live.GetVsiNodeAsync(given.Node, _stop.Token), sign);
            if (node.IsDirectory)
            {
                WriteError(ErrorRecords.VsiNodeIsDirectory(given.Node));
            }
            else
            {
                reader = new NodeContentReader(node.Text ?? string.Empty, (DynamicParameters as ContentParameters)?.Raw == true);
            }
        });
        return reader;
    }

    /// <inheritdoc/>
    public object GetContentReaderDynamicParameters(string path) => new ContentParameters();

    /// <inheritdoc/>
    public IContentWriter? GetContentWriter(string path)
    {
        Refuse(path);
        return null;
    }

    /// <inheritdoc/>
    public object? GetContentWriterDynamicParameters(string path) => null;

    /// <inheritdoc/>
    public void ClearContent(string path) => Refuse(path);

    /// <inheritdoc/>
    public object? ClearContentDynamicParameters(string path) => null;
}
