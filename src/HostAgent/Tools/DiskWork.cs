using System;
using System.Buffers.Text;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Tools;

/// <summary>Work on a disk that may take long: how it is cancelled, and who is told how far it is.</summary>
/// <param name="cancel">Ends the tool.</param>
/// <param name="report">Is told each new percentage; may be null.</param>
internal sealed class DiskWork(CancelSignal cancel, Action<int>? report)
{
    private int _last = -1;

    /// <summary>Ends the tool.</summary>
    public CancelSignal Cancel => cancel;

    /// <summary>Finds the last <c>N% done</c> of an output; it is rewritten on one line, with log lines between where the tool talks.</summary>
    public void Watch(ReadOnlySpan<byte> output)
    {
        const int Longest = 3;
        int sign = output.LastIndexOf("% done"u8);
        int start = sign;
        while (start > 0 && sign - start < Longest && output[start - 1] is >= (byte)'0' and <= (byte)'9')
        {
            start--;
        }

        if (sign > start && Utf8Parser.TryParse(output[start..sign], out int percent, out _) && percent <= 100 && percent != _last)
        {
            _last = percent;
            report?.Invoke(percent);
        }
    }
}
