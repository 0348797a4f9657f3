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
    public static string Masters() => Named(Variable, "host:port of its masters");

    /// <summary>What a variable of the environment says about a real HBase; without it the test is skipped or fails as above.</summary>
    public static string Named(string variable, string meaning)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrWhiteSpace(value)) return value;

        var reason = $"No real HBase: {variable} is not set ({meaning}).";
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            Assert.Fail(reason + " Under CI=true that is a failure.");
        Assert.Skip(reason);
        return string.Empty;
    }
}
