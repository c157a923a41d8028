using System.Management.Automation;
using System.Text;
using EsxAgent.Completion;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that is given what sidecars are to hold: a value, or one byte again and again.</summary>
public abstract class SidecarContentCmdlet : ExistingSidecarCmdlet
{
    private protected const string ValueSet = "Value";
    private protected const string PatternSet = "Pattern";

    /// <summary>The value of every byte.</summary>
    [Parameter(ParameterSetName = PatternSet, Mandatory = true)]
    public byte Pattern { get; set; }

    /// <summary>How many bytes have that value.</summary>
    [Parameter(ParameterSetName = PatternSet, Mandatory = true)]
    [ValidateRange(1, long.MaxValue)]
    [SizeTransformation]
    public long Length { get; set; }

    /// <summary>Where it begins, in bytes.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    [SizeTransformation]
    public long Offset { get; set; }

    /// <summary>How text is written.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    [ValidateNotNull]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = EncodingTransformationAttribute.Utf8;
}
