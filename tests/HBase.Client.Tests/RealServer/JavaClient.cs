using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace HBase.Client.Tests.RealServer;

/// <summary>HBase's own client, by the servers' script: HBASE_SCRIPT is the script, HBASE_DIR the cluster's directory.</summary>
internal static class JavaClient
{
    /// <summary>What a command of <c>hbase admin</c> prints; skips the test where there is no script.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] command)
    {
        var script = Environment.GetEnvironmentVariable("HBASE_SCRIPT");
        var directory = Environment.GetEnvironmentVariable("HBASE_DIR");
        Assert.SkipWhen(string.IsNullOrEmpty(script) || string.IsNullOrEmpty(directory), "HBASE_SCRIPT and HBASE_DIR are not set.");
        using var process = Process.Start(new ProcessStartInfo(script!, ["admin", directory!, .. command])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Puts one cell.</summary>
    public static async Task PutAsync(string table, byte[] row, string family, byte[] qualifier, byte[] value, long timestamp)
    {
        var (code, output, errors) = await RunAsync(
            "put", table, Text(row), $"{family}:{Text(qualifier)}", Text(value), timestamp.ToString(CultureInfo.InvariantCulture));
        Assert.True(code == 0, output + errors);
    }

    /// <summary>The cells of a table as it prints them: <c>row family:qualifier @timestamp value</c>.</summary>
    public static async Task<string[]> ScanAsync(string table)
    {
        var (code, output, errors) = await RunAsync("scan", table);
        Assert.True(code == 0, output + errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1]];
    }

    /// <summary>A cell as <see cref="ScanAsync"/> has it.</summary>
    public static string Line(
        ReadOnlySpan<byte> row, string family, ReadOnlySpan<byte> qualifier, long timestamp, ReadOnlySpan<byte> value) =>
        $"{Text(row)} {family}:{Text(qualifier)} @{timestamp.ToString(CultureInfo.InvariantCulture)} {Text(value)}";

    /// <summary>Bytes as HBase writes and reads them: what is not a printable character, and a backslash, as <c>\xNN</c>.</summary>
    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes)
            text.Append(b is >= 0x20 and < 0x7F and not (byte)'\\' ? ((char)b).ToString() : $"\\x{b:X2}");
        return text.ToString();
    }
}
