using System.Globalization;

namespace Load.Processes;

/// <summary>How a silo of the entity-alerts job is started.</summary>
/// <param name="Number">1, 2, ..: it gives the ports.</param>
/// <param name="Settings">Further arguments of <c>bench/entity-alerts/silo</c>.</param>
internal sealed record SiloPlan(int Number, string Group, IReadOnlyList<string> Settings)
{
    /// <summary>Further variables of its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>A silo in a process of its own.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly Uri _url;

    private SiloProcess(ChildProcess process, Uri url, string gateway)
    {
        Process = process;
        Gateway = gateway;
        _url = url;
    }

    public ChildProcess Process { get; }

    /// <summary>Where it listens for clients.</summary>
    public string Gateway { get; }

    public static SiloProcess Start(Servers servers, Scratch scratch, SiloPlan plan)
    {
        var port = Ports.FreeBase(11100 + plan.Number, [0, 20000, 30000]);
        var url = new Uri($"http://127.0.0.1:{port + 30000}");
        var environment = new Dictionary<string, string>(plan.Environment)
        {
            ["KAFKA_BOOTSTRAP"] = servers.Bootstrap,
            ["HBASE_MASTERS"] = servers.Masters,
        };
        string[] arguments =
        [
            "--group", plan.Group, "--urls", url.ToString(),
            "--silo-port", $"{port}", "--gateway-port", $"{port + 20000}", .. plan.Settings,
        ];
        return new(ChildProcess.Start(scratch[$"silo-{plan.Group}-{plan.Number}.log"], Shared.Silo, arguments, environment), url, $"127.0.0.1:{port + 20000}");
    }

    /// <summary>Waits until it answers on its HTTP port, healthy or not.</summary>
    public async Task WaitUntilUpAsync(CancellationToken cancellationToken)
    {
        while (await TryGetAsync("health", cancellationToken) is null)
        {
            if (Process.HasExited) throw new BenchException($"the silo has ended; it printed:\n{Process.Tail()}");
            await Task.Delay(Poll, cancellationToken);
        }
    }

    /// <summary>Its counters by name, labels added up; empty when it does not answer.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync(CancellationToken cancellationToken)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in (await TryGetAsync("metrics", cancellationToken) ?? "").Split('\n'))
        {
            var words = line.Split(' ');
            if (line.StartsWith('#') || words.Length < 2) continue;
            var name = line.Split('{', ' ')[0];
            var value = line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[line.Contains('}', StringComparison.Ordinal) ? 0 : 1];
            if (double.TryParse(value, CultureInfo.InvariantCulture, out var number))
                sums[name] = sums.GetValueOrDefault(name) + number;
        }

        return sums;
    }

    /// <summary>The partitions of a topic that it says it reads; null when it does not answer.</summary>
    public async Task<IReadOnlyList<int>?> PartitionsAsync(string topic, CancellationToken cancellationToken)
    {
        if (await TryGetAsync("metrics", cancellationToken) is not { } metrics) return null;
        var partitions = new List<int>();
        foreach (var line in metrics.Split('\n'))
        {
            const string label = "partition=\"";
            if (!line.StartsWith("kafka_lag", StringComparison.Ordinal) || !line.Contains($"topic=\"{topic}\"", StringComparison.Ordinal))
                continue;
            var from = line.IndexOf(label, StringComparison.Ordinal) + label.Length;
            partitions.Add(int.Parse(line.AsSpan(from, line.IndexOf('"', from) - from), CultureInfo.InvariantCulture));
        }

        return partitions;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private async Task<string?> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(_url, path), cancellationToken);
            return await response.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
