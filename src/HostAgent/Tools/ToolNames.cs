namespace EsxAgent.HostAgent.Tools;

/// <summary>File names of the host's tools.</summary>
internal static class ToolNames
{
    public const string Vsish = "vsish";
    public const string Vmware = "vmware";
    public const string Esxcli = "esxcli";
    public const string Localcli = "localcli";
    public const string Vmkfstools = "vmkfstools";
    public const string DiskTool = "diskTool";
    public const string VimCmd = "vim-cmd";
}
