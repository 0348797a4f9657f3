using System.Runtime.CompilerServices;
using HBase.Client.Connection;
using HBase.Client.Routing;

namespace HBase.Client.Scanning;

/// <summary>
/// Scans tables in key order, or against it. While the consumer has one answer's rows the next answer is fetched, and no more.
/// </summary>
internal sealed class RegionScanner(ConnectionPool pool, RegionLocator locator, RetryPolicy policy)
{
    public async IAsyncEnumerable<Row> ScanAsync(
        TableRoute table, Scan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var source = new RegionRows(pool, locator, policy, table, scan, cancellationToken);
        try
        {
            while (await source.NextAsync().ConfigureAwait(false) is { } rows)
            {
                foreach (var row in rows)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return row;
                }
            }
        }
        finally
        {
            await source.StopAsync().ConfigureAwait(false);
        }
    }
}
