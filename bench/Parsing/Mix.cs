using System;
using System.Collections.Generic;
using System.IO;

namespace EsxAgent.Bench.Parsing;

/// <summary>What is read: each node of a simulated host once, as its tool prints it.</summary>
internal static class Mix
{
    /// <summary>The texts of a tree of nodes.</summary>
    /// <param name="folder">The folder <c>vsi</c> of a simulated host.</param>
    public static List<byte[]> Of(string folder)
    {
        var texts = new List<byte[]>();
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetFileName(file);
            if (name != ".order" && !name.EndsWith(".error", StringComparison.Ordinal))
            {
                texts.Add(File.ReadAllBytes(file));
            }
        }

        return texts;
    }
}
