using HBase.Client.Connection;
using HBase.Client.Diagnostics;
using HBase.Client.Routing;

namespace HBase.Client.Scanning;

/// <summary>
/// The rows of one scan, call by call and region by region. After an error the scan goes on behind the last row that was
/// fetched, on a new scanner; a row of which only a part had come is read again whole.
/// </summary>
internal sealed class RegionRows(
    ConnectionPool pool, RegionLocator locator, RetryPolicy policy, TableRoute table, Scan scan, CancellationToken cancelled)
{
    // Ends retries. A call that is under way ends by itself or by the caller's token: its scanner cannot be closed before.
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
    private readonly ScanPosition _position = new(scan);
    private readonly PartialRows _partial = new();
    private ScannerSession? _session;
    private Task<ScanAnswer>? _ahead;
    private Deadline _deadline;
    private int _attempts;

    /// <summary>The next rows, at least one; null at the end. One call at a time. The answer after them is being fetched then.</summary>
    public async Task<List<Row>?> NextAsync()
    {
        Progress();
        while (!_position.IsDone)
        {
            using var answer = await TryFetchAsync().ConfigureAwait(false);
            if (answer is null)
            {
                await CloseAsync().ConfigureAwait(false);
                continue;
            }

            var rows = Read(answer);
            if (rows.Count > 0) return rows;
        }

        return null;
    }

    /// <summary>
    /// Waits for the call that is under way and lets the server forget the scanner. Nobody wants the answer of that call, or its
    /// error.
    /// </summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_ahead is { } ahead)
        {
            await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ahead.IsCompletedSuccessfully) (await ahead.ConfigureAwait(false)).Dispose();
        }

        await CloseAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private List<Row> Read(ScanAnswer answer)
    {
        // The server works while the rows are decoded, where the next call does not depend on them.
        if (!answer.RegionDone && !answer.ScanDone && scan.Limit == 0) _ahead = FetchAsync();
        var rows = answer.ReadRows(_partial);
        _position.Pass(rows);
        if (answer.ScanDone) _position.End();
        if (answer.RegionDone)
        {
            _position.PassRegion(_session!.Region);
            _session = null;
        }

        if (!_position.IsDone) _ahead ??= FetchAsync();
        return rows;
    }

    private async Task<ScanAnswer> FetchAsync()
    {
        _session ??= await OpenAsync().ConfigureAwait(false);
        return await _session.NextAsync(_position, cancelled).ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        if (_session is not { } session) return;
        _session = null;
        await session.CloseAsync().ConfigureAwait(false);
    }

    private async Task<ScannerSession> OpenAsync()
    {
        var region = await locator.LocateAsync(table, _position.Next, _deadline, _stop.Token, _position.IsBeforeRegion)
            .ConfigureAwait(false);
        return new ScannerSession(pool, policy, table, region, scan);
    }

    // Null after an error that passes: the scanner must be opened again.
    private async Task<ScanAnswer?> TryFetchAsync()
    {
        var fetch = _ahead ?? FetchAsync();
        _ahead = null;
        try
        {
            var answer = await fetch.ConfigureAwait(false);
            Progress();
            return answer;
        }
        catch (RpcException e) when (_session is { } session)
        {
            Give(session, e);
            await PrepareAsync(session.Region, e.Failure).ConfigureAwait(false);
            return null;
        }
    }

    private async Task PrepareAsync(Region region, Failure failure)
    {
        _partial.Drop();
        ClientMetrics.Retried(failure);
        policy.Retries.Add("A scan", table.Name, region, region.Server, _attempts + 1, failure);
        if (failure.Action == FailureAction.Relocate) table.Relocate(region, failure.MovedTo, policy.Logger);

        await Task.Delay(policy.Pause(_attempts++, failure), policy.Time, _stop.Token).ConfigureAwait(false);
    }

    private void Progress() => (_attempts, _deadline) = (0, policy.Start());

    // Throws what the caller must see.
    private void Give(ScannerSession session, RpcException e)
    {
        var failure = e.Failure;
        if (failure.IsSecurity) throw RetryPolicy.Refused(e);
        var text = $"A scan of {table.Name} at {session.Region.Server}";
        if (failure.IsFinal || failure.Action == FailureAction.NoEndpoint)
        {
            throw new HBaseRefusedException($"{text} was refused: {failure.Message}", e)
            { Table = table.Name, Server = session.Region.Server.ToString(), ServerException = failure.ServerException };
        }

        if (!_deadline.HasPassed) return;
        throw new HBaseUnavailableException(
            $"{text} made no progress for {_deadline.Elapsed.TotalMilliseconds:F0} ms, {_attempts + 1} attempts: "
            + failure.Message,
            e)
        { Table = table.Name, Server = session.Region.Server.ToString(), ServerException = failure.ServerException };
    }
}
