using Xunit;

namespace TestKit;

/// <summary>The real HBase that tests run against, named by the environment.</summary>
public static class RealHBase
{
    public const string Variable = "HBASE_MASTERS";

    /// <summary>
    /// The masters, <c>host:port</c>, separated by commas. Without any the test is skipped, saying why; with
    /// <c>CI=true</c> it fails, so that a build cannot pass by having skipped what it is there for.
    /// </summary>
    public static string Masters()
    {
        var masters = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrWhiteSpace(masters)) return masters;

        const string reason = $"No real HBase: {Variable} is not set (host:port of its masters).";
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            Assert.Fail(reason + " Under CI=true that is a failure.");
        Assert.Skip(reason);
        return string.Empty;
    }
}
