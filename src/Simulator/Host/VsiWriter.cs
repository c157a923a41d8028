using System.Collections.Generic;
using System.IO;
using EsxAgent.Simulator.Profiles;
using EsxAgent.Simulator.Vsish;

namespace EsxAgent.Simulator.Host;

/// <summary>Writes nodes of a profile into the vsish tree of a host.</summary>
internal static class VsiWriter
{
    /// <summary>Writes all nodes below the tree's directory; an older file of the same node is replaced.</summary>
    public static void Write(string vsi, IEnumerable<VsiNode> nodes)
    {
        foreach (VsiNode node in nodes)
        {
            string path = vsi + node.Path;
            string file = node.Kind switch
            {
                VsiNodeKind.Order => Path.Combine(path, VsiTree.OrderFile),
                VsiNodeKind.Error => path + VsiTree.ErrorSuffix,
                VsiNodeKind.Rates => path + VsiTree.RatesSuffix,
                _ => path,
            };
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, node.Text);
        }
    }
}
