using System.Runtime.CompilerServices;
using HBase.Client.Connection;
using HBase.Client.Routing;

namespace HBase.Client.Scanning;

/// <summary>Scans tables in key order, or against it.</summary>
internal sealed class RegionScanner(ConnectionPool pool, RegionLocator locator, RetryPolicy policy)
{
    public async IAsyncEnumerable<Row> ScanAsync(
        TableRoute table, Scan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var source = new RegionRows(pool, locator, policy, table, scan);
        try
        {
            while (await source.NextAsync(cancellationToken).ConfigureAwait(false) is { } rows)
            {
                foreach (var row in rows) yield return row;
            }
        }
        finally
        {
            await source.CloseAsync().ConfigureAwait(false);
        }
    }
}
