namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>What a call of vmkfstools is to do.</summary>
internal enum Verb
{
    /// <summary><c>-c</c>: make a disk.</summary>
    Create,

    /// <summary><c>-i</c>: make a disk with the content of another one.</summary>
    Clone,

    /// <summary><c>-X</c>: make a disk larger.</summary>
    Extend,

    /// <summary><c>-j</c>: make a thin disk a thick one; <c>-k</c>: zero the blocks of a thick one.</summary>
    Inflate,

    /// <summary><c>-K</c>: give blocks back that hold nothing but zeros.</summary>
    Punch,

    /// <summary><c>-E</c>: give a disk another name.</summary>
    Rename,

    /// <summary><c>-U</c>: delete a disk.</summary>
    Delete,

    /// <summary><c>-x</c>: check or repair a disk.</summary>
    Fix,

    /// <summary><c>-D</c>: show who has a file locked.</summary>
    ShowLock,

    /// <summary><c>-P</c>: describe the file system that a path lies on.</summary>
    QueryFileSystem,
}
