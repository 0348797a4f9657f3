namespace FaultInjection.Kinds;

/// <summary>SIGKILL of one of three brokers, which comes back.</summary>
internal sealed class KillBroker : IFault
{
    public string Kind => "broker-kill";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        var broker = $"{random.Next(1, cluster.Servers.Brokers + 1)}";
        await cluster.Servers.KafkaAsync(["kill", broker], cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken);
        await cluster.Servers.RestartBrokerAsync(broker, cancellationToken);
        return null;
    }
}

/// <summary>All brokers are killed and come back after half a minute.</summary>
internal sealed class KafkaDown : IFault
{
    public string Kind => "kafka-down";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        await cluster.Servers.KillKafkaAsync(cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
        await cluster.Servers.StartKafkaAsync(cancellationToken);
        return null;
    }
}
