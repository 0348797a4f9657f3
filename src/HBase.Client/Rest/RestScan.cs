using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using HBase.Client.Connection;
using HBase.Client.Rest.Messages;

namespace HBase.Client.Rest;

/// <summary>
/// Scans by stateful scanners. A scanner lives in one gateway; when it or its gateway is lost, another one is opened behind the
/// last whole row. An answer ends after a number of cells, in the middle of a row perhaps.
/// </summary>
internal sealed class RestScan(string table, RestGateways gateways, RestSchemas schemas, HBaseRestOptions options)
{
    public async IAsyncEnumerable<Row> RunAsync(Scan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = new Position(scan, gateways.Policy.Start());
        while (!position.IsDone)
        {
            var scanner = await OpenAsync(scan, position, cancellationToken).ConfigureAwait(false);
            try
            {
                while (await StepAsync(scanner, scan, position, cancellationToken).ConfigureAwait(false) is { } rows)
                {
                    foreach (var row in rows)
                    {
                        position.Pass(row);
                        yield return row;
                        if (position.IsDone) yield break;
                    }

                    if (position.IsDone) yield break;
                }
            }
            finally
            {
                await CloseAsync(scanner).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One row by a scanner of its own: for keys and columns that cannot stand in an address.</summary>
    public async Task<Row?> GetAsync(Get get, CancellationToken cancellationToken)
    {
        var scan = new Scan
        {
            StartRow = get.Row,
            StopRow = After(get.Row.Span),
            Columns = get.Columns,
            MaxVersions = get.MaxVersions,
            MinTimestamp = get.MinTimestamp,
            MaxTimestamp = get.MaxTimestamp,
        };
        await foreach (var row in RunAsync(scan, cancellationToken).ConfigureAwait(false)) return row;
        return null;
    }

    /// <summary>The next key that a row can have; empty behind the very last.</summary>
    internal static byte[] After(ReadOnlySpan<byte> row)
    {
        if (row.Length < short.MaxValue) return [.. row, 0];
        var length = row.LastIndexOfAnyExcept((byte)0xFF) + 1;
        var next = row[..length].ToArray();
        if (length > 0) next[^1]++;
        return next;
    }

    private async Task<Open> OpenAsync(Scan scan, Position position, CancellationToken cancellationToken)
    {
        var message = new Scanner
        {
            StartRow = UnsafeByteOperations.UnsafeWrap(position.Next),
            EndRow = UnsafeByteOperations.UnsafeWrap(position.Stop),
            StartTime = scan.MinTimestamp,
            EndTime = scan.MaxTimestamp,
            MaxVersions = scan.MaxVersions,
            Caching = scan.Caching,
        };
        foreach (var column in scan.Columns) message.Columns.Add(UnsafeByteOperations.UnsafeWrap(RestCells.Column(column)));
        var call = Call(HttpMethod.Put, "/scanner") with { Body = message.ToByteArray() };
        var answer = await gateways.SendAsync(call, cancellationToken).ConfigureAwait(false);
        var id = answer.Location?.AbsolutePath.Split('/')[^1];
        return string.IsNullOrEmpty(id)
            ? throw new HBaseProtocolException("A gateway opened a scanner and did not say where.")
            : new Open(answer.Gateway, "/scanner/" + id);
    }

    // The rows that are whole after the next answer; null when the scanner is lost.
    private async Task<IReadOnlyList<Row>?> StepAsync(
        Open scanner, Scan scan, Position position, CancellationToken cancellationToken)
    {
        var (answer, failure) = await NextAsync(scanner, scan, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            Give(scanner, failure, position);
            position.Lose();
            await Task.Delay(gateways.Policy.Pause(position.Attempts++, failure), gateways.Time, cancellationToken)
                .ConfigureAwait(false);
            return null;
        }

        position.Progress(gateways.Policy.Start());
        if (answer!.Status != HttpStatusCode.NoContent) return position.Add(RestCells.Parse(answer.Body));
        if (!position.HasFound) await schemas.CheckAsync(table, scan.Columns, cancellationToken).ConfigureAwait(false);
        return position.End();
    }

    private async Task<(RestAnswer? Answer, Failure? Failure)> NextAsync(
        Open scanner, Scan scan, CancellationToken cancellationToken)
    {
        var cells = Math.Min(scan.Caching, options.MaxScanCells).ToString(CultureInfo.InvariantCulture);
        var call = Call(HttpMethod.Get, $"{scanner.Path}?c={cells}");
        var (answer, failure) = await gateways.TryAsync(scanner.Gateway, call, options.CallTimeout, cancellationToken)
            .ConfigureAwait(false);
        if (failure is not null || answer!.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Gone)) return (answer, failure);
        // It is lost, or there never was such a table.
        await schemas.CheckAsync(table, [], cancellationToken).ConfigureAwait(false);
        return (null, new Failure(FailureAction.ReopenScanner, MaybeExecuted: false, "the gateway has lost the scanner"));
    }

    // Throws what the caller must see.
    private void Give(Open scanner, Failure failure, Position position)
    {
        var deadline = position.Deadline;
        if (!failure.IsFinal && !deadline.HasPassed) return;
        var how = $"made no progress for {deadline.Elapsed.TotalMilliseconds:F0} ms, {position.Attempts + 1} attempts";
        throw RestErrors.Create(Call(HttpMethod.Get, scanner.Path), gateways.Address(scanner.Gateway), failure, false, how);
    }

    // Errors do not matter: the gateway forgets a scanner that is not used.
    private async Task CloseAsync(Open scanner)
    {
        var call = Call(HttpMethod.Delete, scanner.Path);
        await gateways.TryAsync(scanner.Gateway, call, options.CallTimeout, CancellationToken.None).ConfigureAwait(false);
    }

    private RestCall Call(HttpMethod method, string path) =>
        new($"A scan of {table}", method, RestPath.Table(table) + path, RestEffect.None) { Table = table };

    private sealed record Open(int Gateway, string Path);

    /// <summary>How far a scan has come.</summary>
    private sealed class Position(Scan scan, Deadline deadline)
    {
        private int _left = scan.Limit > 0 ? scan.Limit : int.MaxValue;
        private bool _hasEnded;
        private Row? _held; // the last one, which may go on in the next answer

        public ReadOnlyMemory<byte> Next { get; private set; } =
            scan.IncludeStartRow ? scan.StartRow : After(scan.StartRow.Span);

        /// <summary>Exclusive; empty = the end of the table.</summary>
        public ReadOnlyMemory<byte> Stop { get; } =
            scan.IncludeStopRow && !scan.StopRow.IsEmpty ? After(scan.StopRow.Span) : scan.StopRow;

        public Deadline Deadline { get; private set; } = deadline;

        public int Attempts { get; set; }

        public bool HasFound { get; private set; }

        public bool IsDone =>
            _left == 0 || _hasEnded || (!Stop.IsEmpty && Next.Span.SequenceCompareTo(Stop.Span) >= 0);

        public void Progress(Deadline next) => (Attempts, Deadline) = (0, next);

        public List<Row> Add(List<Row> received)
        {
            var whole = new List<Row>(received.Count);
            foreach (var row in received)
            {
                HasFound = true;
                if (_held is not null && _held.Key.Span.SequenceEqual(row.Key.Span))
                {
                    _held = RestCells.Join(_held, row);
                    continue;
                }

                if (_held is not null) whole.Add(_held);
                _held = row;
            }

            return whole;
        }

        public Row[] End()
        {
            _hasEnded = true;
            return _held is null ? [] : [_held];
        }

        public void Lose() => _held = null;

        public void Pass(Row row)
        {
            _left--;
            Next = After(row.Key.Span);
            _hasEnded |= Next.IsEmpty;
        }
    }
}
