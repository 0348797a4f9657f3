namespace HBase.Client.Filters;

/// <summary>Rows from one key to another; an empty stop is the end of the table.</summary>
public readonly record struct RowRange(
    ReadOnlyMemory<byte> Start, ReadOnlyMemory<byte> Stop, bool StartInclusive = true, bool StopInclusive = false);
