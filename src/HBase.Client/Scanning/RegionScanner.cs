using System.Runtime.CompilerServices;
using HBase.Client.Connection;
using HBase.Client.Routing;

namespace HBase.Client.Scanning;

/// <summary>
/// Scans a table region by region in key order. After an error the scan goes on behind the last row that the consumer got,
/// on a new scanner; a row of which only a part had come is read again whole.
/// </summary>
internal sealed class RegionScanner(ConnectionPool pool, RegionLocator locator, RetryPolicy policy)
{
    public async IAsyncEnumerable<Row> ScanAsync(
        TableRoute table, Scan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = new Position(scan, policy.Start());
        ScannerSession? session = null;
        try
        {
            while (!position.Done)
            {
                session ??= await OpenAsync(table, scan, position, cancellationToken).ConfigureAwait(false);
                var answer = await TryNextAsync(table, session, position, cancellationToken).ConfigureAwait(false);
                if (answer is null)
                {
                    await session.CloseAsync().ConfigureAwait(false);
                    session = null;
                    continue;
                }

                foreach (var row in answer.Rows)
                {
                    position.Pass(row);
                    yield return row;
                    if (position.Done) yield break;
                }

                if (answer.ScanDone) yield break;
                if (!answer.RegionDone) continue;
                position.PassRegion(session.Region);
                session = null;
            }
        }
        finally
        {
            if (session is not null) await session.CloseAsync().ConfigureAwait(false);
        }
    }

    private async Task<ScannerSession> OpenAsync(
        TableRoute table, Scan scan, Position position, CancellationToken cancellationToken)
    {
        var region = await locator.LocateAsync(table, position.Next, position.Deadline, cancellationToken)
            .ConfigureAwait(false);
        return new ScannerSession(pool, policy, region, scan);
    }

    // Null after an error that passes: the scanner must be opened again.
    private async Task<ScanAnswer?> TryNextAsync(
        TableRoute table, ScannerSession session, Position position, CancellationToken cancellationToken)
    {
        Failure failure;
        try
        {
            var answer = await session.NextAsync(position.Next, position.Remaining, position.Partial, cancellationToken)
                .ConfigureAwait(false);
            position.Progress(policy.Start());
            return answer;
        }
        catch (RpcException e)
        {
            failure = e.Failure;
            Give(table, session, position, e);
        }

        position.Partial.Drop();
        if (failure.Action == FailureAction.Relocate)
        {
            if (failure.MovedTo is { } server) table.Regions.Move(session.Region, server);
            else table.Regions.Remove(session.Region);
        }

        await Task.Delay(policy.Pause(position.Attempts++, failure), policy.Time, cancellationToken).ConfigureAwait(false);
        return null;
    }

    // Throws what the caller must see.
    private static void Give(TableRoute table, ScannerSession session, Position position, RpcException e)
    {
        var failure = e.Failure;
        if (failure.IsSecurity) throw RetryPolicy.Refused(e);
        var text = $"A scan of {table.Name} at {session.Region.Server}";
        if (failure.Action is FailureAction.Fail or FailureAction.Split or FailureAction.NoEndpoint)
        {
            throw new HBaseRefusedException($"{text} was refused: {failure.Message}", e)
            { Table = table.Name, Server = session.Region.Server.ToString(), ServerException = failure.ServerException };
        }

        if (!position.Deadline.HasPassed) return;
        throw new HBaseUnavailableException(
            $"{text} made no progress for {position.Deadline.Elapsed.TotalMilliseconds:F0} ms, {position.Attempts + 1} attempts: "
            + failure.Message,
            e)
        { Table = table.Name, Server = session.Region.Server.ToString(), ServerException = failure.ServerException };
    }

    /// <summary>How far a scan has come.</summary>
    private sealed class Position(Scan scan, Deadline deadline)
    {
        public ReadOnlyMemory<byte> Next { get; private set; } = scan.StartRow;

        /// <summary>Rows that the consumer still wants; 0 = no limit.</summary>
        public int Remaining { get; private set; } = scan.Limit;

        public PartialRows Partial { get; } = new();

        public Deadline Deadline { get; private set; } = deadline;

        public int Attempts { get; set; }

        public bool Done { get; private set; } = IsBehind(scan.StartRow, scan.StopRow);

        public void Progress(Deadline next) => (Attempts, Deadline) = (0, next);

        public void Pass(Row row)
        {
            Next = (byte[])[.. row.Key.Span, 0];
            if (Remaining > 0 && --Remaining == 0) Done = true;
        }

        public void PassRegion(Region region)
        {
            Next = region.EndKey;
            Done = region.EndKey.IsEmpty || IsBehind(region.EndKey, scan.StopRow);
        }

        private static bool IsBehind(ReadOnlyMemory<byte> row, ReadOnlyMemory<byte> stop) =>
            !stop.IsEmpty && row.Span.SequenceCompareTo(stop.Span) >= 0;
    }
}
