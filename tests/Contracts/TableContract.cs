using System.Text;
using HBase.Client;
using Xunit;

namespace Contracts;

/// <summary>
/// What every <see cref="ITable"/> does, because HBase 2.6 does it. Derived for the embedded store and for a real
/// cluster; nothing is asserted that only one of them does. A class has one table; each test has rows of its own,
/// whose keys begin with a word of its own.
/// </summary>
public abstract partial class TableContract(TableFixture fixture) : IAsyncLifetime
{
    protected static readonly byte[] F = "f"u8.ToArray();
    protected static readonly byte[] G = "g"u8.ToArray();
    protected static readonly byte[] Q = "q"u8.ToArray();

    protected IHBase HBase => fixture.HBase;

    /// <summary>The table of this class: family f keeps one version, family g three; commits are grouped; and it is
    /// split at <see cref="TableFixture.SplitKeys"/>.</summary>
    protected ITable Table => HBase.GetTable(fixture.TableName);

    public ValueTask InitializeAsync() => fixture.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    private void Needs(TableFeatures features) =>
        Assert.SkipWhen((fixture.Missing & features) != 0, $"This store has no {features & fixture.Missing}, and says so.");

    /// <summary>Whether the store can do it; if not, the call says so.</summary>
    private async Task<bool> HasAsync(TableFeatures feature, Func<Task> call)
    {
        if ((fixture.Missing & feature) == 0) return true;
        await Assert.ThrowsAsync<NotSupportedException>(call);
        return false;
    }

    protected static byte[] B(string text) => Encoding.UTF8.GetBytes(text);

    protected static string S(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } b ? Encoding.UTF8.GetString(b.Span) : "(none)";

    protected static Put PutOf(string row, string value, long timestamp = Mutation.LatestTimestamp) =>
        new Put(B(row)).Add(F, Q, B(value), timestamp);

    protected static Condition Absent(string row) => new(B(row), F, Q, default);

    protected static Condition Equal(string row, string value) => new(B(row), F, Q, B(value));

    protected async Task<string> ValueAsync(string row) => S((await Table.GetAsync(new Get(B(row))))?.Value(F, Q));

    /// <summary>The keys of the rows, without their first word.</summary>
    protected async Task<List<string>> ScanAsync(Scan scan)
    {
        var rows = new List<string>();
        await foreach (var row in Table.ScanAsync(scan)) rows.Add(S(row.Key)[(S(row.Key).IndexOf('/') + 1)..]);
        return rows;
    }

    /// <summary>The cells of a row as "family:qualifier@timestamp=value".</summary>
    protected async Task<List<string>> CellsAsync(Get get)
    {
        var row = await Table.GetAsync(get);
        return [.. (row?.Cells ?? []).Select(c => $"{S(c.Family)}:{S(c.Qualifier)}@{c.Timestamp}={S(c.Value)}")];
    }
}
