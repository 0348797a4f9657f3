using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using HBase.Client.Protocol.Messages;

namespace HBase.Client.Routing;

/// <summary>Reads and builds the rows of hbase:meta. A row's key is the region's name.</summary>
internal static class MetaRows
{
    private const int MaxKey = 32767;
    private const int EncodedName = 32;

    public static ReadOnlySpan<byte> InfoFamily => "info"u8;

    public static ReadOnlySpan<byte> TableFamily => "table"u8;

    public static ReadOnlySpan<byte> StateQualifier => "state"u8;

    /// <summary>
    /// The key behind every region of the table that starts at or before the row: a reversed scan starts there.
    /// </summary>
    public static byte[] SearchKey(ReadOnlySpan<byte> table, ReadOnlySpan<byte> row)
    {
        var nines = ",99999999999999"u8;
        return [.. table, (byte)',', .. Cut(row, MaxKey - table.Length - 1 - nines.Length), .. nines];
    }

    /// <summary>
    /// The key behind every region of the table that starts before the row, or behind all when the row is empty.
    /// </summary>
    public static byte[] SearchKeyBefore(ReadOnlySpan<byte> table, ReadOnlySpan<byte> row) =>
        row.IsEmpty ? [.. table, 0] : [.. table, (byte)',', .. Cut(row, MaxKey - table.Length - 2), (byte)','];

    /// <summary>The key before every region of the table.</summary>
    public static byte[] FirstKey(ReadOnlySpan<byte> table) => [.. table, .. ",,"u8];

    /// <summary>The key behind every region of the table, in meta's order of names as in that of bytes.</summary>
    public static byte[] EndKey(ReadOnlySpan<byte> table) => [.. table, (byte)'-'];

    /// <summary>The region of a meta row for an administrator; null when it was split or merged away, or is a replica.</summary>
    public static HBaseRegion? Describe(Row row, string table)
    {
        if (row.Value(InfoFamily, "regioninfo"u8) is not { } info || !TryParseInfo(info.Span, out var region)) return null;
        if (region.Split || region.Offline || region.ReplicaId != 0 || row.Key.Length <= EncodedName + 1) return null;
        HBaseServer? server = null;
        if (row.Value(InfoFamily, "server"u8) is { IsEmpty: false } address
            && row.Value(InfoFamily, "serverstartcode"u8) is { Length: sizeof(long) } startCode
            && ServerAddress.TryParse(Encoding.UTF8.GetString(address.Span), out var parsed))
        {
            server = new HBaseServer(parsed.Host, parsed.Port, BinaryPrimitives.ReadInt64BigEndian(startCode.Span));
        }

        var encoded = Encoding.ASCII.GetString(row.Key.Span[^(EncodedName + 1)..^1]); // table,startKey,id.md5.
        return new HBaseRegion(table, region.StartKey.Memory, region.EndKey.Memory, (long)region.RegionId, encoded, server);
    }

    /// <summary>The region of a meta row; null when it is not open anywhere, is split, or is a replica.</summary>
    public static Region? Parse(Row row)
    {
        var info = row.Value(InfoFamily, "regioninfo"u8);
        var server = row.Value(InfoFamily, "server"u8);
        if (info is null || server is not { IsEmpty: false } address) return null;
        if (!TryParseInfo(info.Value.Span, out var region)) return null;
        if (region.Offline || region.Split || region.ReplicaId != 0) return null;
        return ServerAddress.TryParse(Encoding.UTF8.GetString(address.Span), out var parsed)
            ? new Region(row.Key, region.StartKey.Memory, region.EndKey.Memory, region.RegionId, parsed)
            : null;
    }

    /// <summary>Meta's own region, from the registry: its name has no hash.</summary>
    public static Region? Parse(RegionLocation location)
    {
        var info = location.RegionInfo;
        if (location.ServerName is not { } server || info.ReplicaId != 0) return null;
        var name = $"{info.TableName.Namespace.ToStringUtf8()}:{info.TableName.Qualifier.ToStringUtf8()},"
            + $"{info.StartKey.ToStringUtf8()},{info.RegionId}";
        return new Region(
            Encoding.UTF8.GetBytes(name), info.StartKey.Memory, info.EndKey.Memory, info.RegionId,
            new ServerAddress(server.HostName, (int)server.Port));
    }

    /// <summary>Whether a table's row says that it is disabled or about to be.</summary>
    public static bool IsDisabled(Row row)
    {
        if (row.Value(TableFamily, StateQualifier) is not { IsEmpty: false } value) return false;
        try
        {
            var state = TableState.Parser.ParseFrom(value.Span).State;
            return state is TableState.Types.State.Disabled or TableState.Types.State.Disabling;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new HBaseProtocolException("hbase:meta holds a table's state that cannot be read.", e);
        }
    }

    private static bool TryParseInfo(ReadOnlySpan<byte> value, out RegionInfo info)
    {
        info = new RegionInfo();
        var magic = "PBUF"u8;
        if (!value.StartsWith(magic)) return false;
        try
        {
            info = RegionInfo.Parser.ParseFrom(value[magic.Length..]);
            return true;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new HBaseProtocolException("hbase:meta holds a region that cannot be read.", e);
        }
    }

    // A key this long cannot be searched for; cutting it can only find a region before, which the caller notices.
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> row, int length) => row[..Math.Min(row.Length, length)];
}
