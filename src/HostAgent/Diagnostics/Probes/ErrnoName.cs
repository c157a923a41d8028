using System.Globalization;

namespace EsxAgent.HostAgent.Diagnostics.Probes;

/// <summary>Error numbers as the manuals name them, for those who look up what a kernel answers.</summary>
internal static class ErrnoName
{
    /// <summary>For example <c>ENOSYS</c>; <c>errno 123</c> for one that no probe is known to meet.</summary>
    public static string Of(int number) => number switch
    {
        1 => "EPERM",
        2 => "ENOENT",
        4 => "EINTR",
        5 => "EIO",
        9 => "EBADF",
        10 => "ECHILD",
        11 => "EAGAIN",
        12 => "ENOMEM",
        13 => "EACCES",
        14 => "EFAULT",
        19 => "ENODEV",
        22 => "EINVAL",
        23 => "ENFILE",
        24 => "EMFILE",
        25 => "ENOTTY",
        38 => "ENOSYS",
        92 => "ENOPROTOOPT",
        93 => "EPROTONOSUPPORT",
        95 => "EOPNOTSUPP",
        97 => "EAFNOSUPPORT",
        _ => "errno " + number.ToString(CultureInfo.InvariantCulture),
    };
}
