using Xunit;

namespace TestKit;

/// <summary>The real Kafka that tests run against, named by the environment.</summary>
public static class RealKafka
{
    public const string Variable = "KAFKA_BOOTSTRAP";

    /// <summary>host:port,..; without it the test is skipped, saying why; with <c>CI=true</c> it fails.</summary>
    public static string BootstrapServers()
    {
        var servers = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrWhiteSpace(servers)) return servers;

        const string reason = $"No real Kafka: {Variable} is not set (host:port of its brokers).";
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            Assert.Fail(reason + " Under CI=true that is a failure.");
        Assert.Skip(reason);
        return string.Empty;
    }
}
