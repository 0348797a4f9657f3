using Checkpointing;
using Grains.Fields;

namespace Grains.Entities;

/// <summary>
/// An entity's history since its last write: blocks of one source and one hour of event time each, so that a time range is
/// found by its hours. What a failed write held is written again unchanged, which makes it idempotent.
/// </summary>
internal sealed class HistoryBuffer
{
    private const long Hour = 3_600_000;
    private readonly List<Block> _open = [];
    private List<HistoryBlock> _writing = [];

    public void Add(HistoryKind kind, string source, long offset, long time, ReadOnlySpan<byte> content)
    {
        var hour = Math.DivRem(time, Hour).Quotient;
        var block = _open.FindLast(b => b.Kind == kind && b.Hour == hour && b.Source == source);
        if (block is null) _open.Add(block = new Block(kind, source, hour, time, offset, new HistoryWriter()));
        block.Writer.Append(time, offset, content);
    }

    /// <summary>What has gathered, to be written with the state.</summary>
    public IReadOnlyList<HistoryBlock> BeginWrite()
    {
        foreach (var block in _open)
            _writing.Add(new HistoryBlock(block.Kind, block.Time, block.Source, block.Offset, block.Writer.Take()));
        _open.Clear();
        return _writing;
    }

    /// <summary>All that is not known to be durable.</summary>
    public IEnumerable<HistoryBlock> Unwritten() =>
    [
        .. _writing,
        .. _open.Select(block => new HistoryBlock(block.Kind, block.Time, block.Source, block.Offset, block.Writer.Written.ToArray())),
    ];

    /// <summary>It is durable.</summary>
    public void Written() => _writing = [];

    /// <param name="Time">The time of the block's first entry: with source and offset it names the block.</param>
    private sealed record Block(
        HistoryKind Kind, string Source, long Hour, long Time, long Offset, HistoryWriter Writer);
}
