using Google.Protobuf;
using HBase.Client.Connection;
using HBase.Client.Diagnostics;
using HBase.Client.Protocol;
using HBase.Client.Routing;
using Messages = HBase.Client.Protocol.Messages;

namespace HBase.Client.Scanning;

/// <summary>One scanner of one region on the server: open with the first call, then numbered calls.</summary>
internal sealed class ScannerSession(
    ConnectionPool pool, RetryPolicy policy, TableRoute table, Region region, Scan scan)
{
    private const ulong MaxResultBytes = 2 * 1024 * 1024;
    private const string Method = "Scan";

    private ulong? _scannerId;
    private ulong _sequence;

    public Region Region => region;

    /// <summary>The next answer; the first call opens the scanner at the position, which no later call without a limit needs.</summary>
    public async Task<ScanAnswer> NextAsync(ScanPosition position, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(CreateRequest(position), policy.CallTimeout, cancellationToken).ConfigureAwait(false);
        try
        {
            var response = answer.Parse(Messages.ScanResponse.Parser);
            var next = new ScanAnswer(response, answer);
            // The server has closed the scanner by itself in both cases.
            if (next.RegionDone || next.ScanDone) _scannerId = null;
            else if (response.HasScannerId) _scannerId = response.ScannerId;
            return next;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Lets the server forget the scanner, if it is open. Errors do not matter: its lease ends.</summary>
    public async Task CloseAsync()
    {
        if (_scannerId is not { } id) return;
        _scannerId = null;
        try
        {
            var request = new Messages.ScanRequest { ScannerId = id, CloseScanner = true, NumberOfRows = 0 };
            using var answer = await CallAsync(request, policy.CallTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException or OperationCanceledException)
        {
            // See above.
        }
    }

    private Messages.ScanRequest CreateRequest(ScanPosition position)
    {
        var remaining = position.Remaining;
        var request = new Messages.ScanRequest
        {
            NumberOfRows = (uint)(remaining > 0 ? Math.Min(remaining, scan.Caching) : scan.Caching),
            ClientHandlesPartials = true,
            ClientHandlesHeartbeats = true,
        };
        if (remaining > 0) request.LimitOfRows = (uint)remaining;
        if (_scannerId is { } id)
        {
            request.ScannerId = id;
            request.NextCallSeq = _sequence++;
        }
        else
        {
            request.Region = RegionLocator.Specifier(region);
            request.Scan = CreateScan(position);
        }

        return request;
    }

    private Messages.Scan CreateScan(ScanPosition position)
    {
        var message = new Messages.Scan
        {
            StartRow = UnsafeByteOperations.UnsafeWrap(position.Next),
            IncludeStartRow = position.IncludeNext,
            StopRow = UnsafeByteOperations.UnsafeWrap(scan.StopRow),
            IncludeStopRow = scan.IncludeStopRow,
            Reversed = scan.Reversed,
            MaxVersions = (uint)scan.MaxVersions,
            MaxResultSize = MaxResultBytes,
            Caching = (uint)scan.Caching,
        };
        if (scan.Filter is { } filter) message.Filter = UnsafeByteOperations.UnsafeWrap(FilterEncoder.ToBytes(filter));
        if (scan.MinTimestamp > 0 || scan.MaxTimestamp < long.MaxValue)
            message.TimeRange = new Messages.TimeRange { From = (ulong)scan.MinTimestamp, To = (ulong)scan.MaxTimestamp };
        foreach (var column in scan.Columns)
        {
            var added = new Messages.Column { Family = UnsafeByteOperations.UnsafeWrap(column.Family) };
            if (column.Qualifier is { } qualifier) added.Qualifier.Add(UnsafeByteOperations.UnsafeWrap(qualifier));
            message.Column.Add(added);
        }

        return message;
    }

    private async Task<RpcResponse> CallAsync(
        Messages.ScanRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var activity = ClientTracing.Start("scan", table.Name);
        activity?.At(region.Server);
        try
        {
            var connection = await pool.GetAsync(region.Server, ConnectionPool.ClientService)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            var frame = new FrameBuffer();
            frame.WriteParameter(request);
            return await connection.CallAsync(Method, frame, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e) when (activity is not null)
        {
            activity.Failed(e);
            throw;
        }
    }
}
