using HBase.Client;
using HBase.Embedded.Reading;
using HBase.Embedded.Storage;

namespace HBase.Embedded.Writing;

/// <summary>
/// One family of one row as it is within a group: what is stored, and over it what the group's earlier calls have
/// added. Keeps the stored cells exact: what a put pushes out of the family's versions, or a delete covers, leaves
/// with it.
/// </summary>
internal sealed class FamilyState
{
    /// <summary>Columns read with the first one; a row with more is read column by column.</summary>
    private const int LoadAhead = 64;

    private readonly WriteGroup _group;
    private readonly FamilyInfo _family;
    private readonly byte[] _prefix;
    private readonly Dictionary<byte[], ColumnState> _columns = new(ByteComparer.Instance);
    private long _tombstone;
    private bool _complete;

    /// <param name="prefix">The beginning of the keys of all cells of this row and family.</param>
    public FamilyState(WriteGroup group, FamilyInfo family, byte[] prefix)
    {
        (_group, _family, _prefix) = (group, family, prefix);
        _tombstone = group.Store.Tombstone(prefix);
        _complete = Load(prefix, LoadAhead);
    }

    /// <summary>The newest version of a column of those within the times.</summary>
    public (long Timestamp, ReadOnlyMemory<byte> Value)? Newest(
        ReadOnlySpan<byte> qualifier, long minTimestamp = 0, long maxTimestamp = long.MaxValue)
    {
        var column = Column(qualifier);
        foreach (var version in column.Versions)
        {
            if (version.Timestamp < minTimestamp) break;
            if (version.Timestamp < maxTimestamp) return (version.Timestamp, Value(column, version));
        }

        return null;
    }

    /// <summary>Offers all cells of the family in their order.</summary>
    public void Offer(CellChooser chooser)
    {
        if (!_complete) _complete = Load(_prefix, int.MaxValue);
        foreach (var column in _columns.Values.OrderBy(c => c.Suffix, ByteComparer.Instance))
        {
            chooser.StartColumn(_family, isAskedFor: true);
            var qualifier = CellKey.Unescape(column.Suffix);
            foreach (var version in column.Versions)
            {
                if (chooser.Wants(version.Timestamp))
                    chooser.Add(new Cell(_family.Name, qualifier, version.Timestamp, Value(column, version)));
            }
        }
    }

    public void Put(ReadOnlySpan<byte> qualifier, long timestamp, ReadOnlyMemory<byte> value)
    {
        var column = Column(qualifier);
        column.Tombstone ??= _group.Store.Tombstone(ColumnKey(column));
        if (timestamp <= Math.Max(_tombstone, column.Tombstone.Value)) return;

        var versions = column.Versions;
        var at = 0;
        while (at < versions.Count && versions[at].Timestamp > timestamp) at++;
        if (at >= _family.MaxVersions) return;
        if (at < versions.Count && versions[at].Timestamp == timestamp) versions[at] = new(timestamp, value);
        else versions.Insert(at, new(timestamp, value));
        _group.Batch.Put(Key(column, timestamp), value.Span, _group.Store.Cells);

        while (versions.Count > _family.MaxVersions) Remove(column, versions.Count - 1);
    }

    public void DeleteColumn(ReadOnlySpan<byte> qualifier, long timestamp, long now)
    {
        var column = Column(qualifier);
        column.Tombstone ??= _group.Store.Tombstone(ColumnKey(column));
        RemoveUpTo(column, timestamp);
        if (timestamp <= column.Tombstone) return;
        column.Tombstone = timestamp;
        _group.Store.SetTombstone(_group.Batch, ColumnKey(column), timestamp, now);
    }

    public void DeleteAll(long timestamp, long now)
    {
        if (!_complete) _complete = Load(_prefix, int.MaxValue);
        foreach (var column in _columns.Values) RemoveUpTo(column, timestamp);
        if (timestamp <= _tombstone) return;
        _tombstone = timestamp;
        _group.Store.SetTombstone(_group.Batch, _prefix, timestamp, now);
    }

    private ReadOnlyMemory<byte> Value(ColumnState column, Version version) =>
        version.Value ?? _group.Store.Get(Key(column, version.Timestamp)) ?? default(ReadOnlyMemory<byte>);

    private void RemoveUpTo(ColumnState column, long timestamp)
    {
        var versions = column.Versions;
        while (versions.Count > 0 && versions[^1].Timestamp <= timestamp) Remove(column, versions.Count - 1);
    }

    private void Remove(ColumnState column, int index)
    {
        _group.Batch.Delete(Key(column, column.Versions[index].Timestamp), _group.Store.Cells);
        column.Versions.RemoveAt(index);
    }

    private ColumnState Column(ReadOnlySpan<byte> qualifier)
    {
        var suffix = _group.Key.From([]).Qualifier(qualifier).Span;
        var columns = _columns.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (columns.TryGetValue(suffix, out var column)) return column;

        column = new ColumnState(suffix.ToArray());
        if (_complete) _columns.Add(column.Suffix, column);
        else
        {
            Load(_group.Key.From(_prefix).Raw(column.Suffix).Span.ToArray(), 1);
            if (!_columns.TryAdd(column.Suffix, column)) column = _columns[column.Suffix];
        }

        return column;
    }

    /// <summary>
    /// Reads the stored versions of the columns under the prefix that are not held yet; false when it stopped because
    /// there are more columns than the limit. It stops between columns only, so those held are whole.
    /// </summary>
    private bool Load(ReadOnlySpan<byte> prefix, int limit)
    {
        var iterator = _group.Iterator;
        var columns = _columns.GetAlternateLookup<ReadOnlySpan<byte>>();
        ColumnState? current = null;
        ColumnState? skipped = null;
        for (iterator.Seek(prefix); iterator.Valid(); iterator.Next())
        {
            var key = iterator.GetKeySpan();
            if (!key.StartsWith(prefix)) break;
            var suffix = key[_prefix.Length..^CellKey.TimestampLength];
            if (skipped is not null && suffix.SequenceEqual(skipped.Suffix)) continue;
            if (current is null || !suffix.SequenceEqual(current.Suffix))
            {
                // What is held already may differ from what is stored: the group has changed it.
                if (columns.TryGetValue(suffix, out skipped)) continue;
                if (limit-- == 0) return false;
                current = new ColumnState(suffix.ToArray());
                _columns.Add(current.Suffix, current);
            }

            current.Versions.Add(new(CellKey.Timestamp(key), null));
        }

        return true;
    }

    private ReadOnlySpan<byte> ColumnKey(ColumnState column) => _group.Key.From(_prefix).Raw(column.Suffix).Span;

    private ReadOnlySpan<byte> Key(ColumnState column, long timestamp) =>
        _group.Key.From(_prefix).Raw(column.Suffix).Timestamp(timestamp).Span;

    private sealed class ColumnState(byte[] suffix)
    {
        /// <summary>The escaped qualifier with its terminator.</summary>
        public byte[] Suffix { get; } = suffix;

        /// <summary>Up to which timestamp the column is deleted; null = not looked up yet.</summary>
        public long? Tombstone { get; set; }

        /// <summary>Newest first.</summary>
        public List<Version> Versions { get; } = [];
    }

    /// <param name="Value">Null when it is to be read from the store.</param>
    private readonly record struct Version(long Timestamp, ReadOnlyMemory<byte>? Value);
}
