using Load.Processes;

namespace Load.Comparison;

/// <summary>What a system has said of a backlog.</summary>
/// <param name="Alerts">Distinct changes of alerts that came.</param>
/// <param name="Twice">How many came again.</param>
/// <param name="Expected">How many there must be.</param>
/// <param name="Different">How many are not those that there must be, where that is known.</param>
internal readonly record struct AlertCount(long Alerts, long Twice, long Expected, long Different)
{
    public bool IsRight => Alerts == Expected && Twice == 0 && Different == 0;
}

/// <summary>The rules that both systems judge the events by.</summary>
internal interface IJob
{
    /// <summary>What the silo is told besides the settings of <c>bench/entity-alerts/job</c>.</summary>
    string[] SiloSettings { get; }

    /// <summary>Starts the job on Kafka Streams, exactly once.</summary>
    ChildProcess StartStreams(Servers servers, Scratch scratch, string group, string input, string output);

    /// <summary>Reads the alerts that a system has sent of a backlog.</summary>
    Task<AlertCount> CountAsync(Servers servers, Backlog backlog, string alerts, CancellationToken cancellationToken);
}

/// <summary>The peers' entity-alerts: one threshold. The load says how many alerts it must cause.</summary>
internal sealed class ThresholdJob : IJob
{
    public string[] SiloSettings => [];

    public ChildProcess StartStreams(Servers servers, Scratch scratch, string group, string input, string output) =>
        Peers.StartStreams(servers, scratch, group, input, output);

    public async Task<AlertCount> CountAsync(Servers servers, Backlog backlog, string alerts, CancellationToken cancellationToken)
    {
        var watched = await Peers.WatchAsync(
            servers.Bootstrap, ["--topic", alerts, "--expected", $"{backlog.ExpectedAlerts}", "--timeout", "60"], cancellationToken);
        return new(watched["alerts"]!.GetValue<long>(), watched["duplicates"]!.GetValue<long>(), backlog.ExpectedAlerts, 0);
    }
}
