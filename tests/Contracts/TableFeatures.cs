namespace Contracts;

/// <summary>What a transport may be unable to do.</summary>
[Flags]
public enum TableFeatures
{
    None = 0,

    /// <summary>A commit whose condition fails has written no further row either.</summary>
    AtomicCommits = 1,

    /// <summary>A condition on any column.</summary>
    AnyCondition = 2,

    /// <summary>A delete of any column, not only of one whose name is text.</summary>
    AnyDelete = 4,

    /// <summary>Filters of gets and scans.</summary>
    Filters = 8,

    /// <summary>Scans from larger keys to smaller ones.</summary>
    ReversedScans = 16,

    /// <summary>Conditions with other operators than Equal, with filters and with times.</summary>
    Operators = 32,

    /// <summary>Several mutations of one row together.</summary>
    RowMutations = 64,

    /// <summary>Increments and appends.</summary>
    Updates = 128,

    /// <summary>Batches of mixed operations.</summary>
    Batches = 256,
}
