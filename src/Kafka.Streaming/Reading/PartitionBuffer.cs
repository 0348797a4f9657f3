using System.Threading.Channels;
using Checkpointing;
using Kafka.Streaming.Interop;
using Orleans.Providers.Streams.Common;

namespace Kafka.Streaming.Reading;

/// <summary>
/// What one takeover of a partition has read and not yet seen durable. The consumer's thread appends, the agent's cursors take
/// windows, lanes answer: all under one short lock.
/// </summary>
internal sealed class PartitionBuffer : ILaneReader
{
    private readonly Lock _gate = new();            // guards the ledger, the versions, the lanes' states, _isPaused and the times
    private readonly PartitionLedger _ledger;
    private readonly LaneState[] _lanes;
    private readonly RecordCopier _copier;
    private readonly PartitionBufferSettings _settings;
    private readonly VersionGate _versions;
    private EventRecord[] _records = [];            // scratch of the consumer's thread
    private int[] _recordLanes = [];
    private bool _isPaused;
    private bool _isAppending;
    private PartitionTime _time;                    // of what the ledger has
    private PartitionTime _timeOfHeld;              // of that and what the version gate holds
    private long _endAtStart = -1;                  // where the log ended when it was first asked
    private long _end = -1;                         // where it ended when it was last asked..
    private long _endAskedAt;                       // ..at that time, milliseconds since the Unix epoch

    public PartitionBuffer(
        PartitionBufferSettings settings, string topicId, long start, PartitionTime startTime, VersionStarts versions)
    {
        _settings = settings;
        _versions = new VersionGate(versions);
        var options = settings.Options;
        TopicId = topicId;
        Source = SourceName.Of(settings.Topic.Name, settings.Partition, topicId);
        _ledger = new PartitionLedger(options.Lanes, start);
        _copier = new RecordCopier(settings.Topic, options.Lanes, startTime);
        _time = startTime;
        _lanes = new LaneState[options.Lanes];
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            var key = new LaneId(Topic, Partition, lane).ToString();
            _lanes[lane] = new LaneState(StreamId.Create(LaneStreams.Namespace, key));
        }
        Committed = start;
    }

    public Guid Id { get; } = Guid.NewGuid();

    public string Topic => _settings.Topic.Name;

    public int Partition => _settings.Partition;

    public string TopicId { get; }

    public string Source { get; }

    /// <summary>The last offset committed; only the committing thread sets it.</summary>
    public long Committed { get; set; }

    /// <summary>Called by whoever makes room in a full buffer; must not block.</summary>
    public Action<PartitionBuffer>? RoomAgain { get; set; }

    /// <summary>Called when the consumer's position is no longer in the log, and so it has stopped; must not block.</summary>
    public Action<string>? PositionLost { get; init; }

    /// <summary>Called when fetched records could not be appended, so that the partition must be taken over anew.</summary>
    public Action<string>? Broken { get; init; }

    /// <summary>
    /// Called when a version is to start at a record that has come, or will be the next: <see cref="Started"/> goes on once that is
    /// stored. Must not block.
    /// </summary>
    public Action<PartitionBuffer, VersionStart>? Starting { get; init; }

    /// <summary>Called with an error that the consumer gets over by itself; must not block.</summary>
    public Action<string>? Trouble { get; init; }

    public BufferState State
    {
        get
        {
            lock (_gate)
                return new BufferState(
                    _ledger.Fetched, _ledger.Committable, CommittableTime(), _ledger.Retained, _ledger.RetainedBytes, _isPaused);
        }
    }

    /// <summary>Takes in fetched messages, which stay the caller's. From the consumer's thread only.</summary>
    /// <returns>Whether the buffer is full: the partition must be paused until <see cref="RoomAgain"/> is called.</returns>
    public unsafe bool Append(ReadOnlySpan<nint> messages)
    {
        var versions = BeginAppend(((LibRdKafka.Message*)messages[0])->Offset);
        if (_records.Length < messages.Length)
        {
            _records = new EventRecord[messages.Length];
            _recordLanes = new int[messages.Length];
        }
        _copier.Copy(messages, versions, _records, _recordLanes);
        var full = AppendCopies(messages.Length);
        Array.Clear(_records, 0, messages.Length);
        _settings.Metrics.Read(Topic, messages.Length);
        return full;
    }

    /// <summary>Whether what event time it is matters, so that the log's end is to be asked for by <see cref="SetEnd"/>.</summary>
    public bool HasTime => _settings.Topic.EventTime is not null;

    public LaneClock Clock
    {
        get
        {
            lock (_gate)
                return ClockAtEnd();
        }
    }

    public LaneClock ClockOf(int lane, long position)
    {
        lock (_gate)
        {
            if (!_ledger.TryPeek(lane, position, out var next))
                return default;
            return next is { } record
                ? new LaneClock(record.PartitionTime, _endAtStart >= 0 && record.Offset >= _endAtStart, _versions.Known.Of(record.Offset))
                : ClockAtEnd();
        }
    }

    public int LaneOf(ReadOnlySpan<byte> key) => _copier.LaneOf(key);

    public void Wake(int lane)
    {
        lock (_gate)
        {
            _lanes[lane].ProbeDue = true;
            WakeLocked(lane);
        }
    }

    /// <summary>The broker has said where the log ends.</summary>
    /// <param name="askedAt">When it was asked, milliseconds since the Unix epoch.</param>
    public void SetEnd(long end, long askedAt)
    {
        lock (_gate)
        {
            if (_endAtStart < 0)
                _endAtStart = end;
            (_end, _endAskedAt) = (end, askedAt);
            // Where nothing comes time goes on, and is to be judged by the newest version too.
            if (!_isAppending)
                StartNewest(_ledger.Fetched);
        }
    }

    /// <summary>The partition's end was reached there.</summary>
    public void AdvanceTo(long position)
    {
        lock (_gate)
        {
            if (_versions.IsClosed)
                _versions.AdvanceTo(position);
            else
                _ledger.AdvanceTo(position);
        }
    }

    /// <summary>The start that <see cref="Starting"/> has asked for is stored.</summary>
    public void Started()
    {
        bool roomAgain;
        lock (_gate)
        {
            _versions.Open(needed: _ledger.Committable);
            foreach (var (record, lane) in _versions.Take())
                Add(lane, record);
            _ledger.AdvanceTo(_versions.HeldEnd);
            _time = _timeOfHeld;
            roomAgain = EndPause();
        }
        if (roomAgain)
            RoomAgain?.Invoke(this);
    }

    /// <summary>All that has gathered for a lane, or a probe that is due. Without either the lane falls idle.</summary>
    public bool TryTake(int lane, out WindowContainer? container)
    {
        var state = _lanes[lane];
        WindowPlan plan;
        VersionStarts versions;
        lock (_gate)
        {
            if (!_ledger.HasMore(lane) && !state.ProbeDue)
            {
                // Decided under the lock: whoever adds a record after this finds the lane idle and wakes it.
                state.IsAwake = false;
                container = null;
                return false;
            }
            state.ProbeDue = false;
            state.LastHeard = _settings.Time.GetTimestamp();
            plan = _ledger.TakeWindow(lane, _settings.Options.MaxWindowRecords, _settings.Options.MaxWindowBytes);
            versions = _versions.Known;
        }
        container = ContainerOf(lane, state, plan, versions);
        _settings.Metrics.Window(Topic, plan.Records.Count);
        return true;
    }

    public void Answer(int lane, LaneAnswer answer)
    {
        bool roomAgain;
        lock (_gate)
        {
            _ledger.Answer(lane, answer);
            _lanes[lane].LastHeard = _settings.Time.GetTimestamp();
            if (_ledger.HasMore(lane))
                WakeLocked(lane);
            roomAgain = EndPause();
        }
        // The consumer pauses on its thread right after Append has said so, and resumes there on this signal: never before it.
        if (roomAgain)
            RoomAgain?.Invoke(this);
    }

    /// <summary>Asks lanes that were silent for the probe interval and hold what is not durable.</summary>
    public void ProbeSilentLanes()
    {
        lock (_gate)
        {
            for (var lane = 0; lane < _lanes.Length; lane++)
            {
                var state = _lanes[lane];
                if (!_ledger.AwaitsDurable(lane)
                    || _settings.Time.GetElapsedTime(state.LastHeard) < _settings.Options.ProbeInterval)
                    continue;
                state.ProbeDue = true;
                WakeLocked(lane);
            }
        }
    }

    /// <summary>What tells the agent that a lane has something.</summary>
    public WindowContainer WakeSignal(int lane) => _lanes[lane].WakeSignal;

    private VersionStarts BeginAppend(long first)
    {
        lock (_gate)
        {
            _isAppending = true;
            StartNewest(Math.Max(first, _ledger.Fetched));
            return _versions.Expected;
        }
    }

    private bool AppendCopies(int count)
    {
        lock (_gate)
        {
            _isAppending = false;
            var isHeld = _versions.IsClosed;
            for (var i = 0; i < count; i++)
            {
                // A fetch after a seek or a leader's change may repeat records.
                if (_records[i].Offset < (isHeld ? _versions.HeldEnd : _ledger.Fetched))
                    continue;
                if (isHeld)
                    _versions.Hold(_recordLanes[i], _records[i]);
                else
                    Add(_recordLanes[i], _records[i]);
            }
            if (isHeld)
                _timeOfHeld = _copier.Time;
            else
                _time = _copier.Time;
            var full = !_isPaused
                && (_ledger.RetainedBytes + _versions.HeldBytes >= _settings.Options.MaxBufferedBytesPerPartition
                    || _ledger.Retained + _versions.Held >= _settings.Options.MaxBufferedRecordsPerPartition);
            _isPaused |= full;
            return full;
        }
    }

    private void Add(int lane, in EventRecord record)
    {
        _ledger.Add(lane, record);
        if (!_lanes[lane].IsAwake && _ledger.HasMore(lane))
            WakeLocked(lane);
    }

    // The newest version of this silo starts there, if the partition has not come to it yet.
    private void StartNewest(long offset)
    {
        if (_settings.Versions is not { } versions || versions.Newest <= _versions.Expected.Newest || _versions.IsClosed)
            return;
        var start = new VersionStart(versions.Newest, offset);
        _timeOfHeld = _time;
        _versions.Close(start);
        Starting?.Invoke(this, start);
    }

    private void WakeLocked(int lane)
    {
        if (_lanes[lane].IsAwake)
            return;
        _lanes[lane].IsAwake = true;
        _settings.Woken.TryWrite(lane);
    }

    private PartitionTime CommittableTime() =>
        _ledger.FirstRetained is { } first && _time.Largest > 0 ? new(first.PartitionTime, first.Timestamp) : _time;

    private LaneClock ClockAtEnd() =>
        new(TimeAtEnd(), _endAtStart >= 0 && _ledger.Fetched >= _endAtStart, _versions.Known.Newest);

    // Of all that was fetched. A partition to which nothing comes holds nobody up: its time goes on with the wall clock, and is the
    // wall clock's if nothing has ever come.
    private long TimeAtEnd()
    {
        var idle = _endAskedAt - _time.ReachedAt;
        return _end >= 0 && _ledger.Fetched >= _end && idle >= _settings.Options.IdleAfter.TotalMilliseconds
            ? _time.Largest + idle
            : _time.Largest;
    }

    private bool EndPause()
    {
        var ends = _isPaused && HasRoom();
        if (ends)
            _isPaused = false;
        return ends;
    }

    // Half: what librdkafka has fetched ahead is thrown away by a pause, so pauses must be rare.
    private bool HasRoom() =>
        _ledger.RetainedBytes <= _settings.Options.MaxBufferedBytesPerPartition / 2
        && _ledger.Retained <= _settings.Options.MaxBufferedRecordsPerPartition / 2;

    private WindowContainer ContainerOf(int lane, LaneState state, WindowPlan plan, VersionStarts versions)
    {
        var window = new Window
        {
            Source = Source,
            Topic = Topic,
            Partition = Partition,
            Lane = lane,
            Reader = Id,
            ReaderSilo = _settings.Silo,
            Start = plan.IsStart ? Guid.NewGuid() : null,
            Begin = plan.Begin,
            End = plan.End,
            Records = plan.Records,
            Versions = versions,
        };
        return new WindowContainer(state.StreamId, window, new EventSequenceTokenV2(plan.End));
    }

    private sealed class LaneState(StreamId streamId)
    {
        public StreamId StreamId { get; } = streamId;

        public WindowContainer WakeSignal { get; } = new(streamId, null, new EventSequenceTokenV2(0));

        /// <summary>On the channel of woken lanes, or its cursor has not come to the end yet.</summary>
        public bool IsAwake { get; set; }

        public bool ProbeDue { get; set; }

        public long LastHeard { get; set; }
    }
}

/// <summary>What all buffers of a partition share.</summary>
internal sealed record PartitionBufferSettings(
    KafkaStreamOptions Options, KafkaTopicOptions Topic, int Partition, SiloAddress Silo,
    ChannelWriter<int> Woken, KafkaMetrics Metrics, TimeProvider Time, IRecordVersions? Versions);

/// <summary>Where a buffer stands.</summary>
internal readonly record struct BufferState(
    long Fetched, long Committable, PartitionTime CommittableTime, int Retained, long RetainedBytes, bool IsPaused);
