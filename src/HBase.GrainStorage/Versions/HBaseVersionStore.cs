using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using HBase.GrainStorage.Tables;

namespace HBase.GrainStorage.Versions;

/// <summary>
/// Versions in HBase: a row <c>v</c> · number for each, cell <c>r:d</c>; and a row <c>s</c> · source for each source partition, a cell
/// <c>r:</c>number with the offset for each version that has started there. Numbers have 8 bytes, big-endian. No cell is ever changed.
/// </summary>
internal sealed class HBaseVersionStore(ITable table) : IVersionStore
{
    private static readonly byte[] Family = HBaseTables.VersionFamily;
    private static readonly byte[] Content = "d"u8.ToArray();
    private static readonly byte[] VersionPrefix = "v"u8.ToArray();

    public async IAsyncEnumerable<(long Version, ReadOnlyMemory<byte> Content)> ReadAsync(
        long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var scan = Scan.Prefix(VersionPrefix) with { StartRow = VersionRow(from) };
        var rows = table.ScanAsync(scan, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var closing = rows.ConfigureAwait(false);
        while (await AskAsync(rows.MoveNextAsync, "The versions").ConfigureAwait(false))
            yield return (Number(rows.Current.Key.Span[VersionPrefix.Length..]), rows.Current.Cells[0].Value);
    }

    public Task<bool> TryAddAsync(long version, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        TryAddAsync(VersionRow(version), Content, content, $"Version {version}", cancellationToken);

    public async Task<VersionStarts> ReadStartsAsync(string source, CancellationToken cancellationToken)
    {
        var row = await AskAsync(() => table.GetAsync(new Get(StartRow(source)), cancellationToken), $"The versions of {source}")
            .ConfigureAwait(false);
        return row is null
            ? VersionStarts.None
            : new(row.Cells.Select(cell => new VersionStart(Number(cell.Qualifier.Span), Number(cell.Value.Span))));
    }

    public Task<bool> TryStartAsync(string source, VersionStart start, CancellationToken cancellationToken) => TryAddAsync(
        StartRow(source), Bytes(start.Version), Bytes(start.Offset), $"The start of version {start.Version} in {source}", cancellationToken);

    /// <summary>Adds a cell, unless there is one; whether it is there with that value.</summary>
    private async Task<bool> TryAddAsync(
        byte[] row, byte[] qualifier, ReadOnlyMemory<byte> value, string what, CancellationToken cancellationToken)
    {
        var isAdded = await AskAsync(
            () => table.CheckAndMutateAsync(
                Condition.Absent(row, Family, qualifier), new Put(row).Add(Family, qualifier, value), cancellationToken), what)
            .ConfigureAwait(false);
        if (isAdded) return true;
        // It may be of an earlier attempt whose answer was lost.
        var stored = await AskAsync(() => table.GetAsync(new Get(row), cancellationToken), what).ConfigureAwait(false);
        return stored?.Value(Family, qualifier) is { } present && present.Span.SequenceEqual(value.Span);
    }

    private async Task<T> AskAsync<T>(Func<ValueTask<T>> ask, string what)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (HBaseException exception)
        {
            throw new EntityStoreException($"{what} could not be read or written in {table.Name}.", exception);
        }
    }

    private static byte[] VersionRow(long version) => [.. VersionPrefix, .. Bytes(version)];

    private static byte[] StartRow(string source) => [.. "s"u8, .. Encoding.UTF8.GetBytes(source)];

    private static byte[] Bytes(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static long Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes);
}
