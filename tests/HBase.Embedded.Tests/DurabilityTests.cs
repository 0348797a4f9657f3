using System.Diagnostics;
using System.Text;
using HBase.Client;
using Xunit;

namespace HBase.Embedded.Tests;

public sealed class DurabilityTests(ITestOutputHelper output) : IDisposable
{
    private const int RowsBeforeKill = 3000;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task every_acknowledged_row_is_there_after_kill_9()
    {
        var acknowledged = await WriteAndKillAsync();
        output.WriteLine($"{acknowledged.Count} rows were acknowledged before the kill.");
        Assert.True(acknowledged.Count >= RowsBeforeKill - 1);

        await using var hbase = new EmbeddedHBase(new EmbeddedHBaseOptions { Path = _directory.Path });
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in hbase.GetTable("t").ScanAsync(new Scan()))
            found.Add(Encoding.UTF8.GetString(row.Key.Span));

        Assert.DoesNotContain(acknowledged, key => !found.Contains(key));

        // Acknowledged or not, a commit is whole.
        foreach (var key in found)
        {
            var parts = key.Split('-');
            if (parts.Length == 3) Assert.Contains($"{parts[0]}-{parts[1]}", found);
            else if (int.Parse(parts[0]) % 2 == 1) Assert.Contains($"{key}-further", found);
        }
    }

    [Fact]
    public async Task another_process_that_has_the_directory_open_is_named()
    {
        using var writer = Start();
        try
        {
            await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            var error = Assert.Throws<HBaseUnavailableException>(
                () => new EmbeddedHBase(new EmbeddedHBaseOptions { Path = _directory.Path }));
            Assert.Contains(_directory.Path, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task<List<string>> WriteAndKillAsync()
    {
        using var writer = Start();
        var acknowledged = new List<string>();
        while (await writer.StandardOutput.ReadLineAsync() is { } key)
        {
            acknowledged.Add(key);
            if (acknowledged.Count == RowsBeforeKill) writer.Kill();
        }

        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);

        // The last line may have been cut by the kill.
        if (acknowledged.Count > 0) acknowledged.RemoveAt(acknowledged.Count - 1);
        return acknowledged;
    }

    private Process Start()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "HBase.Embedded.Tests.Writer.dll");
        return Process.Start(
            new ProcessStartInfo("dotnet", [program, _directory.Path]) { RedirectStandardOutput = true })!;
    }
}
