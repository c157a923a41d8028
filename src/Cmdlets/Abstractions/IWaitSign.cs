namespace EsxAgent.Abstractions;

/// <summary>What a person sees while the pipeline's thread waits.</summary>
internal interface IWaitSign
{
    /// <summary>Called on the pipeline's thread every now and then.</summary>
    void Show();
}
