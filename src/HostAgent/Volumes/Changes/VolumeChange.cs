using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>One kind of change. It is asked for its answer with the claim of the volume's name held, and must be safe to be stopped at any point.</summary>
internal abstract class VolumeChange
{
    /// <summary>The arguments in a fixed order, for the request's fingerprint.</summary>
    public abstract string Arguments { get; }

    /// <summary>Bytes that the volume will have; 0 where the change takes none.</summary>
    public virtual long SizeBytes => 0;

    /// <summary>The form that a conversion goes to; null for every other change.</summary>
    public virtual string? To => null;

    /// <summary>Bytes that a sidecar will take besides.</summary>
    public virtual long MoreBytes => 0;

    /// <summary>Name of another volume in the group that must not change meanwhile; null where there is none.</summary>
    public virtual string? Source => null;

    /// <summary>The answer to a repeat, where the datastore shows that this very operation is done; null where it is not.</summary>
    public virtual IWireObject? AnswerAgain(ChangeContext context) => context.Remembered is null ? null : AnswerDone(context);

    /// <summary>Does it.</summary>
    public abstract IWireObject Do(ChangeContext context);

    /// <summary>The answer to one that was done before: the volume as it is now. One that has taken its name since is another.</summary>
    protected virtual IWireObject AnswerDone(ChangeContext context)
    {
        Volume volume = context.Describe(context.FindVolume());
        bool isAnother = context.Remembered!.Uuid is string meant && volume.Uuid is string found && meant != found;
        return isAnother ? throw ChangeContext.NotFound(context.Group, context.Request.Name) : volume;
    }
}
