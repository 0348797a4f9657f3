using Load.Processes;
using Load.Topics;

namespace Load.Comparison;

/// <summary>How long a system took for the backlog.</summary>
/// <param name="Seconds">From the start of its process to its last commit.</param>
/// <param name="CpuSeconds">The processor time of its process in that time.</param>
internal sealed record Lap(double Seconds, double CpuSeconds, AlertCount Alerts);

/// <summary>A topic of events, and how many alerts they cause by the peers' rule.</summary>
internal sealed record Backlog(string Topic, long ExpectedAlerts);

/// <summary>Drains a backlog with one system after the other, each from nothing.</summary>
internal sealed class Race(Servers servers, Scratch scratch, TopicAdmin admin, IJob job, TimeSpan limit)
{
    /// <summary>A silo with a group, a table and an alerts topic of its own.</summary>
    /// <param name="whileUp">What is done with the silo before it is stopped.</param>
    public async Task<Lap> SiloAsync(
        Backlog backlog, string group, string[] settings, Func<SiloProcess, Task>? whileUp, CancellationToken cancellationToken)
    {
        var alerts = $"alerts-{group}";
        await admin.CreateAsync(alerts);
        await using var silo = SiloProcess.Start(servers, scratch, new(1, group,
            [
                "--HBase:EntitiesTable", TableOf(group), "--Kinds:entity:Topic", backlog.Topic,
                "--Kinds:entity:AlertsTopic", alerts, .. job.SiloSettings, .. settings,
            ]));
        var lap = await DrainAsync(silo.Process, backlog, group, alerts, cancellationToken);
        if (whileUp is not null) await whileUp(silo);
        if (!await silo.Process.StopAsync())
            await Console.Error.WriteLineAsync("the silo did not stop within 30 s of SIGTERM");
        return lap;
    }

    /// <summary>Kafka Streams with a group, a state folder and an alerts topic of its own.</summary>
    public async Task<Lap> StreamsAsync(Backlog backlog, string group, CancellationToken cancellationToken)
    {
        var alerts = $"alerts-{group}";
        await admin.CreateAsync(alerts);
        Lap lap;
        await using (var streams = job.StartStreams(servers, scratch, group, backlog.Topic, alerts))
            lap = await DrainAsync(streams, backlog, group, alerts, cancellationToken);
        await admin.DeleteAsync($"{group}-entities-changelog");
        return lap;
    }

    public static string TableOf(string group) => group.Replace('-', '_');

    private async Task<Lap> DrainAsync(
        ChildProcess process, Backlog backlog, string group, string alerts, CancellationToken cancellationToken)
    {
        bool IsOver() => process.HasExited || process.Elapsed > limit;
        if (!await admin.WaitUntilReadAsync(group, backlog.Topic, IsOver, cancellationToken))
        {
            var partitions = admin.Partitions(backlog.Topic);
            throw new BenchException(
                $"{group} has not read the topic in {process.Elapsed.TotalSeconds:F0} s"
                + $" ({(await admin.CommittedAsync(group, partitions, cancellationToken)).Sum()} of {(await admin.EndsAsync(partitions, cancellationToken)).Sum()}"
                + $" records committed){(process.HasExited ? ": it has ended" : "")}; it printed:\n{process.Tail()}");
        }

        var (seconds, cpu) = (process.Elapsed.TotalSeconds, process.CpuSeconds);
        var lap = new Lap(seconds, cpu, await job.CountAsync(servers, backlog, alerts, cancellationToken));
        await Console.Error.WriteLineAsync($"{group}: {lap}");
        return lap;
    }
}
