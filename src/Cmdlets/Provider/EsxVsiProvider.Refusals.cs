using EsxAgent.Errors;

namespace EsxAgent.Provider;

/// <content>Everything that would change something: each says that it cannot be, instead of a word about a provider that does not support an
/// operation.</content>
public sealed partial class EsxVsiProvider
{
    /// <inheritdoc/>
    protected override void SetItem(string path, object value) => Refuse(path);

    /// <inheritdoc/>
    protected override void ClearItem(string path) => Refuse(path);

    /// <inheritdoc/>
    protected override void NewItem(string path, string itemTypeName, object newItemValue) => Refuse(path);

    /// <summary>No parameters: by them <see cref="HasChildItems"/> knows what it is asked for.</summary>
    protected override object RemoveItemDynamicParameters(string path, bool recurse) => new RemovalMark();

    /// <inheritdoc/>
    protected override void RemoveItem(string path, bool recurse) => Refuse(path);

    /// <inheritdoc/>
    protected override void RenameItem(string path, string newName) => Refuse(path);

    /// <inheritdoc/>
    protected override void CopyItem(string path, string copyPath, bool recurse) => Refuse(copyPath);

    /// <inheritdoc/>
    protected override void MoveItem(string path, string destination) => Refuse(path);

    private sealed class RemovalMark;

    private void Refuse(string path) => WriteError(ErrorRecords.VsiReadOnly(DrivePath.Parse(path).Node));
}
