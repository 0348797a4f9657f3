using System.Text.Json;
using Load.Processes;
using Load.Topics;

namespace Load.Comparison;

/// <summary>
/// Ten rules an entity (<c>bench/entity-alerts/ten</c>), from a file and by hand on Kafka Streams. What the first system sends of a backlog is
/// what every other round must send. Event time stands still where no events come, so that time alone changes nothing.
/// </summary>
internal sealed class TenRulesJob : IJob
{
    private readonly Dictionary<string, HashSet<Change>> _expected = new(StringComparer.Ordinal);
    private readonly string _classPath;

    private TenRulesJob(string classPath) => _classPath = classPath;

    public string[] SiloSettings =>
    [
        "--Rules:Path", Path.Combine(Folder, "rules"), "--Kinds:entity:AlertFormat", "Full", "--Kafka:IdleAfter", "10:00:00",
    ];

    private static string Folder => Path.Combine(Shared.Root, "bench", "entity-alerts", "ten");

    /// <summary>Compiles the job by hand.</summary>
    public static async Task<TenRulesJob> CompileAsync(Scratch scratch, CancellationToken cancellationToken)
    {
        var peers = Path.GetDirectoryName(Shared.Peers)!;
        var servers = Path.GetDirectoryName(Shared.Kafka)!;
        var libraries = $"{peers}/peers.jar:{peers}/lib/*:{servers}/kafka-lib/*:{servers}/log-lib/*";
        await Shell.RunAsync("javac", ["-d", scratch["ten"], "-cp", libraries, Path.Combine(Folder, "TenRules.java")], cancellationToken);
        return new($"{scratch["ten"]}:{libraries}");
    }

    public ChildProcess StartStreams(Servers servers, Scratch scratch, string group, string input, string output) => ChildProcess.Start(
        scratch[$"{group}.log"], "java",
        [
            $"-Dlog4j2.configurationFile={Path.GetDirectoryName(Shared.Peers)}/log4j2.properties", "-Xmx2g", "-cp", _classPath, "TenRules",
            "--bootstrap", servers.Bootstrap, "--group", group, "--dir", scratch[$"{group}.state"], "--input", input, "--output", output,
        ]);

    public Task<AlertCount> CountAsync(Servers servers, Backlog backlog, string alerts, CancellationToken cancellationToken)
    {
        // The offsets that the round has waited for are committed after the alerts before them.
        var seen = new HashSet<Change>();
        var records = TopicReader.Read(servers.Bootstrap, alerts, record => seen.Add(Read(record.Message.Value)), cancellationToken);
        if (!_expected.TryGetValue(backlog.Topic, out var expected)) _expected.Add(backlog.Topic, expected = seen);
        var different = seen.Except(expected).Concat(expected.Except(seen)).ToList();
        foreach (var change in different.Take(10)) Console.Error.WriteLine($"only in one: {change}");
        return Task.FromResult(new AlertCount(seen.Count, records - seen.Count, expected.Count, different.Count));
    }

    private static Change Read(byte[] json)
    {
        using var parsed = JsonDocument.Parse(json);
        var alert = parsed.RootElement;
        return new(
            alert.GetProperty("entity").GetString()!, alert.GetProperty("rule").GetString()!,
            alert.GetProperty("seq").GetInt64(), alert.GetProperty("state").GetString() == "firing");
    }

    private readonly record struct Change(string Entity, string Rule, long Seq, bool IsFiring);
}
