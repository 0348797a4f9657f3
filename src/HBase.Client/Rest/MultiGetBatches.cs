using System.Text;
using HBase.Client.Protocol;

namespace HBase.Client.Rest;

/// <summary>
/// Gets by the calls that carry them: of one number of versions, and each row once, for the answer names rows and nothing
/// else.
/// </summary>
internal sealed class MultiGetBatches(int maxChars)
{
    private readonly List<MultiGetBatch> _all = [];
    private readonly Dictionary<int, MultiGetBatch> _open = [];

    public IReadOnlyList<MultiGetBatch> All => _all;

    public void Add(int index, Get get, string parameter)
    {
        if (!_open.TryGetValue(get.MaxVersions, out var batch)
            || batch.Parameters.Length + parameter.Length >= maxChars
            || batch.Indexes.ContainsKey(get.Row))
        {
            batch = new MultiGetBatch(get.MaxVersions);
            _open[get.MaxVersions] = batch;
            _all.Add(batch);
        }

        if (batch.Parameters.Length > 0) batch.Parameters.Append('&');
        batch.Parameters.Append(parameter);
        batch.Indexes.Add(get.Row, index);
    }
}

internal sealed class MultiGetBatch(int versions)
{
    public int Versions => versions;

    public StringBuilder Parameters { get; } = new();

    /// <summary>Which get asks for a row.</summary>
    public Dictionary<ReadOnlyMemory<byte>, int> Indexes { get; } = new(BytesComparer.Instance);
}
