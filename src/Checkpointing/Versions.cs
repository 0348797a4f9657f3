namespace Checkpointing;

/// <summary>A version of what entities apply records by, their rules, and the first record of a source partition that it holds for.</summary>
[GenerateSerializer, Immutable, Alias("granary.VersionStart")]
public readonly record struct VersionStart([property: Id(0)] long Version, [property: Id(1)] long Offset);

/// <summary>
/// Which version each record of a source partition is applied by, whenever that happens. Never changed; a later one knows all
/// that an earlier one knew of records that are still to be applied.
/// </summary>
[GenerateSerializer, Immutable, Alias("granary.VersionStarts")]
public sealed class VersionStarts
{
    /// <summary>No version: 0 for every record.</summary>
    public static readonly VersionStarts None = new([]);

    [Id(0)]
    private readonly VersionStart[] _starts;

    /// <param name="starts">Growing in version and offset.</param>
    public VersionStarts(IEnumerable<VersionStart> starts) => _starts = [.. starts];

    /// <summary>The last version; 0 when there is none.</summary>
    public long Newest => _starts.Length > 0 ? _starts[^1].Version : 0;

    /// <summary>All versions, growing.</summary>
    public IEnumerable<long> Versions => _starts.Select(start => start.Version);

    /// <summary>The version of a record; one before the first start has the first version.</summary>
    public long Of(long offset)
    {
        for (var i = _starts.Length - 1; i > 0; i--)
            if (_starts[i].Offset <= offset)
                return _starts[i].Version;
        return _starts.Length > 0 ? _starts[0].Version : 0;
    }

    /// <summary>With a further start.</summary>
    public VersionStarts With(VersionStart start) => new([.. _starts, start]);

    /// <summary>What records from an offset on need.</summary>
    public VersionStarts From(long offset)
    {
        var first = Math.Max(0, Array.FindLastIndex(_starts, start => start.Offset <= offset));
        return first == 0 ? this : new(_starts[first..]);
    }
}

/// <summary>The versions that a silo has, as its readers see them.</summary>
public interface IRecordVersions
{
    /// <summary>The newest that this silo can apply records by; 0: there are none. From any thread, without a call.</summary>
    long Newest { get; }

    /// <summary>Where the versions start that records of a source partition from an offset on need. On return this silo has each of them.</summary>
    /// <exception cref="EntityStoreException">It could not be read; it may be tried again.</exception>
    Task<VersionStarts> ReadAsync(string source, long from, CancellationToken cancellationToken);

    /// <summary>
    /// Sees to it that a version's start is stored: before that is so, no record may be applied by it, or a replay might apply
    /// that record by another one.
    /// </summary>
    /// <returns>False: it starts elsewhere, by the will of another reader.</returns>
    /// <exception cref="EntityStoreException">It is not known to be stored; the same may be tried again.</exception>
    Task<bool> TryStartAsync(string source, VersionStart start, CancellationToken cancellationToken);
}

/// <summary>Durable versions, numbered from 1, and where each starts in the source partitions.</summary>
public interface IVersionStore
{
    /// <summary>Versions from a number on, in their order.</summary>
    /// <exception cref="EntityStoreException">They could not be read.</exception>
    IAsyncEnumerable<(long Version, ReadOnlyMemory<byte> Content)> ReadAsync(long from, CancellationToken cancellationToken);

    /// <summary>Adds a version, unless there is one of that number. A repeated call with the same content succeeds too.</summary>
    /// <returns>Whether it is there with this content.</returns>
    /// <exception cref="EntityStoreException">Whether it was added is not known.</exception>
    Task<bool> TryAddAsync(long version, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Where all versions start in a source partition.</summary>
    /// <exception cref="EntityStoreException">It could not be read.</exception>
    Task<VersionStarts> ReadStartsAsync(string source, CancellationToken cancellationToken);

    /// <inheritdoc cref="IRecordVersions.TryStartAsync"/>
    Task<bool> TryStartAsync(string source, VersionStart start, CancellationToken cancellationToken);
}
