# What the measurements of volumes and of sidecars have in common. $Turn says how often each figure is taken.

Add-Type -TypeDefinition @'
using System.IO;

public static class VolumeCopies
{
    // A volume is three files, and one for each further sidecar; names, and nothing else, differ.
    public static void Make(string group, string model, int from, int to)
    {
        string source = Path.Combine(group, model);
        string descriptor = File.ReadAllText(Path.Combine(source, model + ".vmdk"));
        string[] sidecars = Directory.GetFiles(source, "*.vmfd");
        byte[][] contents = System.Array.ConvertAll(sidecars, File.ReadAllBytes);
        for (int i = from; i < to; i++)
        {
            string name = "v" + i.ToString("000000");
            string folder = Directory.CreateDirectory(Path.Combine(group, name)).FullName;
            File.WriteAllText(Path.Combine(folder, name + ".vmdk"), descriptor.Replace(model, name));
            for (int j = 0; j < sidecars.Length; j++)
            {
                File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(sidecars[j]).Replace(model, name)), contents[j]);
            }

            using (FileStream extent = File.Create(Path.Combine(folder, name + "-flat.vmdk"))) { extent.SetLength(1 << 20); }
        }
    }
}
'@

function Get-Median([double[]] $Values) {
    $sorted = @($Values | Sort-Object)
    $sorted[[int][math]::Floor($sorted.Count / 2)]
}

function Measure-Turn([scriptblock] $Work) {
    <# Milliseconds of some work: the median of several turns, after one that does not count. #>
    $null = & $Work
    Get-Median (1..$Turn | ForEach-Object {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $null = & $Work
            $clock.Elapsed.TotalMilliseconds
        })
}

function Format-Line([string] $What, [string] $Format, [object[]] $Values) {
    '| {0} | {1} |' -f $What, [string]::Format([cultureinfo]::InvariantCulture, $Format, $Values)
}
