using Confluent.Kafka;
using Confluent.Kafka.Admin;
using HBase.Client;
using TestKit;

namespace Integration.Tests;

/// <summary>Names, files and servers of one test; kept over restarts of its silo.</summary>
public sealed class TestPlace : IAsyncDisposable
{
    private readonly string? _masters;

    private TestPlace(string[] servers, string? masters = null)
    {
        (Servers, _masters) = (servers, masters);
        Directory.CreateDirectory(Rules);
        WriteRules("""
            kind: probe
            rules:
              - name: high
                when: value > 90
                resolve: value < 80
                message: "{{ entity }} is at {{ value }}"
            """);
    }

    /// <summary>Puts these in place of the kind's rules; before its silo starts.</summary>
    public void WriteRules(string yaml) => File.WriteAllText(Path.Combine(Rules, "probe.yaml"), yaml);

    public string Name { get; } = "t" + Guid.NewGuid().ToString("N")[..12];

    public string Topic => Name + "-events";

    /// <summary>The topic of the kind "sensor".</summary>
    public string SensorTopic => Name + "-sensors";

    public IReadOnlyList<string> Servers { get; }

    public string Root => Path.Combine(Path.GetTempPath(), "granary-tests", Name);

    public string Rules => Path.Combine(Root, "rules");

    public string Data => Path.Combine(Root, "data");

    /// <summary>The embedded broker and store.</summary>
    public static TestPlace Embedded() => new([]);

    /// <summary>Real Kafka and HBase, by the environment; skipped without them, a failure on CI.</summary>
    public static async Task<TestPlace> RealAsync()
    {
        var masters = RealHBase.Masters();
        var kafka = RealKafka.BootstrapServers();
        var place = new TestPlace([$"--Kafka:BootstrapServers={kafka}", $"--HBase:Masters={masters}"], masters);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka }).Build();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = place.Topic, NumPartitions = 2 }, new TopicSpecification { Name = place.SensorTopic, NumPartitions = 2 }]);
        return place;
    }

    /// <summary>After its silo has stopped. Each written family of a region left behind would keep 2 MB of HBase's memory.</summary>
    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        if (_masters is null) return;
        await using var hbase = new HBaseClient(new HBaseClientOptions { Masters = _masters });
        foreach (var table in (await hbase.Admin.ListTablesAsync()).Where(table => table.StartsWith(Name, StringComparison.Ordinal)))
        {
            await hbase.Admin.DisableTableAsync(table);
            await hbase.Admin.DeleteTableAsync(table);
        }
    }
}
