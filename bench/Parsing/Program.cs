using System;
using System.Collections.Generic;
using System.IO;
using EsxAgent.Bench.Parsing;

if (args.Length == 0)
{
    Console.Error.WriteLine("usage: parsing HOST...\n\nReads every text of vsish of simulated hosts, over and over. The last line is all hosts together.");
    return 2;
}

var all = new List<byte[]>();
foreach (string host in args)
{
    List<byte[]> texts = Mix.Of(Path.Combine(host, "vsi"));
    all.AddRange(texts);
    Console.WriteLine(Measurement.Of(texts).Describe(Path.GetFileName(host)));
}

Console.WriteLine(Measurement.Of(all).Describe("all"));
return 0;
