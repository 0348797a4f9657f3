using System.Text.Json;
using System.Text.Json.Serialization;

namespace HBase.GrainStorage.Clustering;

/// <summary>A member as it is stored: JSON, so that an operator can read it in HBase's shell.</summary>
internal sealed record SiloRecord
{
    public required Guid Writer { get; init; }

    public required string Status { get; init; }

    public string? SiloName { get; init; }

    public string? HostName { get; init; }

    public string? RoleName { get; init; }

    public int ProxyPort { get; init; }

    public int UpdateZone { get; init; }

    public int FaultZone { get; init; }

    public DateTime StartTime { get; init; }

    public DateTime IAmAliveTime { get; init; }

    public IReadOnlyList<SiloVote>? SuspectTimes { get; init; }

    public static byte[] Serialize(MembershipEntry entry, Guid writer) => JsonSerializer.SerializeToUtf8Bytes(
        new SiloRecord
        {
            Writer = writer,
            Status = entry.Status.ToString(),
            SiloName = entry.SiloName,
            HostName = entry.HostName,
            RoleName = entry.RoleName,
            ProxyPort = entry.ProxyPort,
            UpdateZone = entry.UpdateZone,
            FaultZone = entry.FaultZone,
            StartTime = entry.StartTime,
            IAmAliveTime = entry.IAmAliveTime,
            SuspectTimes = entry.SuspectTimes?.ConvertAll(
                vote => new SiloVote(vote.Item1.ToParsableString(), vote.Item2)),
        },
        SiloRecordContext.Default.SiloRecord);

    public static SiloRecord Deserialize(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, SiloRecordContext.Default.SiloRecord)
        ?? throw new FormatException("A member of the cluster is stored as null.");

    public MembershipEntry ToEntry(SiloAddress address) => new()
    {
        SiloAddress = address,
        Status = Enum.Parse<SiloStatus>(Status),
        SiloName = SiloName!,
        HostName = HostName!,
        RoleName = RoleName,
        ProxyPort = ProxyPort,
        UpdateZone = UpdateZone,
        FaultZone = FaultZone,
        StartTime = StartTime,
        IAmAliveTime = IAmAliveTime,
        SuspectTimes = SuspectTimes?
            .Select(vote => Tuple.Create(SiloAddress.FromParsableString(vote.Silo), vote.Time)).ToList(),
    };
}

/// <summary>Which silo suspects the member, and since when.</summary>
internal sealed record SiloVote(string Silo, DateTime Time);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SiloRecord))]
internal sealed partial class SiloRecordContext : JsonSerializerContext;
