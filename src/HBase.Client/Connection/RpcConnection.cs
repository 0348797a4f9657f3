using System.Collections.Concurrent;
using System.Threading.Channels;
using HBase.Client.Diagnostics;
using HBase.Client.Protocol;
using HBase.Client.Routing;

namespace HBase.Client.Connection;

/// <summary>
/// One connection to one service of one server. Callers write, one at a time; a thread of its own reads. Answers come in any
/// order; one for an unknown call id is late (its caller has given up) and is passed over.
/// </summary>
internal sealed class RpcConnection : IAsyncDisposable
{
    private const string AccessDenied = "org.apache.hadoop.hbase.security.AccessDeniedException";
    private const string BadAuthentication = "org.apache.hadoop.hbase.ipc.BadAuthException";

    private readonly ConcurrentDictionary<uint, PendingCall> _pending = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly TaskCompletionSource _readerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _stream;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly ReaderTurns _turns;
    private readonly ConnectionSettings _settings;
    private readonly ServerTrust? _trust;
    private Failure? _failure;
    private bool _hasAnswered; // the reader's
    private volatile bool _isDisposing;
    private uint _lastCallId;
    private long _lastReceived;

    private RpcConnection(ServerAddress address, Stream stream, ConnectionSettings settings, ServerTrust? trust)
    {
        Address = address;
        _trust = trust;
        _settings = settings;
        _stream = stream;
        _stopped = _stop.Token;
        _reader = new FrameReader(stream, settings.MaxResponseBytes);
        _writer = new FrameWriter(stream, e => Close(Lost(e)), _stopped);
        _turns = new ReaderTurns(address, settings.Time, Read);
        _turns.Start();
    }

    public ServerAddress Address { get; }

    public bool IsOpen => Volatile.Read(ref _failure) is null;

    public int InFlight => _pending.Count;

    public static async Task<RpcConnection> ConnectAsync(
        ServerAddress address, string service, ConnectionSettings settings, ServerTrust? trust,
        CancellationToken cancellationToken)
    {
        var stream = await ConnectionOpener.OpenAsync(address, service, settings, cancellationToken).ConfigureAwait(false);
        return new RpcConnection(address, stream, settings, trust);
    }

    /// <summary>
    /// Sends a call and waits for its answer. The frame belongs to the connection from here on.
    /// </summary>
    public async Task<RpcResponse> CallAsync(
        string method, FrameBuffer frame, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var call = new PendingCall(Interlocked.Increment(ref _lastCallId), frame);
        if (_settings.Compression != HBaseCompression.None) frame.CompressCells(_settings.Compression);
        frame.Finish(call.Id, method, timeout);
        _pending[call.Id] = call;
        _trust?.Asked();
        var started = _settings.Time.GetTimestamp();
        // The connection may have failed after the caller got it and before the call was in the table of pending ones;
        // whoever comes second of the two sees the other.
        if (Volatile.Read(ref _failure) is { } failure) AbortUnqueued(call, failure);
        else if (!_writer.TryAdd(call)) await EnqueueAsync(call, timeout, cancellationToken).ConfigureAwait(false);
        _turns.Called();
        try
        {
            var response = await call.Task.WaitAsync(timeout, _settings.Time, cancellationToken).ConfigureAwait(false);
            if (ClientMetrics.CountsCalls) Count(method, started, "ok");
            return response;
        }
        catch (RpcException e)
        {
            if (ClientMetrics.CountsCalls) Count(method, started, ClientMetrics.Reason(e.Failure));
            throw;
        }
        catch (TimeoutException e)
        {
            if (ClientMetrics.CountsCalls) Count(method, started, "timeout");
            var unsent = Forget(call);
            var elapsed = _settings.Time.GetElapsedTime(started).TotalMilliseconds;
            var phase = unsent ? "waiting to be written" : "waiting for an answer";
            var message = $"{method} to {Address} timed out after {elapsed:F0} ms {phase}; {InFlight} calls in flight, "
                + $"{_writer.Waiting} waiting to be written";
            // Not a word since the call began: a connection that leads nowhere would time out every call until TCP notices.
            if (Volatile.Read(ref _lastReceived) < started) Close(Lost(e));
            throw new RpcException(message, new Failure(FailureAction.Relocate, !unsent, message), e);
        }
        catch (OperationCanceledException)
        {
            if (ClientMetrics.CountsCalls) Count(method, started, "cancelled");
            Forget(call);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposing = true;
        Close(new Failure(FailureAction.Relocate, MaybeExecuted: true, "the client was closed"));
        await _readerEnded.Task.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task EnqueueAsync(PendingCall call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, _settings.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await _writer.AddAsync(call, linked.Token).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            AbortUnqueued(call, _failure!);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var message = $"{Address} takes no more calls: {FrameWriter.MaxWaiting} wait to be written";
            AbortUnqueued(call, new Failure(FailureAction.Relocate, MaybeExecuted: false, message));
        }
        catch (OperationCanceledException)
        {
            Forget(call);
            call.Frame.Dispose();
            throw;
        }
    }

    private void Count(string method, long started, string outcome) =>
        ClientMetrics.Called(method, Address, _settings.Time.GetElapsedTime(started), outcome);

    private bool Forget(PendingCall call)
    {
        _pending.TryRemove(call.Id, out _);
        var unsent = call.TryAbandon();
        // An answer that came just now is not needed any more, but its array goes back to the pool.
        if (call.Task.IsCompletedSuccessfully) call.Task.GetAwaiter().GetResult().Dispose();
        else call.TrySetCanceled();
        return unsent;
    }

    // Never throws.
    private void Read()
    {
        try
        {
            while (true)
            {
                var (array, length) = _reader.Read();
                Volatile.Write(ref _lastReceived, _settings.Time.GetTimestamp());
                if (_trust is not null && !IsBelieved(_trust))
                    throw new IOException("it has been silent for long, and the master counts it among the dead");
                var answered = Dispatch(array, length);
                _hasAnswered = true;
                NoteHeard();
                if (answered is not null && !Deliver(answered)) return;
            }
        }
        catch (Exception e)
        {
            Close(Lost(e));
            _turns.Dispose();
            _readerEnded.SetResult();
        }
    }

    // It blocks after a long silence only.
    private bool IsBelieved(ServerTrust trust) => trust.IsBelievedAsync(_stopped).AsTask().GetAwaiter().GetResult();

    // Whether this thread still is the reader.
    private bool Deliver(PendingCall answered)
    {
        if (!_turns.TryLeave(isAlone: _pending.IsEmpty && !_reader.HasMore))
        {
            answered.DeliverElsewhere();
            return true;
        }

        // Whoever has called, or closed the connection, before it was known that nobody reads.
        if (_pending.IsEmpty && IsOpen) answered.Deliver();
        else answered.DeliverElsewhere();
        return _turns.TryReturn();
    }

    private void NoteHeard()
    {
        if (_trust is null) return;
        _trust.Heard(isMoreExpected: !_pending.IsEmpty);
        if (!_pending.IsEmpty) _trust.Asked(); // a call that came in between
    }

    // The call that has its answer now.
    private PendingCall? Dispatch(byte[] array, int length)
    {
        var frame = ResponseFrame.Parse(array.AsSpan(0, length));
        var response = new RpcResponse(
            array, frame.MessageStart, frame.MessageLength, frame.CellStart, frame.CellLength)
        {
            Compression = _settings.Compression,
            MaxCellBlock = _settings.MaxResponseBytes,
        };
        if (frame.CallId >= 0 && _pending.TryRemove((uint)frame.CallId, out var call))
        {
            if (frame.Failure is null)
            {
                call.Answer(response);
                return call;
            }

            call.Fail(frame.Failure);
        }
        else
        {
            call = null;
        }

        response.Dispose();
        if (frame.CallId < 0) Close(OfConnection(frame.Failure));
        return call;
    }

    // The server refuses the connection itself. When that is the first that it says, it has looked at no call.
    private Failure OfConnection(Failure? failure)
    {
        failure ??= new Failure(FailureAction.Relocate, true, "an answer without a call id");
        var isSecurity = failure.ServerException is AccessDenied or BadAuthentication;
        return failure with
        {
            MaybeExecuted = _hasAnswered,
            IsSecurity = isSecurity,
            Message = isSecurity
                ? $"{Address} refused the connection: {failure.Message}. The cluster may want Kerberos (Kerberos in the options)."
                : failure.Message,
        };
    }

    private Failure Lost(Exception e) =>
        new(FailureAction.Relocate, MaybeExecuted: true, $"the connection to {Address} broke: {e.Message}");

    private void Close(Failure failure)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, null) is not null) return;
        if (!_isDisposing) _settings.Logger.Disconnected(failure.Message, InFlight, Address);
        _stop.Cancel();
        _writer.Complete();
        _stream.Dispose();
        _turns.Replace();
        foreach (var call in _pending.Values) Abort(call, failure);
    }

    // The writer never gets to see the call, so its frame goes back here.
    private void AbortUnqueued(PendingCall call, Failure failure)
    {
        Abort(call, failure);
        call.Frame.Dispose();
    }

    private void Abort(PendingCall call, Failure failure)
    {
        if (!_pending.TryRemove(call.Id, out _)) return;
        var unsent = call.TryAbandon();
        call.Fail(failure with { MaybeExecuted = failure.MaybeExecuted && !unsent });
        call.DeliverElsewhere();
    }
}
