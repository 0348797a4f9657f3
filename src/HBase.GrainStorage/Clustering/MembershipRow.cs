using System.Buffers.Binary;
using System.Text;

namespace HBase.GrainStorage.Clustering;

/// <summary>
/// A cluster's row as read. Its key is <c>service/cluster</c>, each percent-encoded; its family is <c>m</c>, its cells:
/// <list type="bullet">
/// <item><c>v</c>: table version (4 bytes) · writer id (16 bytes); absent or empty: version 0. Every change of members
/// is conditional on it and changes it.</item>
/// <item><c>s:address</c>: a member (<see cref="SiloRecord"/>).</item>
/// <item><c>a:address</c>: when the member last said that it is alive, in ticks (8 bytes). A cell of its own, so that
/// saying so touches neither the version nor what others write about the member.</item>
/// </list>
/// Time stamps are explicit: of <c>v</c> and <c>s:</c> max(now, the previous <c>v</c>'s + 1), of <c>a:</c> the time
/// that it says. So no clock of a server decides what is visible, and a delete of a cell at its own time stamp hides no
/// later one.
/// </summary>
internal sealed class MembershipRow
{
    public static readonly ReadOnlyMemory<byte> Family = "m"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> VersionQualifier = "v"u8.ToArray();

    private const int VersionLength = 20;
    private readonly Dictionary<SiloAddress, DateTime> _alive = [];

    /// <summary>The value of <c>v</c>; empty at version 0.</summary>
    public ReadOnlyMemory<byte> VersionValue { get; private set; }

    /// <summary>The time stamp of <c>v</c>; 0 when the cell is absent.</summary>
    public long VersionTimestamp { get; private set; }

    public Dictionary<SiloAddress, SiloRecord> Members { get; } = [];

    /// <summary>The cells of members, and what is left of those that are gone, by address.</summary>
    public List<(SiloAddress Address, Cell Cell)> Cells { get; } = [];

    public int Version => VersionValue.IsEmpty ? 0 : BinaryPrimitives.ReadInt32BigEndian(VersionValue.Span);

    public Guid Writer => VersionValue.IsEmpty ? Guid.Empty : new Guid(VersionValue.Span[4..], bigEndian: true);

    public TableVersion TableVersion => new(Version, Convert.ToHexStringLower(VersionValue.Span));

    public static byte[] Key(string serviceId, string clusterId) =>
        Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(serviceId)}/{Uri.EscapeDataString(clusterId)}");

    public static byte[] MemberQualifier(SiloAddress address) =>
        Encoding.UTF8.GetBytes("s:" + address.ToParsableString());

    public static byte[] AliveQualifier(SiloAddress address) =>
        Encoding.UTF8.GetBytes("a:" + address.ToParsableString());

    public static byte[] EncodeVersion(int version, Guid writer)
    {
        var value = new byte[VersionLength];
        BinaryPrimitives.WriteInt32BigEndian(value, version);
        writer.TryWriteBytes(value.AsSpan(4), bigEndian: true, out _);
        return value;
    }

    public static byte[] EncodeAlive(DateTime time)
    {
        var value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, time.Ticks);
        return value;
    }

    /// <exception cref="FormatException">The row is not one of this layout.</exception>
    public static MembershipRow Decode(Row? row)
    {
        var decoded = new MembershipRow();
        foreach (var cell in row?.Cells ?? [])
        {
            var qualifier = Encoding.UTF8.GetString(cell.Qualifier.Span);
            if (qualifier == "v")
            {
                if (cell.Value.Length is not (0 or VersionLength))
                    throw new FormatException("The cluster's version is malformed.");
                (decoded.VersionValue, decoded.VersionTimestamp) = (cell.Value, cell.Timestamp);
            }
            else if (qualifier.StartsWith("s:", StringComparison.Ordinal)
                || qualifier.StartsWith("a:", StringComparison.Ordinal))
            {
                decoded.Add(qualifier[0], SiloAddress.FromParsableString(qualifier[2..]), cell);
            }
        }

        return decoded;
    }

    /// <summary>The member's ETag: its last writer; null when there is no such member.</summary>
    public string? MemberEtag(SiloAddress address) =>
        Members.TryGetValue(address, out var member) ? member.Writer.ToString("N") : null;

    /// <summary>
    /// The member with the later of both times at which it said that it is alive; null when there is no such member.
    /// </summary>
    public Tuple<MembershipEntry, string>? Member(SiloAddress address)
    {
        if (!Members.TryGetValue(address, out var record)) return null;
        var entry = record.ToEntry(address);
        if (_alive.TryGetValue(address, out var alive) && alive > entry.IAmAliveTime) entry.IAmAliveTime = alive;
        return Tuple.Create(entry, MemberEtag(address)!);
    }

    public IEnumerable<Tuple<MembershipEntry, string>> All() => Members.Keys.Select(address => Member(address)!);

    private void Add(char kind, SiloAddress address, Cell cell)
    {
        Cells.Add((address, cell));
        if (kind == 's')
            Members[address] = SiloRecord.Deserialize(cell.Value.Span);
        else
            _alive[address] = new DateTime(BinaryPrimitives.ReadInt64BigEndian(cell.Value.Span), DateTimeKind.Utc);
    }
}
