using System;
using System.IO;
using EsxAgent.Tests.Fuzz;
using SharpFuzz;

// Called by afl-fuzz through run.sh: one target, fed with what the fuzzer thinks of.
if (args is not [var name] || !FuzzTarget.All.TryGetValue(name, out Action<byte[]>? target))
{
    Console.Error.WriteLine($"Name a target: {string.Join(", ", FuzzTarget.All.Keys)}.");
    return 2;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using var input = new MemoryStream();
    stream.CopyTo(input);
    target(input.ToArray());
});
return 0;
