using System.Text;

namespace HBase.Client.Routing;

/// <summary>A region and where it is served. Immutable: a region that moved is a new object.</summary>
internal sealed class Region(
    ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> startKey, ReadOnlyMemory<byte> endKey, ulong id, ServerAddress server)
{
    private static int _lastOrdinal;

    /// <summary>As requests name it: <c>table,startKey,id.md5.</c></summary>
    public ReadOnlyMemory<byte> Name { get; } = name;

    public ReadOnlyMemory<byte> StartKey { get; } = startKey;

    /// <summary>Exclusive; empty = the end of the table.</summary>
    public ReadOnlyMemory<byte> EndKey { get; } = endKey;

    /// <summary>When the region was made, in milliseconds: children of a split or merge have a larger one.</summary>
    public ulong Id { get; } = id;

    public ServerAddress Server { get; } = server;

    /// <summary>Whether it is a server that says so, and not meta.</summary>
    public bool IsHearsay { get; private init; }

    /// <summary>Orders regions inside a batch.</summary>
    public int Ordinal { get; } = Interlocked.Increment(ref _lastOrdinal);

    public bool Contains(ReadOnlySpan<byte> row) =>
        StartKey.Span.SequenceCompareTo(row) <= 0 && (EndKey.IsEmpty || row.SequenceCompareTo(EndKey.Span) < 0);

    public bool Overlaps(Region other) =>
        (other.EndKey.IsEmpty || StartKey.Span.SequenceCompareTo(other.EndKey.Span) < 0)
        && (EndKey.IsEmpty || other.StartKey.Span.SequenceCompareTo(EndKey.Span) < 0);

    /// <summary>The short name, for people: 32 hexadecimal digits; the whole name where there is none.</summary>
    public override string ToString()
    {
        const int encoded = 32;
        var name = Name.Span;
        return Encoding.ASCII.GetString(name.Length > encoded && name[^1] == '.' ? name[^(encoded + 1)..^1] : name);
    }

    /// <summary>The region where a server says that it has moved to.</summary>
    public Region At(ServerAddress server) => new(Name, StartKey, EndKey, Id, server) { IsHearsay = true };
}
